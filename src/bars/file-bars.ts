import { type BarColumns, type BarFault, findBarFault } from '../domain/index.ts';
import { type RawRows, sharedFloats } from './bar-rows.ts';
import { integerUnit, isCompactDate, TIME_RULE, type TimeUnit, toUnixNanos } from './time-cells.ts';

/** What a caller may ask of a reader. */
export interface ReadRowsOptions {
  readonly allowOhlcRepair: boolean;
  readonly stamp: 'open' | 'close';
  /** Called now and then with the rows read of this file, and how many there are or seem to be. */
  readonly onRows: (done: number, total: number | null) => void;
}

/** The checked bars of one file, with times as they are stamped there. */
export interface FileBars {
  readonly path: string;
  readonly columns: BarColumns;
  readonly signals: Int8Array | null;
  readonly timeUnit: TimeUnit;
  /** The file's own name for its time column. */
  readonly timeName: string;
  readonly nRepaired: number;
  /** Says where a row (0-based) stands: `bars.csv line 17`, `bars.parquet row 16`. */
  readonly locate: (row: number) => Promise<string>;
}

/** A broken rule of a row, or the columns when all rows keep all rules. */
export type CheckedRows =
  | { readonly fault: BarFault }
  | { readonly fault: null; readonly columns: BarColumns; readonly timeUnit: TimeUnit; readonly nRepaired: number };

/** Turns rows as read into bars: times to nanoseconds, OHLC repaired when allowed, every rule of a bar checked. */
export function checkRows(raw: RawRows, allowOhlcRepair: boolean): CheckedRows {
  const times = toNanosColumn(raw);
  if ('fault' in times) return times;
  const { open, high, low, close, volume, takerBuyVolume } = raw.numbers;
  if (open === undefined || high === undefined || low === undefined || close === undefined) {
    throw new Error('unreachable: the required columns were resolved before the rows were read');
  }
  const columns: BarColumns = {
    tsEvent: times.tsEvent,
    open,
    high,
    low,
    close,
    volume: volume ?? sharedFloats(raw.nRows),
    takerBuyVolume: takerBuyVolume ?? null,
  };
  const nRepaired = allowOhlcRepair ? repairOhlc(columns) : 0;
  const fault = findBarFault(columns);
  return fault === null ? { fault, columns, timeUnit: times.timeUnit, nRepaired } : { fault };
}

/**
 * Widens high and low until they hold open and close; nothing else is repaired. Writes into the columns.
 *
 * @returns how many bars were changed.
 */
export function repairOhlc({ open, high, low, close }: BarColumns): number {
  let nRepaired = 0;
  for (let i = 0; i < close.length; i++) {
    const top = Math.max(open[i], close[i]);
    const bottom = Math.min(open[i], close[i]);
    // A price that is no price at all stays what it is, for the check that follows.
    const isPriced = low[i] > 0 && bottom > 0 && high[i] < Infinity && high[i] > 0 && top < Infinity;
    if (!isPriced || (high[i] >= top && low[i] <= bottom)) continue;
    high[i] = Math.max(high[i], top);
    low[i] = Math.min(low[i], bottom);
    nRepaired++;
  }
  return nRepaired;
}

/** Times in nanoseconds on shared memory, or the first that breaks a rule of integer times. */
function toNanosColumn(raw: RawRows): { tsEvent: BigInt64Array; timeUnit: TimeUnit } | { fault: BarFault } {
  const { time, timeKind, nRows } = raw;
  const tsEvent = new BigInt64Array(new SharedArrayBuffer(8 * nRows));
  tsEvent.set(time);
  if (timeKind !== 'integer') return { tsEvent, timeUnit: timeKind };
  const fault = findIntegerFault(time);
  if (fault !== null) return { fault: { ...fault, field: 'tsEvent', received: time[fault.index] } };
  const timeUnit = integerUnit(time[0]);
  const factor = toUnixNanos(1n, timeUnit) ?? 1n;
  if (factor !== 1n) for (let i = 0; i < nRows; i++) tsEvent[i] *= factor;
  return { tsEvent, timeUnit };
}

/**
 * The first integer time that is in another unit than the first, too large, or not after the one before. A unit is a
 * range of magnitudes, so in rising times the last one decides for all.
 */
function findIntegerFault(time: BigInt64Array): { index: number; rule: string } | null {
  const unit = integerUnit(time[0]);
  if (isCompactDate(time[0])) return { index: 0, rule: 'a date with dashes (YYYY-MM-DD) or UNIX time' };
  let end = 1;
  while (end < time.length && time[end] > time[end - 1]) end++;
  const checked = Math.min(end + 1, time.length);
  const hasOther = integerUnit(time[end - 1]) !== unit || integerUnit(time[checked - 1]) !== unit;
  const index = hasOther ? time.findIndex((value) => integerUnit(value) !== unit) : -1;
  if (index >= 0) {
    return { index, rule: `in ${unit} like the rows before it (this reads as ${integerUnit(time[index])})` };
  }
  if (toUnixNanos(time[0], unit) === null) return { index: 0, rule: TIME_RULE };
  if (toUnixNanos(time[end - 1], unit) === null) {
    return { index: time.findIndex((value) => toUnixNanos(value, unit) === null), rule: TIME_RULE };
  }
  return end === time.length ? null : { index: end, rule: `after the row before it (${time[end - 1]})` };
}
