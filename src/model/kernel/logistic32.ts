const { fround } = Math;

/** Margins beyond ±60 have a probability of 0 or 1 in float32. */
const LIMIT = 60;
/** 1.5 · 2^23: after adding it, a float32 below 2^22 has no bits for a fraction. */
const ROUNDER = 12_582_912;
const LOG2_E = fround(Math.LOG2E);
/** ln 2 as a sum, whose first part has few bits, so that a product with a small integer is exact. */
const LN_2_HIGH = fround(0.693359375);
const LN_2_LOW = fround(-2.1219444e-4);
/** Coefficients of exp(r) − 1 − r over r², |r| <= ln 2 / 2, from the highest power down. */
const COEFFICIENTS = Float32Array.of(
  1.98756915e-4,
  1.3981999507e-3,
  8.3334519073e-3,
  4.1665795894e-2,
  1.6666665459e-1,
  5.0000001201e-1,
);
/** Powers of 2 from 2^-100. */
const POWERS = Float32Array.from({ length: 201 }, (_, k) => 2 ** (k - 100));

/**
 * Probability of a margin, in float32 after every operation, so that four at once in WebAssembly have the same bits.
 * The error is at most a few units of the last place.
 *
 * @see Moshier, Cephes, `expf`.
 */
export function logistic32(margin: number): number {
  const z = Math.min(Math.max(fround(-margin), -LIMIT), LIMIT);
  const k = fround(fround(fround(z * LOG2_E) + ROUNDER) - ROUNDER);
  const r = fround(fround(z - fround(k * LN_2_HIGH)) - fround(k * LN_2_LOW));
  let p = COEFFICIENTS[0];
  for (let i = 1; i < COEFFICIENTS.length; i++) p = fround(fround(p * r) + COEFFICIENTS[i]);
  const exp = fround(fround(fround(fround(p * fround(r * r)) + r) + 1) * POWERS[k + 100]);
  return fround(1 / fround(1 + exp));
}
