export { averageTrueRange, averageTrueRangeAt, logRatio, type PriceColumns } from '../math/index.ts';
export { columnFeature } from './columns/column-feature.ts';
export { columnValuesAt, lastHeld } from './columns/column-values.ts';
export { missingFeature } from './columns/missing-feature.ts';
export { barsNeededOf, computeRows } from './compute/compute-rows.ts';
export type {
  BuiltInFeature,
  ContextBars,
  FeatureContext,
  FeatureDefinition,
  FeatureKernel,
  FeatureNeed,
  FeatureParameter,
  FeatureTile,
} from './feature-definition.ts';
export { checkFeatureContext, computeFeatures, FEATURES } from './feature-set.ts';
export { defineFeature, type FeatureSpec } from './own/define-feature.ts';
export { FeatureError, isFeatureError } from './own/feature-error.ts';
export type { FeatureWindow } from './own/feature-window.ts';
export type { ComputeContext, ComputeFeature } from './own/window-kernel.ts';
export { fitRegime, type RegimeFit, type RegimeFitOptions } from './regime/fit-regime.ts';
export { checkRegimeModel, regimeWeight, turbulentProbability, UNKNOWN_REGIME_WEIGHT } from './regime/regime-filter.ts';
export { deriveFeature } from './registry/derive-feature.ts';
export { describeFeature, type FeatureDescription, rangeText } from './registry/describe-feature.ts';
export { type ColumnChoice, FeatureRegistry } from './registry/feature-registry.ts';
export { volatility, volatilityAt } from './volatility.ts';
export { createVpinScratch, UNKNOWN_TOXICITY, type VpinResult, type VpinScratch, vpin } from './vpin/vpin.ts';
