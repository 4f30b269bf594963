import { select } from './median.ts';

/**
 * Quantiles by linear interpolation between order statistics (R type 7, NumPy's default).
 *
 * @param sorted - (n,) ascending, n >= 1.
 * @param nIntervals - number of equal steps from the smallest to the largest value, >= 1.
 * @returns (nIntervals + 1,) ascending.
 */
export function quantilesOfSorted(sorted: Float32Array | Float64Array, nIntervals: number): Float64Array {
  return Float64Array.from({ length: nIntervals + 1 }, (_, q) => quantileOfSorted(sorted, q / nIntervals));
}

/**
 * One quantile, as {@link quantilesOfSorted} interpolates it.
 *
 * @param sorted - (n,) ascending, n >= 1. @param share - of the values below it, [0, 1].
 */
export function quantileOfSorted(sorted: Float32Array | Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const low = Math.floor(position);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (position - low) * (sorted[high] - sorted[low]);
}

/**
 * The quantiles between the smallest and the largest value, the same numbers as {@link quantilesOfSorted} without a sort.
 *
 * @param values - (n,) finite, n >= 1; reordered. @param nIntervals - number of equal steps, >= 1.
 * @returns (nIntervals - 1,) ascending.
 */
export function innerQuantiles(values: Float64Array, nIntervals: number): Float64Array {
  const quantiles = new Float64Array(nIntervals - 1);
  let from = 0; // none before it is larger than one after it
  for (let q = 1; q < nIntervals; q++) {
    const low = Math.floor((q / nIntervals) * (values.length - 1));
    for (const place of [low, Math.min(low + 1, values.length - 1)]) {
      if (place < from) continue;
      select(values.subarray(from), place - from);
      from = place + 1;
    }
    quantiles[q - 1] = quantileOfSorted(values, q / nIntervals);
  }
  return quantiles;
}
