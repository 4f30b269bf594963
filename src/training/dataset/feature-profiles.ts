import type { FeatureName } from '../../domain/index.ts';
import { eachColumn, sortedCopy } from '../../math/index.ts';
import type { FeatureProfile } from '../../model/index.ts';
import { histogramOfSorted } from '../../validation/index.ts';
import { boundsOfSorted } from './feature-bounds.ts';

/**
 * The deciles of every feature in the training rows, and the bounds beyond which a value is far outside.
 *
 * @param x - (nRows, names.length) row-major.
 * @param first - the first feature to look at. @param end - the one after the last.
 */
export function profileFeatures(
  names: readonly FeatureName[],
  x: Float32Array,
  first = 0,
  end = names.length,
): Record<string, FeatureProfile> {
  const profiles: [string, FeatureProfile][] = [];
  eachColumn(x, names.length, first, end, (column, j) => {
    const sorted = sortedCopy(column);
    profiles.push([names[j], { ...histogramOfSorted(sorted), ...boundsOfSorted(sorted, names.length) }]);
  });
  return Object.fromEntries(profiles);
}
