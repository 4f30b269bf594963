export * from './fast-exp.ts';
export * from './log-ratio.ts';
export * from './normal.ts';
export * from './quantiles.ts';
