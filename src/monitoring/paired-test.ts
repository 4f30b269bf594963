import { longRunVariance, meanOf, meanTest, studentUpperTail } from '../validation/index.ts';

const N_STRETCHES = 10;
/** What spreads less, in nats or shares, does not vary. */
const ROUNDING = 1e-9;

/** Events below which the test can tell nothing: a stretch would be no longer than labels overlap. */
export function leastEvents(lag: number): number {
  return N_STRETCHES * Math.max(2, lag + 1);
}

/**
 * One-sided chance of so high a mean if the true one were 0, for events whose labels overlap: the larger of two. One is by
 * Newey–West errors up to `lag`; the other is a t test on the means of ten stretches, which also holds where good and bad times
 * last longer than labels do.
 *
 * @param excess - (n,) in time order. @param lag - events up to which labels overlap, >= 0.
 * @param widen - factor on the standard error, >= 1, for what else is uncertain.
 * @returns 1 for a mean not above 0, and where a stretch would be no longer than labels overlap: nothing can be told then.
 * @see Ibragimov, Müller (2010), JBES 28(4), for the t test on stretches.
 */
export function chanceOfMean(excess: Float64Array, lag: number, widen = 1): number {
  const n = excess.length;
  if (n < leastEvents(lag) || !(meanOf(excess) > 0)) return 1;
  return Math.max(chanceBy(excess, lag, widen), chanceBy(stretchMeans(excess), 0, widen));
}

/** Of a mean above 0; what does not vary at all leaves no doubt. */
function chanceBy(excess: Float64Array, lag: number, widen: number): number {
  if (longRunVariance(excess, 0) < ROUNDING ** 2) return 0;
  return studentUpperTail(meanTest(excess, lag).statistic / widen, excess.length - 1);
}

function stretchMeans(values: Float64Array): Float64Array {
  const at = (k: number): number => Math.floor((k * values.length) / N_STRETCHES);
  return Float64Array.from({ length: N_STRETCHES }, (_, k) => meanOf(values.subarray(at(k), at(k + 1))));
}
