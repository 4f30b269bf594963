import { ConditionError } from '../../core/index.ts';
import { eachColumn, sharedBytes, sortedCopy } from '../../math/index.ts';

/** Training features in at most 256 bins each, as plain data on shared memory. */
export interface BinnedMatrix {
  readonly nRows: number;
  readonly nFeatures: number;
  /** (nFeatures, nRows) bins, feature by feature: the bin of row k in feature j is `bins[j * nRows + k]`. */
  readonly bins: Uint8Array;
  /** (nFeatures,) rising edges of each feature: bin b holds edges[b − 1] < x <= edges[b], compared in float32. */
  readonly edges: readonly Float32Array[];
}

const MAX_BINS = 256;
/** Number of cells of the grid over a feature's range that finds bins quickly. */
const GRID_CELLS = 8192;

/**
 * Bins features by their quantiles, or by their distinct values when there are at most 256. Edges come from all rows,
 * not from a sample, so they depend on the rows only.
 *
 * @param x - (nRows, nFeatures) row-major, finite.
 * @param first - the first feature to bin. @param end - the one after the last; by default all.
 * @param bins - (nFeatures * nRows,) as in {@link BinnedMatrix}; those of the features are written, by default to new shared memory.
 * @param onSorted - called with the (nRows,) sorted values of each feature, in order.
 * @returns the bins, and the edges of these features.
 * @throws {ConditionError} for a value that is not finite, or when the last row is not whole.
 */
export function binColumns(
  x: Float32Array,
  nFeatures: number,
  first = 0,
  end = nFeatures,
  bins: Uint8Array = binsFor(x),
  onSorted: (sorted: Float32Array) => void = () => undefined,
): BinnedMatrix {
  const nRows = x.length / nFeatures;
  if (!Number.isInteger(nRows)) throw new ConditionError('x', `whole rows of ${nFeatures} values`, x.length);
  const edges: Float32Array[] = [];
  eachColumn(x, nFeatures, first, end, (column, j) => {
    checkColumn(column, j);
    const sorted = sortedCopy(column);
    onSorted(sorted);
    const own = findEdges(sorted);
    edges.push(own);
    assignBins(column, own, bins.subarray(j * nRows, (j + 1) * nRows));
  });
  return { nRows, nFeatures, bins, edges };
}

/** Bins of all features on shared memory, every one 0. @param x - (nRows, nFeatures). */
export function binsFor(x: Float32Array): Uint8Array {
  return sharedBytes(x.length);
}

function checkColumn(column: Float32Array, j: number): void {
  for (let k = 0; k < column.length; k++) {
    const value = column[k];
    if (!(value - value === 0)) throw new ConditionError(`x[${k}][${j}]`, 'finite', value);
  }
}

/** Computes the edges between bins: at most 255, strictly rising. */
function findEdges(sorted: Float32Array): Float32Array {
  const distinct = firstDistinct(sorted, MAX_BINS + 1);
  const source = distinct.length <= MAX_BINS ? distinct : sorted;
  const nBins = Math.min(MAX_BINS, source.length);
  const edges: number[] = [];
  let cut = 1;
  for (let b = 1; b < nBins; b++) {
    cut = Math.max(cut, Math.floor((b * source.length) / nBins));
    while (cut < source.length && source[cut - 1] === source[cut]) cut++; // equal values stay in one bin
    if (cut === source.length) break;
    const edge = midpoint(source[cut - 1], source[cut]);
    if (edges.length === 0 || edge > edges[edges.length - 1]) edges.push(edge);
  }
  return Float32Array.from(edges);
}

/** The lowest distinct values, at most `limit` of them. */
function firstDistinct(sorted: Float32Array, limit: number): Float32Array {
  const found: number[] = [];
  for (let k = 0; k < sorted.length && found.length < limit; k++) {
    if (k === 0 || sorted[k] !== sorted[k - 1]) found.push(sorted[k]);
  }
  return Float32Array.from(found);
}

/** The float32 midpoint of low < high, or low when rounding reaches high, so that low <= midpoint < high. */
function midpoint(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle < high && middle >= low ? middle : low;
}

/**
 * Writes the bin of every value. A grid over the range of the edges gives the bin from which the search starts:
 * `firstBin[c]` is the bin of the lowest value in cell c. The cell rises with the value, so the bin of a value is never
 * lower.
 */
function assignBins(column: Float32Array, edges: Float32Array, bins: Uint8Array): void {
  if (edges.length === 0) return;
  const low = edges[0];
  const scale = edges.length > 1 ? GRID_CELLS / (edges[edges.length - 1] - low) : 0;
  const firstBin = new Uint8Array(GRID_CELLS + 1);
  for (let cell = 0, edge = 0; cell <= GRID_CELLS; cell++) {
    while (edge < edges.length && cellOf(edges[edge], low, scale) < cell) edge++;
    firstBin[cell] = edge;
  }
  const last = edges.length;
  for (let k = 0; k < column.length; k++) {
    const value = column[k];
    let b = firstBin[cellOf(value, low, scale)];
    while (b < last && value > edges[b]) b++;
    bins[k] = b;
  }
}

/** Grid cell of a value; it rises with the value, also after rounding. */
function cellOf(value: number, low: number, scale: number): number {
  const cell = (value - low) * scale;
  return cell > 0 ? (cell < GRID_CELLS ? Math.floor(cell) : GRID_CELLS) : 0;
}
