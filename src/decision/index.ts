export type * from './payoff.ts';
