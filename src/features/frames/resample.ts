import { allocateBarColumns, BarSeries } from '../../domain/index.ts';

/** Bars of a longer frame, made of shorter ones. */
export interface FramedBars {
  /**
   * (nFrames,) one bar for each frame in which a bar closed. `tsEvent` is the end of the frame, at which it is known. The first frame
   * may be cut by the start of the bars, and the last one is open where no later bar closed and it has not ended.
   */
  readonly bars: BarSeries;
  /** (nFrames,) index of the first bar of each frame. */
  readonly first: Int32Array;
  /** (nBars,) index of the last frame that has ended when each bar closes; -1 for none. */
  readonly closed: Int32Array;
}

/**
 * Groups bars by frames that begin at midnight UTC: a frame holds the bars that close after its begin and not after its end, so that a
 * bar belongs to the frame in which it lies. A frame without a bar is left out.
 *
 * @param bars - (nBars,) @param frameNs - length of a frame, nanoseconds, > 0, a part of a day.
 * @returns frames whose values depend on their own bars only, added up in the order of time.
 * @see pandas `resample(frame, label='right', closed='right')` without empty bins, and `merge_asof` backward for `closed`.
 */
export function resample(bars: BarSeries, frameNs: bigint): FramedBars {
  const { first, ends, frameOf } = splitFrames(bars.tsEvent, frameNs);
  const closed = Int32Array.from(frameOf, (frame, i) => (ends[frame] <= bars.tsEvent[i] ? frame : frame - 1));
  return { bars: joinFrames(bars, first, ends), first, closed };
}

interface FrameSplit {
  /** (nFrames,) */
  readonly first: Int32Array;
  /** (nFrames,) ends, UNIX ns. */
  readonly ends: BigInt64Array;
  /** (nBars,) */
  readonly frameOf: Int32Array;
}

function splitFrames(tsEvent: BigInt64Array, frameNs: bigint): FrameSplit {
  const n = tsEvent.length;
  const frameOf = new Int32Array(n);
  const first = new Int32Array(n);
  const ends = new BigInt64Array(n);
  let nFrames = 0;
  let end = 0n;
  for (let i = 0; i < n; i++) {
    if (nFrames === 0 || tsEvent[i] > end) {
      end = endOfFrame(tsEvent[i], frameNs);
      first[nFrames] = i;
      ends[nFrames++] = end;
    }
    frameOf[i] = nFrames - 1;
  }
  return { first: first.slice(0, nFrames), ends: ends.slice(0, nFrames), frameOf };
}

/** The first end of a frame that is not before a time. */
function endOfFrame(ts: bigint, frameNs: bigint): bigint {
  const past = ts % frameNs;
  if (past === 0n) return ts;
  return ts - past + (past > 0n ? frameNs : 0n); // before 1970 the rest is negative
}

function joinFrames(bars: BarSeries, first: Int32Array, ends: BigInt64Array): BarSeries {
  const n = first.length;
  const columns = allocateBarColumns(n, bars.takerBuyVolume !== null);
  columns.tsEvent.set(ends);
  for (let f = 0; f < n; f++) {
    const from = first[f];
    const to = f + 1 < n ? first[f + 1] : bars.length;
    columns.open[f] = bars.open[from];
    columns.close[f] = bars.close[to - 1];
    columns.high[f] = highest(bars.high, from, to);
    columns.low[f] = lowest(bars.low, from, to);
    columns.volume[f] = sum(bars.volume, from, to);
    if (columns.takerBuyVolume !== null && bars.takerBuyVolume !== null) {
      // Sums are rounded: one of parts may be a last digit above that of the wholes.
      columns.takerBuyVolume[f] = Math.min(columns.volume[f], sum(bars.takerBuyVolume, from, to));
    }
  }
  const named = Array.from(bars.columns, ([name, values]) => [name, lastOf(values, first)] as const);
  return BarSeries.fromChecked({ ...columns, columns: new Map(named) });
}

/** (nFrames,) the value at the last bar of each frame: a column is as known at the close of its bar. */
function lastOf(values: Float64Array, first: Int32Array): Float64Array {
  return Float64Array.from(first, (_, f) => values[(f + 1 < first.length ? first[f + 1] : values.length) - 1]);
}

function highest(x: Float64Array, from: number, to: number): number {
  let top = x[from];
  for (let i = from + 1; i < to; i++) if (x[i] > top) top = x[i];
  return top;
}

function lowest(x: Float64Array, from: number, to: number): number {
  let bottom = x[from];
  for (let i = from + 1; i < to; i++) if (x[i] < bottom) bottom = x[i];
  return bottom;
}

function sum(x: Float64Array, from: number, to: number): number {
  let total = 0;
  for (let i = from; i < to; i++) total += x[i];
  return total;
}
