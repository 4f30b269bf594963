import { BAR_VALUES, type BarColumns, type BarFault, type ColumnValues, findBarFault } from '../domain/index.ts';
import { sharedFloats, sharedTimes } from '../math/index.ts';
import { signalValueFault } from './columns/signal-values.ts';
import { type ReadRowsOptions, repairOhlc } from './file-bars.ts';
import { arrangeRows, type RowSymbols } from './rows/arrange-rows.ts';
import { type TimeKind, type TimeUnit, timesToNanos } from './time-cells.ts';

export const NUMBER_FIELDS = [...BAR_VALUES, 'takerBuyVolume'] as const;
export type NumberField = (typeof NUMBER_FIELDS)[number];

/** The first rule that is broken: of a bar, or of the rows together. */
export interface RowFault extends Pick<BarFault, 'rule' | 'received'> {
  /** Row of the file, 0-based. */
  readonly index: number;
  /** Of `symbol` the rule is a sentence on the file. */
  readonly field: BarFault['field'] | 'strength' | 'probability' | 'symbol';
  /** Whether the rule is one that times break whose clock was put back. */
  readonly isClockBack?: boolean;
}

/** The bars of a query, every rule of a bar checked, or the first rule that a row breaks. */
export type BarRows =
  | { readonly fault: RowFault }
  | {
      readonly fault: null;
      /** On shared memory, without those of the caller. */
      readonly columns: BarColumns;
      /** (nBars,) of each wanted column that the file has, on shared memory; NaN where a bar has no value. */
      readonly values: ColumnValues;
      /** (nBars,) the side of each bar, or null where the rows have none. */
      readonly side: Int8Array | null;
      /** Whether the rows have volumes; they are zeros without. */
      readonly hasVolume: boolean;
      readonly timeUnit: TimeUnit;
      readonly nRepaired: number;
      readonly nDuplicates: number;
      /** What was done to the order of the rows, in short phrases. */
      readonly notes: readonly string[];
      /** (nBars,) the file's row of each bar; null where the rows are the bars as they stand. */
      readonly order: Int32Array | null;
    };

/** The rows of a file as columns, in the order of the file; nothing is checked but that every cell has its kind. */
export interface FetchedRows {
  /** (nRows,) as they stand in the file: integers of a unit for the kind `integer`, else ns. */
  readonly time: BigInt64Array;
  readonly timeKind: TimeKind;
  /** (nRows,) each, on shared memory. */
  readonly numbers: Readonly<Partial<Record<NumberField, Float64Array>>>;
  /** The same of each wanted column that the file has; NaN where a row has no value. */
  readonly values: ColumnValues;
  readonly side: Int8Array | null;
  readonly symbols: RowSymbols | null;
}

/** The rows of a file in the order of time, or the first rule that a row breaks. */
export type OrderedRows =
  | { readonly fault: RowFault }
  | (Pick<FetchedRows, 'time' | 'numbers' | 'values' | 'side'> & {
      readonly fault: null;
      readonly timeUnit: TimeUnit;
      readonly nDuplicates: number;
      readonly notes: readonly string[];
      /** (nRows,) the file's row of each; null where all stand as in the file. */
      readonly order: Int32Array | null;
    });

/** Turns times into nanoseconds and puts the rows in order. @param rows - at least one; they are copied where they are not in order. */
export function orderRows(
  rows: FetchedRows,
  options: Pick<ReadRowsOptions, 'sort' | 'dedupe' | 'symbol'>,
): OrderedRows {
  const times = timesToNanos(rows.time, rows.timeKind);
  if ('rule' in times) return { fault: { ...times, field: 'tsEvent', received: rows.time[times.index] } };
  const ofSignal = signalValueFault(rows);
  if (ofSignal !== null) return { fault: ofSignal };
  const values = [...Object.values(rows.numbers), ...rows.values.values(), ...(rows.side === null ? [] : [rows.side])];
  const inNanos = { ...rows, time: times.tsEvent };
  const arranged = arrangeRows({ time: times.tsEvent, values, symbols: rows.symbols }, options);
  if (arranged.fault !== null) {
    const { row, field, isClockBack } = arranged.fault;
    // As the file writes it, and not in nanoseconds.
    const written = (ns: string): string => String(rows.time[times.tsEvent.indexOf(BigInt(ns))]);
    const rule = arranged.fault.rule.replace(/(?<=the row before it \()-?\d+/, written);
    return {
      fault: { index: row, field: field === 'time' ? 'tsEvent' : field, rule, isClockBack, received: rows.time[row] },
    };
  }
  const { order, nDuplicates } = arranged;
  const notes = [...(times.isMixed ? ['times in ms and us'] : []), ...arranged.notes];
  const gathered = order === null ? inNanos : gather(inNanos, order);
  const { time, numbers, values: ofCaller, side } = gathered;
  return { fault: null, time, numbers, values: ofCaller, side, timeUnit: times.timeUnit, nDuplicates, notes, order };
}

/**
 * Turns times into nanoseconds, puts the rows in order, repairs high and low when allowed, and checks every rule of a bar: the
 * one check of bars from a file of any format.
 *
 * @param rows - at least one. Their numbers become columns of the bars, without a copy where the rows are in order.
 */
export function checkRows(rows: FetchedRows, options: ReadRowsOptions): BarRows {
  const ordered = orderRows(rows, options);
  if (ordered.fault !== null) return ordered;
  const { time: tsEvent, numbers, values, side, timeUnit, nDuplicates, notes, order } = ordered;
  const columns = asColumns(tsEvent, numbers);
  const nRepaired = options.allowOhlcRepair ? repairOhlc(columns) : 0;
  const fault = findBarFault(columns);
  if (fault !== null) return { fault: { ...fault, index: order?.[fault.index] ?? fault.index } };
  const hasVolume = numbers.volume !== undefined;
  return { fault, columns, values, side, hasVolume, timeUnit, nRepaired, nDuplicates, notes, order };
}

function asColumns(tsEvent: BigInt64Array, numbers: FetchedRows['numbers']): BarColumns {
  const { open, high, low, close, volume, takerBuyVolume } = numbers;
  if (open === undefined || high === undefined || low === undefined || close === undefined) {
    throw new Error('unreachable: the required columns were resolved before the rows were read');
  }
  return {
    tsEvent,
    open,
    high,
    low,
    close,
    volume: volume ?? sharedFloats(tsEvent.length),
    takerBuyVolume: takerBuyVolume ?? null,
  };
}

/** The rows of `order`, in that order. */
function gather(
  { time, numbers, values, side }: FetchedRows,
  order: Int32Array,
): Pick<FetchedRows, 'time' | 'numbers' | 'values' | 'side'> {
  const pick = <T extends { [i: number]: number }>(from: T, to: T): T => {
    for (let i = 0; i < order.length; i++) to[i] = from[order[i]];
    return to;
  };
  const picked = (column: Float64Array): Float64Array => pick(column, sharedFloats(order.length));
  const columns = Object.entries(numbers).map(([field, column]) => [field, picked(column)]);
  return {
    time: pickTimes(time, order),
    numbers: Object.fromEntries(columns) as FetchedRows['numbers'],
    values: new Map(Array.from(values, ([name, column]) => [name, picked(column)])),
    side: side === null ? null : pick(side, new Int8Array(order.length)),
  };
}

/** On shared memory. */
function pickTimes(time: BigInt64Array, order: Int32Array): BigInt64Array {
  const picked = sharedTimes(order.length);
  for (let i = 0; i < order.length; i++) picked[i] = time[order[i]];
  return picked;
}
