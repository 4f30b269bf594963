import { NS_PER_HOUR } from '../../core/index.ts';
import type { ReadOptions } from '../read-options.ts';

/** The symbol of each row of a file that has a column of them. */
export interface RowSymbols {
  /** (nRows,) index into `names`. */
  readonly ids: Int32Array;
  /** Each symbol once, in the order of its first row. */
  readonly names: readonly string[];
}

/** The rows of a file as they stand there. */
export interface FileRows {
  /** (nRows,) UNIX ns. */
  readonly time: BigInt64Array;
  /** Every other column that is read, (nRows,) each: rows of one time are identical when all of these are. */
  readonly values: readonly (Float64Array | Int8Array)[];
  readonly symbols: RowSymbols | null;
}

/** Which rows of a file are its bars, oldest first, or the first row that cannot be placed. */
export type Arrangement =
  | {
      readonly fault: null;
      /** (nBars,) the file's row of each bar; null where all rows are bars as they stand. */
      readonly order: Int32Array | null;
      readonly nDuplicates: number;
      /** What was done, in short phrases. */
      readonly notes: readonly string[];
    }
  | {
      readonly fault: {
        /** Of the file, 0-based. */
        readonly row: number;
        readonly field: 'time' | 'symbol';
        /** To follow `must be` for a time, and the name of the file for symbols. */
        readonly rule: string;
        /** Whether a clock that is put back shows such times: one twice, or one less than an hour before the last. */
        readonly isClockBack: boolean;
      };
    };

const AS_THEY_STAND: Arrangement = { fault: null, order: null, nDuplicates: 0, notes: [] };
const MAX_NAMES = 5;

/**
 * Puts the rows of a file in the order of time: picks one symbol, turns rows that are newest first, sorts and drops identical
 * rows where that was asked for. Of everything else it names the row.
 */
export function arrangeRows(rows: FileRows, options: Pick<ReadOptions, 'sort' | 'dedupe' | 'symbol'>): Arrangement {
  const notes: string[] = [];
  let order: Int32Array | null = null;
  const ofSymbols = symbolFault(rows.symbols, options.symbol);
  if (ofSymbols !== null) return { fault: { row: 0, field: 'symbol', rule: ofSymbols, isClockBack: false } };
  if (rows.symbols !== null && rows.symbols.names.length > 1) {
    order = rowsOf(rows.symbols, options.symbol ?? '');
    notes.push(`symbol ${options.symbol} of ${rows.symbols.names.length}`);
  }
  const steps = countSteps(rows.time, order);
  if (steps.nDown === 0 && steps.nEqual === 0)
    return order === null ? AS_THEY_STAND : { fault: null, order, nDuplicates: 0, notes };
  order ??= Int32Array.from(rows.time, (_, row) => row);
  if (steps.nDown > 0 && steps.nUp === 0) {
    order.reverse();
    notes.push('newest first, turned round');
  } else if (steps.nDown > 0) {
    if (options.sort !== true) {
      const { firstDown, before } = steps;
      const rule = `after the row before it (${before}), or sorted by --sort`;
      const isClockBack = before - rows.time[firstDown] < NS_PER_HOUR;
      return { fault: { row: firstDown, field: 'time', rule, isClockBack } };
    }
    sortByTime(order, rows.time);
    notes.push('in no order, sorted');
  }
  return withoutDoubles(rows, order, options, notes);
}

function symbolFault(symbols: RowSymbols | null, symbol: string | undefined): string | null {
  if (symbols === null)
    return symbol === undefined ? null : `has no column of symbols, from which --symbol ${symbol} picks`;
  const { names } = symbols;
  const list = `${names.slice(0, MAX_NAMES).join(', ')}${names.length > MAX_NAMES ? ', ...' : ''}`;
  if (symbol !== undefined)
    return names.includes(symbol) ? null : `has no row of the symbol ${symbol}, only of ${list}`;
  if (names.length <= 1) return null;
  return `holds ${names.length} symbols (${list}): --symbol ${names[0]} reads one, --universe all`;
}

function rowsOf({ ids, names }: RowSymbols, symbol: string): Int32Array {
  const wanted = names.indexOf(symbol);
  const rows: number[] = [];
  for (let row = 0; row < ids.length; row++) if (ids[row] === wanted) rows.push(row);
  return Int32Array.from(rows);
}

/** How time goes from row to row. */
function countSteps(time: BigInt64Array, order: Int32Array | null) {
  const n = order?.length ?? time.length;
  let nUp = 0;
  let nDown = 0;
  let firstDown = -1;
  let beforeDown = 0n;
  for (let i = 1; i < n; i++) {
    const row = order === null ? i : order[i];
    const previous = time[order === null ? i - 1 : order[i - 1]];
    if (time[row] > previous) nUp++;
    else if (time[row] < previous && nDown++ === 0) [firstDown, beforeDown] = [row, previous];
  }
  return { nUp, nDown, nEqual: Math.max(0, n - 1) - nUp - nDown, firstDown, before: beforeDown };
}

/** Sorts rows by time; rows of one time stay in the order of the file. */
function sortByTime(order: Int32Array, time: BigInt64Array): void {
  order.sort((a, b) => (time[a] < time[b] ? -1 : time[a] > time[b] ? 1 : a - b));
}

function withoutDoubles(
  rows: FileRows,
  order: Int32Array,
  { dedupe }: Pick<ReadOptions, 'dedupe'>,
  notes: string[],
): Arrangement {
  const { time } = rows;
  let nKept = 0;
  for (const row of order) {
    const kept = nKept === 0 ? -1 : order[nKept - 1];
    if (kept < 0 || time[row] !== time[kept]) {
      order[nKept++] = row;
      continue;
    }
    const isSame = rows.values.every((column) => Object.is(column[row], column[kept]));
    if (isSame && dedupe === true) continue;
    const why = isSame ? 'another is identical; --dedupe keeps one' : 'another has other values; remove the wrong one';
    return {
      fault: { row: Math.max(row, kept), field: 'time', rule: `the only row of its time (${why})`, isClockBack: true },
    };
  }
  const nDuplicates = order.length - nKept;
  if (nDuplicates > 0) notes.push(`${nDuplicates} identical ${nDuplicates === 1 ? 'row' : 'rows'} left out`);
  return { fault: null, order: order.slice(0, nKept), nDuplicates, notes };
}
