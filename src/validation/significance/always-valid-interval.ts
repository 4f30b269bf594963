import { meanTest } from './mean-test.ts';

/** A mean with an interval that holds at every number of values at once, in the unit of the values. */
export interface AlwaysValidMean {
  /** Null for no values. */
  readonly mean: number | null;
  /** Ends of the interval; null where too few values, or all alike, tell nothing. */
  readonly low: number | null;
  readonly high: number | null;
  /** Of the mean, by Newey–West with `lag`; null where the ends are. */
  readonly standardError: number | null;
  readonly n: number;
  /** Number of lags in the long-run variance. */
  readonly lag: number;
}

/** Chance that the interval ever leaves the true mean out, at any of all the looks at it. */
const ALPHA = 0.1;
/** Number of values at which the interval is narrowest beside one for a single look. */
const TIGHTEST_AT = 1000;
/** Variance of the mixture, by the rule of thumb of the source for {@link TIGHTEST_AT}. */
const RHO_SQUARED = (-2 * Math.log(ALPHA) + Math.log(-2 * Math.log(ALPHA)) + 1) / TIGHTEST_AT;
/** Least number of spans between overlaps below which errors by Newey–West say nothing. */
const LEAST_STRETCHES = 10;
/** Least number of values in any case. */
const LEAST_VALUES = 30;

/** Number of values below which there is no interval. @param lag - see `overlapLag`. */
export function leastForInterval(lag: number): number {
  return Math.max(LEAST_VALUES, LEAST_STRETCHES * (lag + 1));
}

/**
 * Mean with a 90 % interval for someone who looks again and again: the chance that it leaves the true mean out at any time, however
 * often one looks, is 10 %. A page that is looked at every day needs that: an interval for one look at 1,000 values, looked at all
 * the time on the way there, leaves the truth out in every other case. It is about 1.7 times as wide. Errors by Newey–West
 * allow for labels that overlap.
 *
 * It holds in the limit of many values; measured rates stand in `bench/RESULTS.md`.
 *
 * @param values - (n,) finite, in time order. @param lag - see `overlapLag`.
 * @see Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas (2024), Time-uniform central limit theory and asymptotic confidence sequences,
 * Annals of Statistics 52(6), theorem 2.2, with the long-run variance in the place of the variance.
 */
export function alwaysValidInterval(values: Float64Array, lag: number): AlwaysValidMean {
  const n = values.length;
  const { mean, standardError, lag: lags } = meanTest(values, lag);
  if (n === 0) return { mean: null, low: null, high: null, standardError: null, n, lag: lags };
  if (n < leastForInterval(lags) || !Number.isFinite(standardError)) {
    return { mean, low: null, high: null, standardError: null, n, lag: lags };
  }
  const half = standardError * alwaysValidFactor(n);
  return { mean, low: mean - half, high: mean + half, standardError, n, lag: lags };
}

/** Half of an interval in standard errors of the mean. @param n - number of values, >= 1. */
function alwaysValidFactor(n: number): number {
  const x = n * RHO_SQUARED;
  return Math.sqrt((2 * (x + 1) * Math.log(Math.sqrt(x + 1) / ALPHA)) / x);
}

/** Largest number of values that is worth naming. */
const MOST_NEEDED = 1_000_000;
/** Step from one number that is tried to the next. */
const STEP = 1.02;

/**
 * Number of values after which a mean of `size` is told from 0, where they vary as those seen so far.
 *
 * @param size - in the unit of the values, > 0. @returns at least the number seen; null beyond a million, and where there is no interval yet.
 */
export function neededToTell(size: number, { standardError, n }: AlwaysValidMean): number | null {
  if (standardError === null || !(size > 0)) return null;
  for (let needed = n; needed <= MOST_NEEDED; needed *= STEP) {
    if (standardError * Math.sqrt(n / needed) * alwaysValidFactor(needed) <= size) return Math.ceil(needed);
  }
  return null;
}
