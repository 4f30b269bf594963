export * from './bar-series.ts';
export * from './constants.ts';
export * from './feature-names.ts';
export * from './regime-model.ts';
export * from './vpin-options.ts';
