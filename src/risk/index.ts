export * from './active-bets.ts';
export * from './decision-sizer.ts';
export * from './integrated-sizer.ts';
export * from './risk-stage.ts';
export type * from './sizer.ts';
