import { type BarColumns, type BarFault, findBarFault } from '../../domain/index.ts';
import { type RawRows, sharedFloats } from './collect-rows.ts';
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

/**
 * Times in nanoseconds on shared memory. Units are ranges of magnitude, so in rising times the first and the last
 * decide for all; times that do not rise are a fault anyway.
 */
function toNanosColumn(raw: RawRows): { tsEvent: BigInt64Array; timeUnit: TimeUnit } | { fault: BarFault } {
  const { time, timeKind, nRows } = raw;
  const tsEvent = new BigInt64Array(new SharedArrayBuffer(8 * nRows));
  tsEvent.set(time);
  if (timeKind !== 'integer') return { tsEvent, timeUnit: timeKind };
  const timeUnit = integerUnit(time[0]);
  const last = time[nRows - 1];
  const fault = (index: number, rule: string): { fault: BarFault } => ({
    fault: { index, field: 'tsEvent', rule, received: time[index] },
  });
  if (isCompactDate(time[0])) return fault(0, 'UNIX time, or a date with dashes (YYYY-MM-DD)');
  if (toUnixNanos(time[0], timeUnit) === null) return fault(0, TIME_RULE);
  for (let i = 1; i < nRows; i++) {
    if (time[i] > time[i - 1]) continue;
    return fault(i, `after the row before it (${time[i - 1]})`);
  }
  if (integerUnit(last) !== timeUnit) {
    const index = time.findIndex((value) => integerUnit(value) !== timeUnit);
    return fault(index, `in ${timeUnit} like the rows before it (this reads as ${integerUnit(time[index])})`);
  }
  if (toUnixNanos(last, timeUnit) === null) return fault(nRows - 1, TIME_RULE);
  const factor = toUnixNanos(1n, timeUnit) ?? 1n;
  if (factor !== 1n) for (let i = 0; i < nRows; i++) tsEvent[i] *= factor;
  return { tsEvent, timeUnit };
}
