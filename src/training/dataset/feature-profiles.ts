import type { FeatureName } from '../../domain/index.ts';
import type { FeatureProfile } from '../../model/index.ts';
import { measureHistogram } from '../../validation/index.ts';
import { boundsOfColumn, featureColumn } from './feature-bounds.ts';

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
  const profiles = names.slice(first, end).map((name, i): [string, FeatureProfile] => {
    const column = featureColumn(names.length, x, first + i);
    return [name, { ...measureHistogram(column), ...boundsOfColumn(column, names.length) }];
  });
  return Object.fromEntries(profiles);
}
