import { checkInteger, checkSameLength } from '../../core/index.ts';
import { meanOf } from '../metrics.ts';
import { studentUpperTail } from './student-t.ts';

/** Result of a one-sided paired test of two forecasts. */
export interface PairedTest {
  /** Mean of the loss differences, nats; positive when the tested forecast has the lower loss. */
  readonly meanDifference: number;
  /** Corrected t statistic; 0 when the differences do not vary. */
  readonly statistic: number;
  /** Probability of at least this statistic when neither forecast is better; 1 when the differences do not vary. */
  readonly pValue: number;
  /** Number of lags in the long-run variance. */
  readonly lag: number;
}

/** Standard deviation of loss differences below which they are rounding errors, nats. */
const ROUNDING = 1e-12;

/**
 * Diebold–Mariano test that a forecast's loss is lower, with Newey–West errors because labels overlap, and the small-sample
 * correction of Harvey, Leybourne and Newbold; quantiles of Student's t with n − 1 degrees of freedom.
 *
 * The correction multiplies the statistic by √((n + 1 − 2h + h(h − 1)/n) / n) with h = lag + 1. It falls to 0 as h nears n,
 * so the test finds no edge when the lag is as long as the data.
 *
 * @param difference - (n,) benchmark loss minus forecast loss of each event, nats, in time order.
 * @param lag - number of lags in the long-run variance, >= 0; at most n − 1 are used.
 * @throws {ConditionError} when `lag` is not an integer >= 0.
 * @see Diebold, Mariano (1995), JBES 13(3); Newey, West (1987), Econometrica 55(3); Harvey, Leybourne, Newbold (1997), IJF
 * 13(2), with horizon lag + 1.
 */
export function dieboldMariano(difference: Float64Array, lag: number): PairedTest {
  checkInteger('lag', lag, 0);
  const n = difference.length;
  const lags = Math.min(lag, Math.max(0, n - 1));
  if (n === 0) return { meanDifference: 0, statistic: 0, pValue: 1, lag: lags };
  const meanDifference = meanOf(difference);
  const sampleVariance = longRunVariance(difference, 0);
  const variance = longRunVariance(difference, lags);
  const varies = sampleVariance > ROUNDING * ROUNDING && variance > sampleVariance * ROUNDING;
  if (n < 2 || !varies) return { meanDifference, statistic: 0, pValue: 1, lag: lags };
  const h = lags + 1;
  const correction = (n + 1 - 2 * h + (h * (h - 1)) / n) / n;
  const statistic = (meanDifference / Math.sqrt(variance / n)) * Math.sqrt(Math.max(0, correction));
  return { meanDifference, statistic, pValue: studentUpperTail(statistic, n - 1), lag: lags };
}

/**
 * Newey–West long-run variance with the Bartlett kernel; without lags the population variance.
 *
 * @param values - (n,) in time order. @param lag - number of lags, in [0, n).
 * @returns >= 0; NaN for no values.
 */
export function longRunVariance(values: Float64Array, lag: number): number {
  const n = values.length;
  const mean = meanOf(values);
  const deviation = values.map((value) => value - mean);
  let total = 0;
  for (let j = 0; j <= lag; j++) {
    let covariance = 0;
    for (let k = j; k < n; k++) covariance += deviation[k] * deviation[k - j];
    total += (j === 0 ? 1 : 2 * (1 - j / (lag + 1))) * (covariance / n);
  }
  return Math.max(0, total);
}

/**
 * Twice the largest number of later events that start inside one event's span: the lag at which labels still overlap.
 *
 * @param t0 - (nEvents,) bar indices of the entries, not decreasing.
 * @param t1 - (nEvents,) bar indices of the labels' ends, closed.
 * @throws {ConditionError} when the lengths differ.
 */
export function overlapLag(t0: Int32Array, t1: Int32Array): number {
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
