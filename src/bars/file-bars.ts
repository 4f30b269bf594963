import type { BarColumns, ColumnValues } from '../domain/index.ts';
import type { WantedColumns } from './columns/find-columns.ts';
import type { NamingOptions } from './read-options.ts';
import type { TimeUnit } from './time-cells.ts';

/** What a caller may ask of a reader. */
export interface ReadRowsOptions
  extends Pick<NamingOptions, 'rename' | 'elsewhere' | 'sort' | 'dedupe' | 'symbol' | 'timeFormat' | 'tz'> {
  readonly allowOhlcRepair: boolean;
  readonly stamp: 'open' | 'close';
  /** Columns that are read beside those of bars, where the file has them. */
  readonly wanted: WantedColumns;
  /** Called while reading with the rows read of this file and their number in all, a guess where it is not known; null without one. */
  readonly onRows: (done: number, total: number | null) => void;
}

/** The checked bars of one file, with times as they are stamped there. */
export interface FileBars {
  readonly path: string;
  /** Without those of the caller. */
  readonly columns: BarColumns;
  /** (nBars,) of each wanted column that the file has, on shared memory; NaN where a bar has no value. */
  readonly values: ColumnValues;
  /** (nBars,) the side of each bar, or null where the file has none. */
  readonly side: Int8Array | null;
  /** Whether the file has volumes; they are zeros without. */
  readonly hasVolume: boolean;
  readonly timeUnit: TimeUnit;
  /** The end of a bar that the file is known to stamp; null where the caller says it. */
  readonly stampedAt: 'open' | 'close' | null;
  /** What was recognised, in short phrases. */
  readonly recognised: readonly string[];
  /** Names of numeric columns that nothing reads. */
  readonly unusedColumns: readonly string[];
  /** Name of the time column in the file. */
  readonly timeName: string;
  readonly nRepaired: number;
  /** Number of identical rows that were left out. */
  readonly nDuplicates: number;
  /** The place of a bar (0-based) for an error sentence: `bars.csv line 17`, `bars.parquet row 16`. */
  readonly locate: (bar: number) => Promise<string>;
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
