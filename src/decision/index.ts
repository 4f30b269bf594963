export * from './expected-return.ts';
export { fitPayoffs, type PayoffRows } from './fit-payoffs.ts';
export type * from './payoff.ts';
