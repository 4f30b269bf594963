import type { DuckDBBlobVector, DuckDBConnection, DuckDBResult, DuckDBVector } from '@duckdb/node-api';
import { sharedFloats } from '../../math/index.ts';
import type { FetchedRows, NumberField } from '../bar-rows.ts';
import { finiteOrMissing } from '../columns/value-cells.ts';
import { SymbolColumn } from '../rows/symbol-column.ts';
import { parseTimeCell, type TimeKind } from '../time-cells.ts';
import { decodeFixedPoint } from './fixed-point.ts';

/**
 * A query for rows and what its columns are: first the time as BIGINT, then the time as VARCHAR where the BIGINT is NULL,
 * then `fields` as DOUBLE or as NautilusTrader's fixed-point BLOB, then `values` as DOUBLE, then the side as TINYINT when `hasSide`.
 */
export interface RowQuery {
  readonly sql: string;
  readonly timeKind: TimeKind;
  readonly fields: readonly NumberField[];
  /** Names of the wanted columns, which may be NULL. */
  readonly values: readonly string[];
  readonly hasSide: boolean;
  /** Whether the last column is the symbol as VARCHAR. */
  readonly hasSymbol: boolean;
}

/** A cell that is empty or has a value of the wrong kind. */
export interface CellFault {
  readonly row: number;
  readonly field: NumberField | 'time' | 'signal';
}

/** Thrown by `fetchRows` at the first unusable cell; the caller words the sentence, because it knows the file. */
export class CellFaultError extends Error {
  readonly fault: CellFault;

  constructor(fault: CellFault) {
    super(`row ${fault.row}: ${fault.field}`);
    this.fault = fault;
  }
}

/** The pieces of one column, one for each chunk of the result. */
type Pieces<T> = T[];

/**
 * The columns of the result, nothing checked: times as they stand in the file, numbers on shared memory.
 *
 * @throws {CellFaultError} at the first NULL of what may not be NULL, or time text that does not parse.
 */
export async function fetchRows(
  connection: DuckDBConnection,
  query: RowQuery,
  onRows: (nRows: number) => void,
): Promise<FetchedRows> {
  const { fields, values, hasSide, hasSymbol, timeKind } = query;
  const [firstValue, sideAt] = [2 + fields.length, 2 + fields.length + values.length];
  const symbols = hasSymbol ? new SymbolColumn() : null;
  const times: Pieces<BigInt64Array> = [];
  const numbers = fields.map((): Pieces<Float64Array> => []);
  const ofCaller = values.map((): Pieces<Float64Array> => []);
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
    for (let j = 0; j < values.length; j++) ofCaller[j].push(readValues(chunk.getColumnVector(firstValue + j), n));
    if (hasSide) sides.push(readSides(chunk.getColumnVector(sideAt), n, nRows));
    if (symbols !== null) addSymbols(symbols, chunk.getColumnVector(sideAt + (hasSide ? 1 : 0)), n);
    nRows += n;
    onRows(nRows);
  }
  const columns = fields.map((field, j) => [field, join(numbers[j], sharedFloats(nRows))] as const);
  return {
    time: join(times, new BigInt64Array(nRows)),
    timeKind,
    numbers: Object.fromEntries(columns),
    values: new Map(values.map((name, j) => [name, join(ofCaller[j], sharedFloats(nRows))])),
    side: hasSide ? join(sides, new Int8Array(nRows)) : null,
    symbols: symbols?.finish() ?? null,
  };
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

/** Times as they stand in the file. @throws {CellFaultError} */
export function readTimes(
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

/** Numbers, also NautilusTrader's fixed-point ones. @throws {CellFaultError} */
export function readNumbers(vector: DuckDBVector, n: number, firstRow: number, field: NumberField): Float64Array {
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

/** NaN where there is no finite value. */
function readValues(vector: DuckDBVector, n: number): Float64Array {
  const values = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const value = vector.getItem(i);
    values[i] = typeof value === 'number' ? finiteOrMissing(value) : Number.NaN;
  }
  return values;
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
