/** e^-1 as a literal, because the bits of Math.exp may differ between platforms. */
const INVERSE_E = 0.36787944117144233;

/** Keys of the bootstrap of one tree. */
export interface BootstrapKeys {
  readonly rowKey: number;
  readonly bitsKey: number;
}

/**
 * P(X <= k) · 2^32 of a Poisson variable with mean 1, k = 0 .. 11. The number of draws of a row is the number of entries
 * at or below its 32 random bits, at most 12; more have a probability of 10^-10.
 */
export const POISSON_THRESHOLDS = Uint32Array.from(poissonThresholds());

/** Maximum number of draws of one row. */
export const MAX_DRAWS = POISSON_THRESHOLDS.length;

function* poissonThresholds(): Generator<number> {
  let probability = INVERSE_E;
  let total = 0;
  for (let k = 0; k < 12; k++) {
    total += probability;
    probability /= k + 1;
    yield Math.floor(total * 4294967296);
  }
}

/**
 * Number of times that a tree's bootstrap draws a row: a hash of the row, not the next number of a stream, so that four
 * rows can be drawn at once.
 */
export function countDraws(keys: BootstrapKeys, row: number): number {
  const bits = mixBits(mixBits((row + keys.rowKey) | 0) ^ keys.bitsKey) >>> 0;
  let draws = 0;
  while (draws < MAX_DRAWS && bits >= POISSON_THRESHOLDS[draws]) draws++;
  return draws;
}

/** Bijective hash of 32-bit integers: Wellons (2018), "lowbias32". */
function mixBits(x: number): number {
  let z = x;
  z = Math.imul(z ^ (z >>> 16), 0x7feb352d);
  z = Math.imul(z ^ (z >>> 15), 0x846ca68b);
  return z ^ (z >>> 16);
}
