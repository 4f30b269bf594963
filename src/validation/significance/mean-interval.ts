import { meanTest } from './mean-test.ts';
import { studentUpperTail } from './student-t.ts';

/** A mean with its 95 % interval, in the unit of the values. */
export interface MeanInterval {
  /** 0 for no values. */
  readonly mean: number;
  /** Ends of the interval; null where too few values, or all alike, tell nothing. */
  readonly low: number | null;
  readonly high: number | null;
  /** HAC t statistic against 0; 0 where nothing varies. */
  readonly t: number;
  readonly n: number;
}

/**
 * Mean with its HAC interval; see {@link meanTest}.
 *
 * @param values - (n,) finite, in time order. @param lag - see `overlapLag`.
 */
export function meanInterval(values: Float64Array, lag: number): MeanInterval {
  const n = values.length;
  const { mean, standardError, statistic } = meanTest(values, lag);
  const half = Number.isFinite(standardError) ? criticalValue(n - 1) * standardError : null;
  return {
    mean,
    low: half === null ? null : mean - half,
    high: half === null ? null : mean + half,
    t: statistic,
    n,
  };
}

/** Chance on each side of a 95 % interval. */
const TAIL = 0.025;
/** The critical value of one degree of freedom is 12.7; more have less. */
const LARGEST_CRITICAL = 13;
/** Halvings down to 1e-11. */
const HALVINGS = 40;

/** Value that Student's t exceeds in 2.5 % of cases. @param degrees - of freedom, >= 1. */
export function criticalValue(degrees: number): number {
  let [low, high] = [0, LARGEST_CRITICAL];
  for (let k = 0; k < HALVINGS; k++) {
    const middle = (low + high) / 2;
    if (studentUpperTail(middle, degrees) > TAIL) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
