export * from './bar-series.ts';
export * from './constants.ts';
