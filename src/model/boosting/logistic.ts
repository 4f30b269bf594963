/** Beyond it, exp(x) is 0 or infinite in double precision. */
const LIMIT = 700;
const LN_2_HIGH = 6.931471803691238e-1;
const LN_2_LOW = 1.9082149292705877e-10;
const LOG2_E = Math.LOG2E;
/** Coefficients of the rational approximation, from the lowest power up. */
const P = [
  1.6666666666666602e-1, -2.7777777777015593e-3, 6.613756321437934e-5, -1.6533902205465252e-6, 4.1381367970572385e-8,
];

/**
 * e^x, of additions, multiplications and one division only, so that it has the same bits on every machine; `Math.exp` need not.
 * The error is below one unit of the last place.
 *
 * @param x - finite; beyond ±700 it is taken as ±700.
 * @see FreeBSD's `e_exp.c` (Sun Microsystems, 1993).
 */
function exponential(x: number): number {
  const z = Math.min(Math.max(x, -LIMIT), LIMIT);
  const k = Math.round(z * LOG2_E);
  const high = z - k * LN_2_HIGH;
  const low = k * LN_2_LOW;
  const r = high - low;
  const t = r * r;
  const c = r - t * (P[0] + t * (P[1] + t * (P[2] + t * (P[3] + t * P[4]))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  return y * powerOfTwo(k);
}

/** 2^k by its bits. @param k - integer in [-1022, 1023]. */
function powerOfTwo(k: number): number {
  BITS[1] = (k + 1023) << 20;
  return POWER[0];
}

const POWER = new Float64Array(1);
const BITS = new Uint32Array(POWER.buffer); // the low half first, as on every machine that Node runs on

/** Probability of a margin, (0, 1) but for rounding: 1 / (1 + e^−margin), with the same bits on every machine. */
export function logistic(margin: number): number {
  return 1 / (1 + exponential(-margin));
}

/** Log-loss of a margin for a label of 1, nats; for a label of 0 that of the negative margin. */
export function logLossOf(margin: number): number {
  const size = Math.abs(margin);
  return Math.log1p(exponential(-size)) + (margin < 0 ? size : 0);
}
