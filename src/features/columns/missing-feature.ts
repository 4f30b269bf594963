import type { FeatureDefinition } from '../feature-definition.ts';

/**
 * The first feature of a row whose input is missing, which its NaN says; null where all are known.
 *
 * @param x - (nRows, nFeatures) row-major, as `computeFeatures` gave it.
 */
export function missingFeature(
  features: readonly FeatureDefinition[],
  x: Float64Array,
  row = 0,
): FeatureDefinition | null {
  const n = features.length;
  for (let j = 0; j < n; j++) if (Number.isNaN(x[row * n + j])) return features[j];
  return null;
}
