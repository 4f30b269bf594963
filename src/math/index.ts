export * from './fast-exp.ts';
export * from './log-ratio.ts';
export * from './log-returns.ts';
export * from './lower-bound.ts';
export * from './normal.ts';
export * from './quantiles.ts';
export * from './true-range.ts';
export * from './wilson.ts';
