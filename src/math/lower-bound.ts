/**
 * Finds the index at which rising values reach a limit, by bisection.
 *
 * @param n - number of values, >= 0. @param isBelow - whether value i lies below the limit; true for a prefix of [0, n).
 * @returns the first index that is not below the limit, in [0, n]; n when all are below.
 */
export function lowerBound(n: number, isBelow: (i: number) => boolean): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBelow(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
