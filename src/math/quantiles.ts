/**
 * Quantiles by linear interpolation between order statistics (R type 7, NumPy's default).
 *
 * @param sorted - (n,) ascending, n >= 1.
 * @param nIntervals - number of equal steps from the smallest to the largest value, >= 1.
 * @returns (nIntervals + 1,) ascending.
 */
export function quantilesOfSorted(sorted: Float64Array, nIntervals: number): Float64Array {
  return Float64Array.from({ length: nIntervals + 1 }, (_, q) => quantileOfSorted(sorted, q / nIntervals));
}

/**
 * One quantile, as {@link quantilesOfSorted} interpolates it.
 *
 * @param sorted - (n,) ascending, n >= 1. @param share - of the values below it, [0, 1].
 */
export function quantileOfSorted(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const low = Math.floor(position);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (position - low) * (sorted[high] - sorted[low]);
}
