import type { ForestArrays } from '../forest/forest-arrays.ts';
import { forestDividends } from './dividends.ts';
import { forestShapley, type ShapleyValues } from './tree-shapley.ts';

/**
 * Maximum number of terms of an explanation, so that it does not delay signals; a forest of the usual shape has 1 % of
 * it.
 */
const MAX_TERMS = 2 ** 24;

/**
 * {@link forestDividends} of one row.
 *
 * @returns (2^nFeatures,) dividends; null when the forest has no node weights or more than 2^24 terms.
 */
export function forestGame(forest: ForestArrays, row: Float32Array): Float64Array | null {
  const { cover, nFeatures, roots } = forest;
  if (cover === null) return null;
  // A table of 2^nFeatures per tree, and per leaf 2^(splits above it, at most nFeatures).
  const nTerms = 2 ** nFeatures * roots.length + sumOverLeaves(forest, (depth) => 2 ** Math.min(depth, nFeatures));
  return nTerms > MAX_TERMS ? null : forestDividends(forest, cover, row);
}

/**
 * {@link forestShapley} of one row.
 *
 * @returns null when the forest has no node weights or more than 2^24 terms, which are the square of the
 * number of features above each leaf.
 */
export function forestContributions(forest: ForestArrays, row: Float32Array): ShapleyValues | null {
  const { cover, nFeatures } = forest;
  const nTerms = sumOverLeaves(forest, (depth) => Math.max(1, Math.min(depth, nFeatures)) ** 2);
  return cover === null || nTerms > MAX_TERMS ? null : forestShapley(forest, cover, row);
}

/** @param termsOf - number of terms of a leaf by the number of splits above it. */
function sumOverLeaves({ feature, left, right }: ForestArrays, termsOf: (depth: number) => number): number {
  const depth = new Uint8Array(feature.length);
  let terms = 0;
  for (let node = 0; node < feature.length; node++) {
    if (feature[node] < 0) terms += termsOf(depth[node]);
    else depth[left[node]] = depth[right[node]] = depth[node] + 1;
  }
  return terms;
}
