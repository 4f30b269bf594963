import { sharedBytes, sharedFloats, sharedIntegers, sharedSigned } from './columns/shared-columns.ts';

type Column = Int32Array | Int8Array | Uint8Array | Float64Array;

/** The rows of a column named by their indices. @param isShared - on shared memory, which threads read without a copy; default false. */
export function pick<T extends Column>(column: T, rows: Int32Array, isShared?: boolean): T;
export function pick(column: Column, rows: Int32Array, isShared = false): Column {
  // A loop for each type: one that has met all of them reads every value several times as slowly.
  if (column instanceof Float64Array) return pickFloats(column, rows, isShared);
  if (column instanceof Int32Array) return pickIntegers(column, rows, isShared);
  return column instanceof Uint8Array ? pickBytes(column, rows, isShared) : pickSigned(column, rows, isShared);
}

function pickFloats(column: Float64Array, rows: Int32Array, isShared: boolean): Float64Array {
  const out = isShared ? sharedFloats(rows.length) : new Float64Array(rows.length);
  for (let k = 0; k < rows.length; k++) out[k] = column[rows[k]];
  return out;
}

function pickIntegers(column: Int32Array, rows: Int32Array, isShared: boolean): Int32Array {
  const out = isShared ? sharedIntegers(rows.length) : new Int32Array(rows.length);
  for (let k = 0; k < rows.length; k++) out[k] = column[rows[k]];
  return out;
}

function pickBytes(column: Uint8Array, rows: Int32Array, isShared: boolean): Uint8Array {
  const out = isShared ? sharedBytes(rows.length) : new Uint8Array(rows.length);
  for (let k = 0; k < rows.length; k++) out[k] = column[rows[k]];
  return out;
}

function pickSigned(column: Int8Array, rows: Int32Array, isShared: boolean): Int8Array {
  const out = isShared ? sharedSigned(rows.length) : new Int8Array(rows.length);
  for (let k = 0; k < rows.length; k++) out[k] = column[rows[k]];
  return out;
}

/**
 * The values of some rows, which rise, for who only reads them: where the column has them behind each other, and no copy where they follow
 * each other.
 *
 * @param isShared - as for {@link pick}: a column that is not on shared memory is copied.
 */
export function readRows<T extends Column>(column: T, rows: Int32Array, isShared = false): T {
  const n = rows.length;
  const isRun = n > 0 && rows[n - 1] - rows[0] === n - 1;
  const isInPlace = isRun && (!isShared || column.buffer instanceof SharedArrayBuffer);
  return isInPlace ? (column.subarray(rows[0], rows[0] + n) as T) : pick(column, rows, isShared);
}

/** (nRows,) column `j` of a matrix. @param x - (nRows, nColumns), row-major. */
export function columnAt(x: Float64Array, j: number, nColumns: number): Float64Array {
  const out = new Float64Array(x.length / nColumns);
  for (let k = 0; k < out.length; k++) out[k] = x[k * nColumns + j];
  return out;
}

/** The values that are finite, in their order. */
export function finiteValues(column: Float64Array): Float64Array {
  const values = new Float64Array(column.length);
  let n = 0;
  for (let k = 0; k < column.length; k++) if (Number.isFinite(column[k])) values[n++] = column[k];
  return values.slice(0, n);
}

/** Indices below `n`, increasing, of the rows that are kept. */
export function rowsWhere(n: number, isKept: (k: number) => boolean): Int32Array {
  const rows = new Int32Array(n);
  let nKept = 0;
  for (let k = 0; k < n; k++) if (isKept(k)) rows[nKept++] = k;
  return rows.slice(0, nKept);
}

/** The indices below `n`, increasing. */
export function everyRow(n: number): Int32Array {
  const rows = new Int32Array(n);
  for (let k = 0; k < n; k++) rows[k] = k;
  return rows;
}
