/* Figures of the last n entries of a column, oldest first, in a fixed order of additions. */

/** Mean of the n values that end at index `last` >= n - 1. */
export function meanOf(x: Float64Array, last: number, n: number): number {
  let sum = 0;
  for (let i = last - n + 1; i <= last; i++) sum += x[i];
  return sum / n;
}

/** Sample standard deviation (n - 1) of the n values that end at index `last` >= n - 1; exactly 0 where all are equal. */
export function deviationOf(x: Float64Array, last: number, n: number): number {
  const first = x[last - n + 1];
  // Around the first value, because a sum of equal values divided by n may differ from them in the last digit.
  let sum = 0;
  for (let i = last - n + 1; i <= last; i++) sum += x[i] - first;
  const mean = sum / n;
  let squares = 0;
  for (let i = last - n + 1; i <= last; i++) {
    const distance = x[i] - first - mean;
    squares += distance * distance;
  }
  return Math.sqrt(squares / (n - 1));
}

/** Mean of the differences x[last] - x[i] over the n values that end at index `last` >= n - 1. */
export function meanDistanceOf(x: Float64Array, last: number, n: number): number {
  const now = x[last];
  let sum = 0;
  for (let i = last - n + 1; i <= last; i++) sum += now - x[i];
  return sum / n;
}
