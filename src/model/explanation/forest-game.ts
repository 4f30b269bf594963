import type { ForestArrays } from '../forest/forest-arrays.ts';
import { forestDividends } from './dividends.ts';

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
  const { cover } = forest;
  return cover === null || nTerms(forest) > MAX_TERMS ? null : forestDividends(forest, cover, row);
}

/**
 * Upper bound of the number of terms: a table of 2^nFeatures per tree, and per leaf 2^(splits above it, at most
 * nFeatures).
 */
function nTerms({ roots, feature, left, right, nFeatures }: ForestArrays): number {
  const depth = new Uint8Array(feature.length);
  let terms = 2 ** nFeatures * roots.length;
  for (let node = 0; node < feature.length; node++) {
    if (feature[node] < 0) terms += 2 ** Math.min(depth[node], nFeatures);
    else depth[left[node]] = depth[right[node]] = depth[node] + 1;
  }
  return terms;
}
