/** The rows of a column named by their indices. */
export function pick<T extends Int32Array | Int8Array | Uint8Array | Float64Array>(column: T, rows: Int32Array): T {
  const out = new (column.constructor as new (n: number) => T)(rows.length);
  for (let k = 0; k < rows.length; k++) out[k] = column[rows[k]];
  return out;
}

/** Indices below `n`, increasing, of the rows that are kept. */
export function rowsWhere(n: number, isKept: (k: number) => boolean): Int32Array {
  const rows = new Int32Array(n);
  let nKept = 0;
  for (let k = 0; k < n; k++) if (isKept(k)) rows[nKept++] = k;
  return rows.slice(0, nKept);
}
