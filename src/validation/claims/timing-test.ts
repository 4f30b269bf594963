import { meanOf } from '../metrics.ts';
import { meanTest } from '../significance/mean-test.ts';
import { studentUpperTail } from '../significance/student-t.ts';
import type { JudgedTrades, TimingClaim } from './claims.ts';
import { coinOf } from './coin.ts';
import { claimTest } from './knowledge-tests.ts';
import { tradesInR } from './money-test.ts';

/** D, half of what a long trade returned more than a short one, at every tenth bar of all instruments. */
export interface ReferenceExcess {
  /** (nBars,) units of R, in time order. */
  readonly excess: Float64Array;
  /** (nBars,) which instrument of the training. */
  readonly instrument: Int32Array;
  /** Number of lags at which their spans still overlap. */
  readonly lag: number;
}

const BPS = 1e4;

/**
 * Where the primary's excess over the coin comes from: mean excess = mean(side) · mean(D) (drift) + cov(side, D) (timing), of
 * several instruments within each: that one rose and another fell is drift. A primary that is only ever on one side of each
 * instrument is timed where D at its events is above D at every tenth bar, in its direction; the two means are taken as
 * independent, which is cautious for events of the same bars.
 *
 * @param lag - see `overlapLag`.
 * @param reference - only asked for a primary of one side; without it such a primary proves no timing.
 */
export function timingTest(trades: JudgedTrades, lag: number, reference: ReferenceExcess | null): TimingClaim {
  const { instrument } = trades;
  const side = Float64Array.from(trades.side);
  const { excess } = tradesInR(trades);
  if (side.length > 0 && isOneSided(trades)) return oneSidedTiming(trades, excess, lag, reference);
  const meanSide = ownMeans(side, instrument);
  const inR = bySide(side, excess, 1);
  const timed = comomentsAround(side, meanSide, inR, ownMeans(inR, instrument));
  const test = claimTest(timed, lag);
  if (side.length === 0) return { ...test, driftBps: 0, timingR: 0, timingBps: 0, isOneSided: false };
  const difference = bySide(side, coinOf(trades).excess, BPS);
  const meanDifference = ownMeans(difference, instrument);
  const drift = meanSide.map((value, k) => value * meanDifference[k]);
  const timing = comomentsAround(side, meanSide, difference, meanDifference);
  return { ...test, driftBps: meanOf(drift), timingR: meanOf(timed), timingBps: meanOf(timing), isOneSided: false };
}

/** Timing where the other side is unknown: nothing is shown. */
export function unknownTiming(trades: Pick<JudgedTrades, 'side' | 'instrument'>): TimingClaim {
  const n = trades.side.length;
  const nothing = { statistic: 0, pValue: 1, n, lag: 0, driftBps: null, timingR: 0, timingBps: 0 };
  return { ...nothing, isOneSided: n > 0 && isOneSided(trades) };
}

/** Whether every instrument only has events of one side. */
export function isOneSided({ side, instrument }: Pick<JudgedTrades, 'side' | 'instrument'>): boolean {
  const first: number[] = [];
  for (let k = 0; k < side.length; k++) {
    first[instrument[k]] ??= side[k];
    if (first[instrument[k]] !== side[k]) return false;
  }
  return true;
}

/** (n,) D in another unit: what a long earned over the coin, from what the side did. */
function bySide(side: Float64Array, excess: Float64Array, unit: number): Float64Array {
  const difference = new Float64Array(side.length);
  for (let k = 0; k < difference.length; k++) difference[k] = side[k] * excess[k] * unit;
  return difference;
}

/** (n,) mean of each value's own instrument. */
function ownMeans(values: Float64Array, instrument: Int32Array): Float64Array {
  const sums: number[] = [];
  const counts: number[] = [];
  for (let k = 0; k < values.length; k++) {
    sums[instrument[k]] = (sums[instrument[k]] ?? 0) + values[k];
    counts[instrument[k]] = (counts[instrument[k]] ?? 0) + 1;
  }
  const means = new Float64Array(values.length);
  for (let k = 0; k < means.length; k++) means[k] = sums[instrument[k]] / counts[instrument[k]];
  return means;
}

/** (n,) products of the distances of two columns from their means. */
function comomentsAround(a: Float64Array, meanA: Float64Array, b: Float64Array, meanB: Float64Array): Float64Array {
  const products = new Float64Array(a.length);
  for (let k = 0; k < products.length; k++) products[k] = (a[k] - meanA[k]) * (b[k] - meanB[k]);
  return products;
}

function oneSidedTiming(
  trades: JudgedTrades,
  excess: Float64Array,
  lag: number,
  reference: ReferenceExcess | null,
): TimingClaim {
  const n = excess.length;
  const events = meanTest(excess, lag);
  const none = {
    statistic: 0,
    pValue: 1,
    n,
    lag: events.lag,
    driftBps: null,
    timingR: 0,
    timingBps: 0,
    isOneSided: true,
  };
  const market = reference === null ? null : sameMix(trades, reference);
  if (reference === null || market === null) return none;
  const anyBar = meanTest(market, reference.lag);
  const timingR = events.mean - anyBar.mean;
  const timingBps = timingR * meanOf(trades.risk) * BPS;
  const standardError = Math.hypot(events.standardError, anyBar.standardError);
  if (!Number.isFinite(standardError)) return { ...none, timingR, timingBps };
  const statistic = timingR / standardError;
  const degrees = Math.min(n, market.length) - 1;
  return { ...none, statistic, pValue: studentUpperTail(statistic, degrees), timingR, timingBps };
}

/**
 * What the sides of a one-sided primary returned over the coin at the bars of its instruments, weighted so that each counts as much
 * as among the events.
 *
 * @returns (nBars,) units of R; null where an instrument of the events has no bars to compare with.
 */
function sameMix({ side, instrument }: JudgedTrades, reference: ReferenceExcess): Float64Array | null {
  const events = Map.groupBy(instrument.keys(), (k) => instrument[k]);
  const bars = Map.groupBy(reference.excess.keys(), (k) => reference.instrument[k]);
  const rows = reference.excess.map((_, k) => k).filter((k) => events.has(reference.instrument[k]));
  const weight = new Map<number, number>();
  for (const [own, inside] of events) {
    const nBars = bars.get(own)?.length ?? 0;
    if (nBars === 0) return null;
    weight.set(own, (side[inside[0]] * inside.length * rows.length) / (instrument.length * nBars));
  }
  return rows.map((k) => reference.excess[k] * (weight.get(reference.instrument[k]) ?? 0));
}
