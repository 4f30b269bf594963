import { checkInteger, checkSameLength } from '../../core/index.ts';
import { meanOf } from '../metrics.ts';
import { studentUpperTail } from './student-t.ts';

/** Result of a one-sided test that a mean is above 0. */
export interface MeanTest {
  /** Mean of the values, in their unit; 0 for none. */
  readonly mean: number;
  /** Standard error of the mean; infinite where the values tell nothing. */
  readonly standardError: number;
  /** mean / standardError; 0 when the values do not vary. */
  readonly statistic: number;
  /** Probability of at least this statistic when the true mean is 0; 1 when the values do not vary. */
  readonly pValue: number;
  /** Number of lags in the long-run variance. */
  readonly lag: number;
}

/** Standard deviation below which values differ by rounding errors alone. */
const ROUNDING = 1e-12;

/**
 * Tests that a mean is above 0, with Newey–West errors because labels overlap, and the small-sample correction of Harvey,
 * Leybourne and Newbold; quantiles of Student's t with n − 1 degrees of freedom. On loss differences of two forecasts it is
 * the Diebold–Mariano test.
 *
 * The correction multiplies the statistic by √((n + 1 − 2h + h(h − 1)/n) / n) with h = lag + 1. It falls to 0 as h nears n,
 * so the test proves nothing when the lag is as long as the data.
 *
 * @param values - (n,) finite, in time order.
 * @param lag - number of lags in the long-run variance, >= 0; at most n − 1 are used.
 * @throws {ConditionError} when `lag` is not an integer >= 0.
 * @see Diebold, Mariano (1995), JBES 13(3); Newey, West (1987), Econometrica 55(3); Harvey, Leybourne, Newbold (1997), IJF
 * 13(2), with horizon lag + 1.
 */
export function meanTest(values: Float64Array, lag: number): MeanTest {
  checkInteger('lag', lag, 0);
  const n = values.length;
  const lags = Math.min(lag, Math.max(0, n - 1));
  const mean = n === 0 ? 0 : meanOf(values);
  const sampleVariance = varianceAround(mean, values, 0);
  const variance = varianceAround(mean, values, lags);
  const varies = sampleVariance > ROUNDING * ROUNDING && variance > sampleVariance * ROUNDING;
  if (n < 2 || !varies) return { mean, standardError: Infinity, statistic: 0, pValue: 1, lag: lags };
  const h = lags + 1;
  const correction = Math.max(0, (n + 1 - 2 * h + (h * (h - 1)) / n) / n);
  const standardError = Math.sqrt(variance / n / correction);
  const statistic = mean / standardError;
  return { mean, standardError, statistic, pValue: studentUpperTail(statistic, n - 1), lag: lags };
}

/**
 * Newey–West long-run variance with the Bartlett kernel; without lags the population variance.
 *
 * The weighted sum of autocovariances is the mean square of the sums over lag + 1 neighbours, zeros before the first value
 * and behind the last one, over lag + 1: the same number in one pass, whatever the lag.
 *
 * @param values - (n,) in time order. @param lag - number of lags, in [0, n).
 * @returns >= 0; NaN for no values.
 */
export function longRunVariance(values: Float64Array, lag: number): number {
  return varianceAround(meanOf(values), values, lag);
}

/** {@link longRunVariance} around a mean. Deviations are taken anew where they leave the sum: a column of them was most of what a test allocates. */
function varianceAround(mean: number, values: Float64Array, lag: number): number {
  const n = values.length;
  let inside = 0;
  let squares = 0;
  for (let k = 0; k < Math.min(n, lag + 1); k++) {
    inside += values[k] - mean;
    squares += inside * inside;
  }
  for (let k = lag + 1; k < n; k++) {
    inside += values[k] - mean;
    inside -= values[k - lag - 1] - mean;
    squares += inside * inside;
  }
  for (let k = n; k < n + lag; k++) {
    inside -= values[k - lag - 1] - mean;
    squares += inside * inside;
  }
  return squares / (n * (lag + 1));
}

/**
 * Twice the largest number of later events that start inside one event's span: the lag at which labels still overlap.
 *
 * @param t0 - (nEvents,) bar indices or times of the entries, not decreasing.
 * @param t1 - (nEvents,) the same of the labels' ends, closed.
 * @throws {ConditionError} when the lengths differ.
 */
export function overlapLag(t0: Int32Array | Float64Array, t1: Int32Array | Float64Array): number {
  checkSameLength('t1', t1, 't0', t0);
  let most = 0;
  let later = 0;
  for (let k = 0; k < t0.length; k++) {
    later = Math.max(later, k + 1);
    while (later < t0.length && t0[later] <= t1[k]) later++;
    most = Math.max(most, later - k - 1);
  }
  return 2 * most;
}
