/** e^-1 as a double: written out, because Math.exp need not give the same bits everywhere. */
const INVERSE_E = 0.36787944117144233;

/** What decides the bootstrap of one tree. */
export interface BootstrapKeys {
  readonly rowKey: number;
  readonly bitsKey: number;
}

/**
 * P(X <= k) · 2^32 of a Poisson variable of mean 1, k = 0 .. 11: a row is drawn as often as there are entries at or below its
 * 32 random bits. Never more than 12 times; the rest has a probability of 10^-10.
 */
export const POISSON_THRESHOLDS = Uint32Array.from(poissonThresholds());

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
 * How often a tree's bootstrap draws a row. A hash of the row instead of a stream of numbers, so that four rows can be drawn
 * at once and none depends on the one before.
 */
export function countDraws(keys: BootstrapKeys, row: number): number {
  const bits = mixBits(mixBits((row + keys.rowKey) | 0) ^ keys.bitsKey) >>> 0;
  let draws = 0;
  while (draws < MAX_DRAWS && bits >= POISSON_THRESHOLDS[draws]) draws++;
  return draws;
}

/** A bijection of 32-bit integers in which every bit moves every other: Wellons (2018), "lowbias32". */
function mixBits(x: number): number {
  let z = x;
  z = Math.imul(z ^ (z >>> 16), 0x7feb352d);
  z = Math.imul(z ^ (z >>> 15), 0x846ca68b);
  return z ^ (z >>> 16);
}
