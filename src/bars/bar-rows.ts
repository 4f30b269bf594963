import type { DuckDBBlobVector, DuckDBConnection, DuckDBResult, DuckDBVector } from '@duckdb/node-api';
import { BAR_VALUES, type BarColumns, type BarFault, findBarFault } from '../domain/index.ts';
import { columnToUtc, type LocalTimes } from './csv/times/local-times.ts';
import { type ReadRowsOptions, repairOhlc } from './file-bars.ts';
import { decodeFixedPoint } from './parquet/fixed-point.ts';
import { arrangeRows, type RowSymbols } from './rows/arrange-rows.ts';
import { SymbolColumn } from './rows/symbol-column.ts';
import { parseTimeCell, type TimeKind, type TimeUnit, timesToNanos } from './time-cells.ts';

export const NUMBER_FIELDS = [...BAR_VALUES, 'takerBuyVolume'] as const;
export type NumberField = (typeof NUMBER_FIELDS)[number];

/**
 * A query for bars and what its columns are: first the time as BIGINT, then the time as VARCHAR where the BIGINT is NULL,
 * then `fields` as DOUBLE or as NautilusTrader's fixed-point BLOB, then the side as TINYINT when `hasSide`.
 */
export interface RowQuery {
  readonly sql: string;
  readonly timeKind: TimeKind;
  readonly fields: readonly NumberField[];
  readonly hasSide: boolean;
  /** Whether the last column is the symbol as VARCHAR. */
  readonly hasSymbol: boolean;
  /** The zone whose clock the times show; null for UTC. */
  readonly zone: LocalTimes | null;
}

/** The first rule that is broken: of a bar, or of the rows together. */
export interface RowFault extends Pick<BarFault, 'rule' | 'received'> {
  /** Row of the file, 0-based. */
  readonly index: number;
  /** Of `symbol` the rule is a sentence on the file. */
  readonly field: BarFault['field'] | 'symbol';
  /** Whether the rule is one that times break whose clock was put back. */
  readonly isClockBack?: boolean;
}

/** The bars of a query, every rule of a bar checked, or the first rule that a row breaks. */
export type BarRows =
  | { readonly fault: RowFault }
  | {
      readonly fault: null;
      /** On shared memory. */
      readonly columns: BarColumns;
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

/** A cell that is empty or has a value of the wrong kind. */
export interface CellFault {
  readonly row: number;
  readonly field: NumberField | 'time' | 'signal';
}

/** Thrown by `collectBars` at the first unusable cell; the caller words the sentence, because it knows the file. */
export class CellFaultError extends Error {
  readonly fault: CellFault;

  constructor(fault: CellFault) {
    super(`row ${fault.row}: ${fault.field}`);
    this.fault = fault;
  }
}

/** The pieces of one column, one for each chunk of the result. */
type Pieces<T> = T[];

/** The rows of a file as columns, in the order of the file; nothing is checked but that every cell has its kind. */
export interface FetchedRows {
  /** (nRows,) as they stand in the file: integers of a unit for the kind `integer`, else ns. */
  readonly time: BigInt64Array;
  readonly timeKind: TimeKind;
  /** (nRows,) each, on shared memory. */
  readonly numbers: Readonly<Partial<Record<NumberField, Float64Array>>>;
  readonly side: Int8Array | null;
  readonly symbols: RowSymbols | null;
}

/**
 * Runs the query and checks its rows; see `checkRows`.
 *
 * @returns null when there is no row.
 * @throws {CellFaultError} at the first NULL, or time text that does not parse.
 */
export async function collectBars(
  connection: DuckDBConnection,
  query: RowQuery,
  options: ReadRowsOptions,
  onRows: (nRows: number) => void,
): Promise<BarRows | null> {
  const rows = await fetchColumns(connection, query, onRows);
  if (rows.time.length === 0) return null;
  const written = query.zone === null ? rows.time : rows.time.slice();
  const fault = query.zone === null ? null : columnToUtc(rows.time, query.zone);
  if (fault !== null) return { fault: { ...fault, field: 'tsEvent', received: written[fault.index] } };
  return checkRows(rows, options);
}

/** The rows of a file in the order of time, or the first rule that a row breaks. */
export type OrderedRows =
  | { readonly fault: RowFault }
  | (Pick<FetchedRows, 'time' | 'numbers' | 'side'> & {
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
  const values = [...Object.values(rows.numbers), ...(rows.side === null ? [] : [rows.side])];
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
  const { time, numbers, side } = order === null ? inNanos : gather(inNanos, order);
  return { fault: null, time, numbers, side, timeUnit: times.timeUnit, nDuplicates, notes, order };
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
  const { time: tsEvent, numbers, side, timeUnit, nDuplicates, notes, order } = ordered;
  const columns = asColumns(tsEvent, numbers);
  const nRepaired = options.allowOhlcRepair ? repairOhlc(columns) : 0;
  const fault = findBarFault(columns);
  if (fault !== null) return { fault: { ...fault, index: order?.[fault.index] ?? fault.index } };
  const hasVolume = numbers.volume !== undefined;
  return { fault, columns, side, hasVolume, timeUnit, nRepaired, nDuplicates, notes, order };
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
  { time, numbers, side }: FetchedRows,
  order: Int32Array,
): Pick<FetchedRows, 'time' | 'numbers' | 'side'> {
  const pick = <T extends { [i: number]: number }>(from: T, to: T): T => {
    for (let i = 0; i < order.length; i++) to[i] = from[order[i]];
    return to;
  };
  const columns = Object.entries(numbers).map(([field, column]) => [field, pick(column, sharedFloats(order.length))]);
  return {
    time: pickTimes(time, order),
    numbers: Object.fromEntries(columns) as FetchedRows['numbers'],
    side: side === null ? null : pick(side, new Int8Array(order.length)),
  };
}

/** On shared memory. */
function pickTimes(time: BigInt64Array, order: Int32Array): BigInt64Array {
  const picked = new BigInt64Array(new SharedArrayBuffer(8 * order.length));
  for (let i = 0; i < order.length; i++) picked[i] = time[order[i]];
  return picked;
}

/** The columns of the result, nothing checked: times as they stand in the file, numbers on shared memory. */
async function fetchColumns(
  connection: DuckDBConnection,
  query: RowQuery,
  onRows: (nRows: number) => void,
): Promise<FetchedRows> {
  const { fields, hasSide, hasSymbol, timeKind } = query;
  const symbols = hasSymbol ? new SymbolColumn() : null;
  const times: Pieces<BigInt64Array> = [];
  const numbers = fields.map((): Pieces<Float64Array> => []);
  const sides: Pieces<Int8Array> = [];
  // Not streamed: after a fault in a later row a stream ends as if the file did.
  const result: DuckDBResult = await connection.run(query.sql);
  let nRows = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const n = chunk.rowCount;
    times.push(readTimes(chunk.getColumnVector(0), chunk.getColumnVector(1), n, nRows, timeKind));
    for (let j = 0; j < fields.length; j++) {
      numbers[j].push(readNumbers(chunk.getColumnVector(2 + j), n, nRows, fields[j]));
    }
    if (hasSide) sides.push(readSides(chunk.getColumnVector(2 + fields.length), n, nRows));
    if (symbols !== null) addSymbols(symbols, chunk.getColumnVector(2 + fields.length + (hasSide ? 1 : 0)), n);
    nRows += n;
    onRows(nRows);
  }
  const columns = fields.map((field, j) => [field, join(numbers[j], sharedFloats(nRows))] as const);
  return {
    time: join(times, new BigInt64Array(nRows)),
    timeKind,
    numbers: Object.fromEntries(columns),
    side: hasSide ? join(sides, new Int8Array(nRows)) : null,
    symbols: symbols?.finish() ?? null,
  };
}

/** A column on shared memory, so that worker threads read it without a copy. */
export function sharedFloats(n: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(8 * n));
}

/** Copies the pieces into the whole and drops them, so that a file is never in memory twice. */
function join<T extends { set(piece: T, at: number): void; readonly length: number }>(pieces: Pieces<T>, whole: T): T {
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  pieces.length = 0;
  return whole;
}

function addSymbols(symbols: SymbolColumn, vector: DuckDBVector, n: number): void {
  for (let i = 0; i < n; i++) symbols.add(String(vector.getItem(i) ?? ''));
}

function readTimes(
  vector: DuckDBVector,
  texts: DuckDBVector,
  n: number,
  firstRow: number,
  kind: TimeKind,
): BigInt64Array {
  const times = new BigInt64Array(n);
  for (let i = 0; i < n; i++) {
    const value = vector.getItem(i);
    if (typeof value === 'bigint') {
      times[i] = value;
      continue;
    }
    const text = texts.getItem(i);
    const cell = typeof text === 'string' ? parseTimeCell(text) : null;
    if (cell === null || cell.kind !== kind) throw new CellFaultError({ row: firstRow + i, field: 'time' });
    times[i] = cell.value;
  }
  return times;
}

function readNumbers(vector: DuckDBVector, n: number, firstRow: number, field: NumberField): Float64Array {
  const numbers = new Float64Array(n);
  const isSigned = field !== 'volume' && field !== 'takerBuyVolume';
  const blobs = hasBytes(vector) ? vector : null;
  for (let i = 0; i < n; i++) {
    const value = blobs === null ? vector.getItem(i) : decodeBlob(blobs.getItemBytes(i), isSigned);
    if (typeof value !== 'number') throw new CellFaultError({ row: firstRow + i, field });
    numbers[i] = value;
  }
  return numbers;
}

/** Whether the vector holds BLOBs; asked by its method, because asking by its class would load the package. */
function hasBytes(vector: DuckDBVector): vector is DuckDBBlobVector {
  return 'getItemBytes' in vector;
}

function decodeBlob(bytes: Uint8Array | null, isSigned: boolean): number | null {
  return bytes === null ? null : decodeFixedPoint(bytes, isSigned);
}

function readSides(vector: DuckDBVector, n: number, firstRow: number): Int8Array {
  const sides = new Int8Array(n);
  for (let i = 0; i < n; i++) {
    const side = vector.getItem(i);
    if (typeof side !== 'number') throw new CellFaultError({ row: firstRow + i, field: 'signal' });
    sides[i] = side;
  }
  return sides;
}
