export type { FeatureContext, FeatureDefinition } from './feature-definition.ts';
export { computeFeatures, FEATURES } from './feature-set.ts';
export { averageTrueRange, averageTrueRangeAt } from './normalized-atr.ts';
export { fitRegime, type RegimeFit, type RegimeFitOptions } from './regime/fit-regime.ts';
export { checkRegimeModel, regimeWeight, turbulentProbability } from './regime/regime-filter.ts';
export { FeatureRegistry } from './registry/feature-registry.ts';
export { volatility } from './volatility.ts';
export { createVpinScratch, type VpinResult, type VpinScratch, vpin } from './vpin/vpin.ts';
