import { type BarSeries, type ColumnValues, type FeatureName, WINDOW_BARS } from '../../../domain/index.ts';
import type { GivenTrades } from '../../../labeling/index.ts';
import { lowerBound } from '../../../math/index.ts';
import type { InstrumentHistory, PastTrade, ToldEnd } from '../../../ports/index.ts';
import { firstOf, pastColumns } from '../past-columns.ts';

/** Outcomes that were reported and teach nothing, and why. */
export interface UnusedOutcomes {
  /** Number of those reported without a return: nobody knows what they paid. */
  readonly nWithoutReturn: number;
  /** Number of those whose exit lies after the last bar that is known: their spans are open. */
  readonly nAfterBars: number;
}

/** Bars and the signals that came with them. */
export interface SignalledBars {
  readonly bars: BarSeries;
  /** (nBars,) -1, 0 or 1: the signals that teach. */
  readonly side: Int8Array;
  /** (nBars,) of each column that a model reads; NaN where it is missing, and at bars without a signal. */
  readonly sent: ColumnValues;
  /** Trades of those signals whose outcome was reported; null for none. */
  readonly told: GivenTrades | null;
}

/** What a history says for a training. */
export interface PastSignals extends SignalledBars {
  readonly unused: UnusedOutcomes;
}

/** One row of {@link GivenTrades}. */
interface ToldTrade {
  readonly index: number;
  readonly exit: number;
  readonly side: PastTrade['signal'];
  readonly label: 0 | 1;
  readonly ret: number;
}

const MS = 1_000_000n;

/**
 * The bars of a history with the sides that were really signalled, one a bar: that of the signal written last. A reported outcome stands
 * for what a labeler would say of its signal. Where outcomes are given, only signals with one are there.
 *
 * A trade ends with the first bar at or after its exit, or, where no exit was reported, at or after the report: until then its label was
 * not known. One without a return, or whose end no bar has reached, teaches nothing, and is counted.
 *
 * @param columns - those that a model reads. @param isGiven - whether outcomes only come from outside.
 */
export function pastSignals(
  history: InstrumentHistory,
  columns: readonly FeatureName[],
  isGiven: boolean,
): PastSignals {
  const { bars, signals } = history;
  const told: ToldTrade[] = [];
  const unused = { nWithoutReturn: 0, nAfterBars: 0 };
  const kept = new Map<bigint, PastTrade>();
  for (const [entryTs, trade] of lastOfEach(signals, isGiven)) {
    if (trade.told !== null) {
      const end = toldTrade(bars, trade, trade.told);
      if (end === 'no return') unused.nWithoutReturn++;
      else if (end === 'open') unused.nAfterBars++;
      else if (end !== null) told.push(end);
      if (end === null || typeof end === 'string') continue;
    }
    kept.set(entryTs, trade);
  }
  const side = new Int8Array(bars.length);
  for (let i = 0; i < side.length; i++) side[i] = kept.get(bars.tsEvent[i])?.signal ?? 0;
  const sent = pastColumns(columns, { bars, signals: [...kept.values()] });
  return { bars, side, sent, told: inColumns(told.sort((a, b) => a.index - b.index)), unused };
}

/** Of the signals of each bar the one that was written last; where outcomes are given, the last one with an outcome. */
function lastOfEach(signals: readonly PastTrade[], isGiven: boolean): Map<bigint, PastTrade> {
  const usable = isGiven ? signals.filter(({ told }) => told !== null) : signals;
  return new Map(usable.map((trade) => [trade.entryTs, trade]));
}

/** Null where its bar is not known, or has no full window before it. */
function toldTrade(
  { tsEvent, length }: BarSeries,
  { entryTs, signal }: PastTrade,
  { label, tradeReturn, exitTs, toldMs }: ToldEnd,
): ToldTrade | 'no return' | 'open' | null {
  const index = lowerBound(length, (i) => tsEvent[i] < entryTs);
  if (tsEvent[index] !== entryTs || index < WINDOW_BARS - 1) return null;
  if (tradeReturn === null) return 'no return';
  const endTs = exitTs ?? BigInt(toldMs) * MS;
  const exit = Math.max(
    index + 1,
    lowerBound(length, (i) => tsEvent[i] < endTs),
  );
  return exit < length ? { index, exit, side: signal, label, ret: tradeReturn } : 'open';
}

function inColumns(rows: readonly ToldTrade[]): GivenTrades | null {
  if (rows.length === 0) return null;
  return {
    index: Int32Array.from(rows, ({ index }) => index),
    exit: Int32Array.from(rows, ({ exit }) => exit),
    side: Int8Array.from(rows, ({ side }) => side),
    label: Uint8Array.from(rows, ({ label }) => label),
    ret: Float64Array.from(rows, ({ ret }) => ret),
  };
}

/** The first bars of a history. Reported trades that end after them are left out, and so are their signals. */
export function firstBars({ bars, side, sent, told }: SignalledBars, n: number): SignalledBars {
  const sides = side.slice(0, n);
  if (told === null) return { bars: bars.slice(0, n), side: sides, sent: firstOf(sent, n), told };
  const rows = Array.from(told.index, (index, k) => ({
    index,
    exit: told.exit[k],
    side: told.side[k] as PastTrade['signal'],
    label: told.label[k] as 0 | 1,
    ret: told.ret[k],
  })).filter(({ index }) => index < n);
  for (const { index, exit } of rows) if (exit >= n) sides[index] = 0;
  const ended = inColumns(rows.filter(({ exit }) => exit < n));
  return { bars: bars.slice(0, n), side: sides, sent: firstOf(sent, n), told: ended };
}
