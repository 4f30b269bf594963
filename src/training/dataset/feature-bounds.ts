import { eachColumn, select, sortedCopy } from '../../math/index.ts';
import type { FeatureProfile } from '../../model/index.ts';

/** Normal range of a feature: a value outside is out of distribution. */
export type FeatureBounds = Pick<FeatureProfile, 'low' | 'high'>;

/** Probability that a row like those of the training lies outside any bound, if the tails continue as estimated. */
const RATE = 0.001;
/** Share of the rows from which a tail is estimated. */
const TAIL = 0.05;
const MAX_FLOAT32 = 2 ** 127;

/**
 * The bounds beyond which a value of a feature is far outside of the training rows.
 *
 * A bound extrapolates the last twentieth of a tail as a power law (Hill's estimator) to the point where one row in a thousand
 * crosses any of all bounds; it is never inside the training rows. Features above 0 in every row are measured from 0, so that
 * their lower bound is above 0; all others from their median.
 *
 * @param x - (nRows, nFeatures) row-major, nRows >= 1.
 * @param first - the first feature to look at. @param end - the one after the last.
 * @returns (end - first,) float32 bounds.
 * @see Hill (1975), A Simple General Approach to Inference About the Tail of a Distribution, Annals of Statistics 3(5).
 */
export function featureBounds(nFeatures: number, x: Float32Array, first = 0, end = nFeatures): FeatureBounds[] {
  const bounds: FeatureBounds[] = [];
  eachColumn(x, nFeatures, first, end, (column) => bounds.push(boundsOfSorted(sortedCopy(column), nFeatures)));
  return bounds;
}

/**
 * Which rows lie within the bounds of every feature: those a model with these bounds answers.
 *
 * @param x - (nRows, bounds.length) row-major, compared in float32 as in trees.
 * @returns (nRows,) 1 or 0.
 */
export function rowsWithin(bounds: readonly FeatureBounds[], x: Float32Array): Uint8Array {
  const nFeatures = bounds.length;
  const within = new Uint8Array(x.length / nFeatures).fill(1);
  for (let j = 0; j < nFeatures; j++) {
    const { low, high } = bounds[j];
    for (let k = 0; k < within.length; k++) {
      const value = x[k * nFeatures + j];
      if (!(value >= low && value <= high)) within[k] = 0;
    }
  }
  return within;
}

/** Bounds of one of the features. @param column - (nRows,) finite and rising, nRows >= 1; between its tails only the median is read. */
export function boundsOfSorted(column: Float32Array | Float64Array, nFeatures: number): FeatureBounds {
  const share = RATE / (2 * nFeatures); // of rows beyond each bound
  const n = column.length;
  const [least, greatest] = [column[0], column[n - 1]];
  let [low, high]: [number, number] = [least, greatest];
  if (least > 0) {
    high = reach(n, share, (k) => column[k]);
    low = 1 / reach(n, share, (k) => 1 / column[n - 1 - k]);
  } else {
    const median = column[n >> 1];
    high = median + reach(n, share, (k) => column[k] - median);
    low = median - reach(n, share, (k) => median - column[n - 1 - k]);
  }
  // Rounding must not put a training row outside.
  return { low: Math.min(toFloat32(low), least), high: Math.max(toFloat32(high), greatest) };
}

/** Bounds of R, which is judged beside the features. @param risk - (nRows,) R of the training rows, nRows >= 1; reordered. */
export function riskRange(risk: Float64Array, nFeatures: number): readonly [low: number, high: number] {
  sortEnds(risk);
  const { low, high } = boundsOfSorted(risk, nFeatures + 1);
  return [low, high];
}

/** Sorts the tails of a column with the value before each, and puts its median in place: the rest, in any order, is not read. */
function sortEnds(column: Float64Array): void {
  const n = column.length;
  const nEnd = Math.ceil(TAIL * n) + 1;
  if (4 * nEnd > n) {
    column.sort();
    return;
  }
  select(column, nEnd);
  column.subarray(0, nEnd).sort();
  const rest = column.subarray(nEnd);
  select(rest, n - 2 * nEnd);
  rest.subarray(n - 2 * nEnd).sort();
  select(rest.subarray(0, n - 2 * nEnd), (n >> 1) - nEnd);
}

/** The distance beyond which a share of the rows lies. @param distance - of the k-th of n rows, ascending; of the tail and one before. */
function reach(n: number, share: number, distance: (k: number) => number): number {
  const nTail = Math.ceil(TAIL * n);
  const from = n - nTail;
  const threshold = distance(Math.max(0, from - 1));
  if (!(threshold > 0)) return distance(n - 1); // nearly all rows have the same value: there is no tail
  let excess = 0;
  for (let k = from; k < n; k++) excess += Math.log(distance(k) / threshold);
  return threshold * (TAIL / share) ** (excess / nTail);
}

function toFloat32(value: number): number {
  return Math.fround(Math.max(-MAX_FLOAT32, Math.min(MAX_FLOAT32, value)));
}
