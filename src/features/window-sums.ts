/*
 * Sums over the last 20 = L entries of a column, always of the same elements added in the same order: four independent
 * partial sums keep the processor busy, and the result is a function of those 20 values alone.
 */

/** Sum of the 20 values that end at index `last` >= 19. */
export function sum20(x: Float64Array, last: number): number {
  const i = last - 19;
  const a = x[i] + x[i + 4] + x[i + 8] + x[i + 12] + x[i + 16];
  const b = x[i + 1] + x[i + 5] + x[i + 9] + x[i + 13] + x[i + 17];
  const c = x[i + 2] + x[i + 6] + x[i + 10] + x[i + 14] + x[i + 18];
  const d = x[i + 3] + x[i + 7] + x[i + 11] + x[i + 15] + x[i + 19];
  return a + b + (c + d);
}

/** Sum of x[last] - x[i] over the same 20 values, each difference taken before it is summed. */
export function sumDistances20(x: Float64Array, last: number): number {
  const now = x[last];
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = last - 19; i <= last; i += 4) {
    a += now - x[i];
    b += now - x[i + 1];
    c += now - x[i + 2];
    d += now - x[i + 3];
  }
  return a + b + (c + d);
}

/**
 * Sample standard deviation (n - 1) of the 20 values that end at index `last` >= 19, in two passes: the mean first, then
 * the squared distances from it.
 *
 * @returns >= 0; exactly 0 when all 20 are 0.
 */
export function sampleDeviation20(x: Float64Array, last: number): number {
  const mean = sum20(x, last) / 20;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = last - 19; i <= last; i += 4) {
    const s = x[i] - mean;
    const t = x[i + 1] - mean;
    const u = x[i + 2] - mean;
    const v = x[i + 3] - mean;
    a += s * s;
    b += t * t;
    c += u * u;
    d += v * v;
  }
  return Math.sqrt((a + b + (c + d)) / 19);
}
