/** Names of all features, in the order of every table. They are wire values. */
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

/** Default features of a model. */
export const DEFAULT_FEATURE_NAMES: readonly FeatureName[] = ['volatility', 'momentum', 'regime', 'trend_strength'];
