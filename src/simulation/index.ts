export * from './simulate-market.ts';
