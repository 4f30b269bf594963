import type { DuckDBBlobVector, DuckDBConnection, DuckDBResult, DuckDBVector } from '@duckdb/node-api';
import { BAR_VALUES, type BarColumns, type BarFault, findBarFault } from '../domain/index.ts';
import { type ReadRowsOptions, repairOhlc } from './file-bars.ts';
import { decodeFixedPoint } from './parquet/fixed-point.ts';
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
}

/** The bars of a query, every rule of a bar checked, or the first rule that a row breaks. */
export type BarRows =
  | { readonly fault: BarFault }
  | {
      readonly fault: null;
      /** On shared memory. */
      readonly columns: BarColumns;
      /** (nBars,) the side of each bar, or null where the rows have none. */
      readonly side: Int8Array | null;
      readonly timeUnit: TimeUnit;
      readonly nRepaired: number;
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
  { allowOhlcRepair, onRows }: Pick<ReadRowsOptions, 'allowOhlcRepair'> & { readonly onRows: (nRows: number) => void },
): Promise<BarRows | null> {
  const rows = await fetchColumns(connection, query, onRows);
  return rows.time.length === 0 ? null : checkRows(rows, allowOhlcRepair);
}

/**
 * Turns times into nanoseconds, repairs high and low when allowed, and checks every rule of a bar: the one check of bars from
 * a file of any format.
 *
 * @param rows - at least one. Their numbers become columns of the bars, without a copy.
 */
export function checkRows({ time, timeKind, numbers, side }: FetchedRows, allowOhlcRepair: boolean): BarRows {
  const times = timesToNanos(time, timeKind);
  if ('rule' in times) return { fault: { ...times, field: 'tsEvent', received: time[times.index], isMismatch: false } };
  const { open, high, low, close, volume, takerBuyVolume } = numbers;
  if (open === undefined || high === undefined || low === undefined || close === undefined) {
    throw new Error('unreachable: the required columns were resolved before the rows were read');
  }
  const columns: BarColumns = {
    tsEvent: times.tsEvent,
    open,
    high,
    low,
    close,
    volume: volume ?? sharedFloats(time.length),
    takerBuyVolume: takerBuyVolume ?? null,
  };
  const nRepaired = allowOhlcRepair ? repairOhlc(columns) : 0;
  const fault = findBarFault(columns);
  return fault === null ? { fault, columns, side, timeUnit: times.timeUnit, nRepaired } : { fault };
}

/** The columns of the result, nothing checked: times as they stand in the file, numbers on shared memory. */
async function fetchColumns(
  connection: DuckDBConnection,
  query: RowQuery,
  onRows: (nRows: number) => void,
): Promise<FetchedRows> {
  const { fields, hasSide, timeKind } = query;
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
    nRows += n;
    onRows(nRows);
  }
  const columns = fields.map((field, j) => [field, join(numbers[j], sharedFloats(nRows))] as const);
  return {
    time: join(times, new BigInt64Array(nRows)),
    timeKind,
    numbers: Object.fromEntries(columns),
    side: hasSide ? join(sides, new Int8Array(nRows)) : null,
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
