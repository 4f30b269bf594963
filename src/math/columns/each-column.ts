/** Maximum number of columns that are copied at once: half a cache line of every row. */
const COLUMNS_AT_ONCE = 8;
/** Number of rows that are copied of one column before the next: what they read of the matrix stays in the cache. */
const BLOCK_ROWS = 256;

/**
 * Calls back with columns of a row-major matrix, in order. Some are copied at once, because a cache line holds values of several.
 *
 * @param x - (nRows, nFeatures) row-major. @param first - the first column. @param end - the one after the last.
 * @param onColumn - its (nRows,) values are overwritten after the call.
 */
export function eachColumn(
  x: Float32Array,
  nFeatures: number,
  first: number,
  end: number,
  onColumn: (column: Float32Array, j: number) => void,
): void {
  const nRows = Math.floor(x.length / nFeatures);
  const copies = new Float32Array(nRows * Math.min(COLUMNS_AT_ONCE, end - first));
  for (let from = first; from < end; from += COLUMNS_AT_ONCE) {
    const to = Math.min(end, from + COLUMNS_AT_ONCE);
    copyColumns(x, nFeatures, from, to, copies);
    for (let j = from; j < to; j++) onColumn(copies.subarray((j - from) * nRows, (j - from + 1) * nRows), j);
  }
}

/** Copies the columns from <= j < to, one after the other. */
function copyColumns(x: Float32Array, nFeatures: number, from: number, to: number, out: Float32Array): void {
  const nRows = Math.floor(x.length / nFeatures);
  for (let start = 0; start < nRows; start += BLOCK_ROWS) {
    const end = Math.min(nRows, start + BLOCK_ROWS);
    for (let j = from; j < to; j++) {
      const column = (j - from) * nRows;
      for (let k = start, at = start * nFeatures + j; k < end; k++, at += nFeatures) out[column + k] = x[at];
    }
  }
}
