import {
  BarSeries,
  type ColumnValues,
  type FeatureName,
  NO_COLUMNS,
  SIGNAL_PROBABILITY,
  SIGNAL_STRENGTH,
} from '../../domain/index.ts';
import type { InstrumentHistory, PastTrade } from '../../ports/index.ts';

/**
 * Columns of the sender as they were read at the signals of a history, by the bar of entry: what the record of the signal has, and where
 * it was recorded before anybody read the column, the last value that a bar had by then. The strength of a signal is such a
 * column, and its probability, which no bar has.
 *
 * @returns one (nBars,) array a name; NaN where a value was missing, and at bars without a signal.
 */
export function pastColumns(names: readonly FeatureName[], { bars, signals }: InstrumentHistory): ColumnValues {
  if (names.length === 0) return NO_COLUMNS;
  const trades = new Map(signals.map((trade) => [trade.entryTs, trade]));
  return new Map(names.map((name) => [name, columnOf(name, bars, trades)]));
}

function columnOf(name: FeatureName, bars: BarSeries, trades: ReadonlyMap<bigint, PastTrade>): Float64Array {
  const values = new Float64Array(bars.length).fill(Number.NaN);
  const ofBars = bars.columns.get(name);
  let held = Number.NaN;
  for (let i = 0; i < values.length; i++) {
    if (ofBars !== undefined && Number.isFinite(ofBars[i])) held = ofBars[i];
    const trade = trades.get(bars.tsEvent[i]);
    if (trade !== undefined) values[i] = valueAt(name, trade, held);
  }
  return values;
}

/** @param held - last value of the bars. */
function valueAt(name: FeatureName, { strength, columnValues }: PastTrade, held: number): number {
  if (name === SIGNAL_STRENGTH) return strength;
  if (name === SIGNAL_PROBABILITY) return columnValues?.[name] ?? Number.NaN;
  if (columnValues === null || !Object.hasOwn(columnValues, name)) return held;
  return columnValues[name] ?? Number.NaN;
}

/** The first `n` values of every column. */
export function firstOf(columns: ColumnValues, n: number): ColumnValues {
  return new Map(Array.from(columns, ([name, values]) => [name, values.subarray(0, n)]));
}

/** Whether a model can read every column at a bar: it reads float32. */
export function isCompleteAt(columns: ColumnValues, bar: number): boolean {
  for (const values of columns.values()) if (!Number.isFinite(Math.fround(values[bar]))) return false;
  return true;
}

/** Values of a bar by name, NaN for one that is missing; null without columns. */
export function featuresAt(columns: ColumnValues, bar: number): Readonly<Record<string, number>> | null {
  if (columns.size === 0) return null;
  return Object.fromEntries(Array.from(columns, ([name, values]) => [name, values[bar]]));
}

/** Bars as a training reads them: beside them no other columns than these. */
export function withColumns(bars: BarSeries, columns: ColumnValues): BarSeries {
  return BarSeries.fromChecked({ ...bars, columns });
}
