import { ConditionError } from '../core/index.ts';

/** A feature matrix cut into at most 256 bins a feature: what forests are grown on. Plain data on shared memory. */
export interface BinnedMatrix {
  readonly nRows: number;
  readonly nFeatures: number;
  /** (nFeatures, nRows) bins, feature after feature: the bin of row k in feature j is `bins[j * nRows + k]`. */
  readonly bins: Uint8Array;
  /** A feature's edges, rising: bin b holds edges[b − 1] < x <= edges[b], compared in float32. */
  readonly edges: readonly Float32Array[];
}

const MAX_BINS = 256;
/** Quantiles are taken from at most so many rows, evenly spread: finer ones would not move an edge that matters. */
const MAX_SAMPLE = 65_536;

/**
 * Bins every feature by its own quantiles, or by its distinct values where there are no more than 256.
 *
 * @param x - (nRows, nFeatures) row-major, finite.
 * @throws {ConditionError} for a value that is not finite.
 */
export function binColumns(x: Float32Array, nFeatures: number): BinnedMatrix {
  const nRows = x.length / nFeatures;
  const bins = new Uint8Array(new SharedArrayBuffer(nRows * nFeatures));
  const edges: Float32Array[] = [];
  const column = new Float32Array(nRows);
  for (let j = 0; j < nFeatures; j++) {
    for (let k = 0; k < nRows; k++) column[k] = x[k * nFeatures + j];
    const bad = column.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new ConditionError(`x[${bad}][${j}]`, 'finite', column[bad]);
    edges.push(findEdges(column));
    assignBins(column, edges[j], bins, j * nRows);
  }
  return { nRows, nFeatures, bins, edges };
}

/** Edges between neighbouring bins: at most 255, strictly rising. */
function findEdges(column: Float32Array): Float32Array {
  const sorted = evenSample(column).sort();
  const distinct = sorted.filter((value, k) => k === 0 || value !== sorted[k - 1]);
  const source = distinct.length <= MAX_BINS ? distinct : sorted;
  const nBins = Math.min(MAX_BINS, source.length);
  const edges: number[] = [];
  for (let b = 1; b < nBins; b++) {
    let cut = Math.floor((b * source.length) / nBins);
    while (cut < source.length && source[cut - 1] === source[cut]) cut++; // a run of equal values has no edge inside
    if (cut === source.length) break;
    const edge = between(source[cut - 1], source[cut]);
    if (edges.length === 0 || edge > edges[edges.length - 1]) edges.push(edge);
  }
  return Float32Array.from(edges);
}

function evenSample(column: Float32Array): Float32Array {
  if (column.length <= MAX_SAMPLE) return column.slice();
  return Float32Array.from({ length: MAX_SAMPLE }, (_, k) => column[Math.floor((k * column.length) / MAX_SAMPLE)]);
}

/** The float32 midpoint of low < high, or low itself where rounding would reach high: low <= edge < high. */
function between(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle < high && middle >= low ? middle : low;
}

function assignBins(column: Float32Array, edges: Float32Array, bins: Uint8Array, offset: number): void {
  for (let k = 0; k < column.length; k++) {
    const value = column[k];
    let low = 0;
    let high = edges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value <= edges[middle]) high = middle;
      else low = middle + 1;
    }
    bins[offset + k] = low;
  }
}
