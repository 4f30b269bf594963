import { meanOf } from '../metrics.ts';
import { meanTest } from '../significance/mean-test.ts';
import { studentUpperTail } from '../significance/student-t.ts';
import type { JudgedTrades, TimingClaim } from './claims.ts';
import { coinOf } from './coin.ts';
import { claimTest, comoments } from './knowledge-tests.ts';
import { tradesInR } from './money-test.ts';

/** D, half of what a long trade returned more than a short one, at every tenth bar of all instruments. */
export interface ReferenceExcess {
  /** (nBars,) units of R, in time order. */
  readonly excess: Float64Array;
  /** Number of lags at which their spans still overlap. */
  readonly lag: number;
}

const BPS = 1e4;

/**
 * Where the primary's excess over the coin comes from: mean excess = mean(side) · mean(D) (drift) + cov(side, D) (timing).
 * A primary of one side is timed where D at its events is above D at every tenth bar, in its direction; the two means are
 * taken as independent, which is cautious for events of the same bars.
 *
 * @param lag - see `overlapLag`.
 * @param reference - only asked for a primary of one side; without it such a primary proves no timing.
 */
export function timingTest(trades: JudgedTrades, lag: number, reference: ReferenceExcess | null): TimingClaim {
  const side = Float64Array.from(trades.side);
  const isOneSided = side.length > 0 && side.every((each) => each === side[0]);
  const { excess } = tradesInR(trades);
  if (isOneSided) return oneSidedTiming(trades, excess, lag, reference);
  const test = claimTest(comoments(side, bySide(side, excess, 1)), lag);
  if (side.length === 0) return { ...test, driftBps: 0, timingBps: 0, isOneSided };
  const difference = bySide(side, coinOf(trades).excess, BPS);
  return {
    ...test,
    driftBps: meanOf(side) * meanOf(difference),
    timingBps: meanOf(comoments(side, difference)),
    isOneSided,
  };
}

/** (n,) D in another unit: what a long earned over the coin, from what the side did. */
function bySide(side: Float64Array, excess: Float64Array, unit: number): Float64Array {
  const difference = new Float64Array(side.length);
  for (let k = 0; k < difference.length; k++) difference[k] = side[k] * excess[k] * unit;
  return difference;
}

function oneSidedTiming(
  trades: JudgedTrades,
  excess: Float64Array,
  lag: number,
  reference: ReferenceExcess | null,
): TimingClaim {
  const n = excess.length;
  const events = meanTest(excess, lag);
  const none = { statistic: 0, pValue: 1, n, lag: events.lag, driftBps: null, timingBps: 0, isOneSided: true };
  if (reference === null || reference.excess.length === 0) return none;
  const anyBar = meanTest(reference.excess, reference.lag);
  const timing = events.mean - trades.side[0] * anyBar.mean;
  const timingBps = timing * meanOf(trades.risk) * BPS;
  const standardError = Math.hypot(events.standardError, anyBar.standardError);
  if (!Number.isFinite(standardError)) return { ...none, timingBps };
  const statistic = timing / standardError;
  const degrees = Math.min(n, reference.excess.length) - 1;
  return { ...none, statistic, pValue: studentUpperTail(statistic, degrees), timingBps };
}
