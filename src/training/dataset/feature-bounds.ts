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
 * @returns (nFeatures,) float32 bounds.
 * @see Hill (1975), A Simple General Approach to Inference About the Tail of a Distribution, Annals of Statistics 3(5).
 */
export function featureBounds(nFeatures: number, x: Float32Array): FeatureBounds[] {
  return Array.from({ length: nFeatures }, (_, j) => boundsOfColumn(featureColumn(nFeatures, x, j).sort(), nFeatures));
}

/** (nRows,) one feature of row-major features. */
export function featureColumn(nFeatures: number, x: Float32Array, j: number): Float64Array {
  const column = new Float64Array(x.length / nFeatures);
  for (let k = 0; k < column.length; k++) column[k] = x[k * nFeatures + j];
  return column;
}

/**
 * Which rows lie within the bounds of every feature: those a model with these bounds answers.
 *
 * @param x - (nRows, bounds.length) row-major, compared in float32 as in the forest.
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

/** @param sorted - ascending. */
export function boundsOfColumn(sorted: Float64Array, nFeatures: number): FeatureBounds {
  const share = RATE / (2 * nFeatures); // of rows beyond each bound
  const [least, greatest] = [sorted[0], lastOf(sorted)];
  let [low, high]: [number, number] = [least, greatest];
  if (least > 0) {
    high = reach(sorted, share);
    low = 1 / reach(sorted.map((value) => 1 / value).reverse(), share);
  } else {
    const median = sorted[sorted.length >> 1];
    high =
      median +
      reach(
        sorted.map((value) => value - median),
        share,
      );
    low = median - reach(sorted.map((value) => median - value).reverse(), share);
  }
  // Rounding must not put a training row outside.
  return { low: Math.min(toFloat32(low), least), high: Math.max(toFloat32(high), greatest) };
}

/** The distance beyond which a share of the rows lies. @param ascending - distances. */
function reach(ascending: Float64Array, share: number): number {
  const nTail = Math.ceil(TAIL * ascending.length);
  const from = ascending.length - nTail;
  const threshold = ascending[Math.max(0, from - 1)];
  if (!(threshold > 0)) return lastOf(ascending); // nearly all rows have the same value: there is no tail
  let excess = 0;
  for (let k = from; k < ascending.length; k++) excess += Math.log(ascending[k] / threshold);
  return threshold * (TAIL / share) ** (excess / nTail);
}

function toFloat32(value: number): number {
  return Math.fround(Math.max(-MAX_FLOAT32, Math.min(MAX_FLOAT32, value)));
}

function lastOf(values: Float64Array): number {
  return values[values.length - 1];
}
