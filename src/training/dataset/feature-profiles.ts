import type { FeatureName } from '../../domain/index.ts';
import { eachColumn, sortedCopy } from '../../math/index.ts';
import { type BinnedMatrix, binColumns, binsFor, type FeatureProfile } from '../../model/index.ts';
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
    profiles.push([names[j], profileOfSorted(sortedCopy(column), names.length)]);
  });
  return Object.fromEntries(profiles);
}

/** Bins of some features, with the profiles that follow from the same sorts, in the order of the features. */
export interface ProfiledBins {
  readonly binned: BinnedMatrix;
  readonly profiles: readonly FeatureProfile[];
}

/** `binColumns` and {@link profileFeatures} by one sort of each feature. */
export function binAndProfile(
  x: Float32Array,
  nFeatures: number,
  first = 0,
  end = nFeatures,
  bins: Uint8Array = binsFor(x),
): ProfiledBins {
  const profiles: FeatureProfile[] = [];
  const binned = binColumns(x, nFeatures, first, end, bins, (sorted) => {
    if (sorted.length > 0) profiles.push(profileOfSorted(sorted, nFeatures));
  });
  return { binned, profiles };
}

function profileOfSorted(sorted: Float32Array, nFeatures: number): FeatureProfile {
  return { ...histogramOfSorted(sorted), ...boundsOfSorted(sorted, nFeatures) };
}
