import type { FeatureName } from '../../domain/index.ts';
import type { FeatureProfile } from '../../model/index.ts';
import { measureHistogram } from '../../validation/index.ts';
import { boundsOfColumn, featureColumn } from './feature-bounds.ts';

/**
 * The deciles of every feature in the training rows, and the bounds beyond which a value is far outside.
 *
 * @param x - (nRows, names.length) row-major.
 */
export function profileFeatures(names: readonly FeatureName[], x: Float32Array): Record<string, FeatureProfile> {
  const profiles = names.map((name, j): [string, FeatureProfile] => {
    const column = featureColumn(names.length, x, j);
    return [name, { ...measureHistogram(column), ...boundsOfColumn(column, names.length) }];
  });
  return Object.fromEntries(profiles);
}
