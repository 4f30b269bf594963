import type { FeatureName } from '../../domain/index.ts';
import type { FeatureProfile } from '../../model/index.ts';
import { measureHistogram } from '../../validation/index.ts';

/** Probability that a row like those of the training lies outside any bound, if the tails continue as estimated. */
const RATE = 0.001;
/** Share of the rows from which a tail is estimated. */
const TAIL = 0.05;
const MAX_FLOAT32 = 2 ** 127;

/**
 * The deciles of every feature in the training rows, and the bounds beyond which a value is far outside.
 *
 * A bound extrapolates the last twentieth of a tail as a power law (Hill's estimator) to the point where one row in a thousand
 * crosses any of all bounds; it is never inside the training rows. Features above 0 in every row are measured from 0, so that
 * their lower bound is above 0; all others from their median.
 *
 * @param x - (nRows, names.length) row-major.
 * @see Hill (1975), A Simple General Approach to Inference About the Tail of a Distribution, Annals of Statistics 3(5).
 */
export function profileFeatures(names: readonly FeatureName[], x: Float32Array): Record<string, FeatureProfile> {
  const share = RATE / (2 * names.length);
  const profiles = names.map((name, j): [string, FeatureProfile] => {
    const column = Float64Array.from({ length: x.length / names.length }, (_, k) => x[k * names.length + j]);
    return [name, { ...measureHistogram(column), ...boundsOf(column.sort(), share) }];
  });
  return Object.fromEntries(profiles);
}

/** @param sorted - ascending. @param share - of rows beyond each bound. */
function boundsOf(sorted: Float64Array, share: number): { readonly low: number; readonly high: number } {
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
