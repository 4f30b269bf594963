/** Every known feature, in the order in which tables list them. The names are wire values. */
export const FEATURE_NAMES = [
  'volatility',
  'momentum',
  'regime',
  'trend_strength',
  'normalized_atr',
  'vol_of_vol',
  'mean_reversion',
  'volume_ratio',
  'vpin',
] as const;
export type FeatureName = (typeof FEATURE_NAMES)[number];

/** The features a model learns from unless told otherwise. */
export const DEFAULT_FEATURE_NAMES: readonly FeatureName[] = ['volatility', 'momentum', 'regime', 'trend_strength'];
