export * from './bets.ts';
export * from './decide.ts';
export * from './expected-return.ts';
export { fitPayoffs, type PayoffRows } from './fit-payoffs.ts';
export * from './payoff.ts';
