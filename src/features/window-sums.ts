/*
 * Sums over the last 20 = L entries of a column. Four partial sums, so that additions run in parallel, always in the same
 * order, so that a result depends on its 20 values only.
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

/** Sum of the differences x[last] - x[i] over the 20 values that end at index `last` >= 19. */
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

const GROUP = 4;
const LAST_GROUP = 16;
const BLOCK = 1024;
const SUMS = new Float64Array(BLOCK + LAST_GROUP);
const SQUARES = new Float64Array(BLOCK + LAST_GROUP);

/**
 * Writes, for each index i in [from, to), the sample standard deviation (n - 1) of the 20 values of `x` that end at i.
 *
 * The sum of squares is computed over five groups of four: within groups, plus between the group means (analysis of
 * variance). This avoids cancellation, and neighbouring windows share groups, each of which depends on its own four
 * values only.
 *
 * @param from - >= 19.
 * @param out - at least `to` long; exactly 0 where all 20 values are 0.
 */
export function writeDeviations20(x: Float64Array, from: number, to: number, out: Float64Array): void {
  for (let start = from; start < to; start += BLOCK) {
    const end = Math.min(start + BLOCK, to);
    const first = start - LAST_GROUP;
    for (let i = first; i < end; i++) {
      const sum = x[i - 3] + x[i - 2] + (x[i - 1] + x[i]);
      const mean = sum / GROUP;
      const a = x[i - 3] - mean;
      const b = x[i - 2] - mean;
      const c = x[i - 1] - mean;
      const d = x[i] - mean;
      SUMS[i - first] = sum;
      SQUARES[i - first] = a * a + b * b + (c * c + d * d);
    }
    for (let i = start; i < end; i++) {
      const k = i - start;
      const within = SQUARES[k] + SQUARES[k + 4] + (SQUARES[k + 8] + SQUARES[k + 12]) + SQUARES[k + LAST_GROUP];
      const mean = (SUMS[k] + SUMS[k + 4] + (SUMS[k + 8] + SUMS[k + 12]) + SUMS[k + LAST_GROUP]) / 5;
      const a = SUMS[k] - mean;
      const b = SUMS[k + 4] - mean;
      const c = SUMS[k + 8] - mean;
      const d = SUMS[k + 12] - mean;
      const e = SUMS[k + LAST_GROUP] - mean;
      out[i] = Math.sqrt((within + (a * a + b * b + (c * c + d * d) + e * e) / GROUP) / 19);
    }
  }
}
