import { ConditionError, checkFinite, checkInteger, checkSameLength } from '../core/index.ts';
import { quantilesOfSorted } from '../math/index.ts';
import type { FeatureSpread } from '../model/index.ts';

/** A share under this counts as this: an empty bin would make the index infinite. */
const LEAST_SHARE = 1e-4;

/**
 * Sums up how a feature is spread, for {@link populationStabilityIndex} later: its deciles and the share between each two.
 *
 * @param values - (nRows,) the feature in the training rows, finite, in any order; at least one.
 * @param nBins - at least 2. Equal quantiles become one edge, so a feature of few distinct values has fewer bins.
 * @throws {ConditionError} when there is no value, one is not finite, or nBins is not an integer >= 2.
 */
export function measureSpread(values: Float64Array, nBins = 10): FeatureSpread {
  checkInteger('nBins', nBins, 2);
  checkValues(values);
  const quantiles = quantilesOfSorted(values.toSorted(), nBins).subarray(1, nBins);
  const edges = quantiles.filter((edge, q) => q === 0 || edge > quantiles[q - 1]);
  return Object.freeze({ edges: Object.freeze([...edges]), shares: Object.freeze([...sharesBetween(edges, values)]) });
}

/**
 * Population stability index of one feature: sum over the bins of (share - training share) * ln(share / training share). Zero
 * where nothing changed; conventionally under 0.1 little, over 0.25 much. By chance alone it is about
 * (nBins - 1) * (1 / nValues + 1 / nTrainingRows) where values are independent, and more where neighbours are alike: a few
 * hundred values say little. Shares under 0.0001 count as 0.0001 on both sides, so one empty decile of ten adds 0.69.
 *
 * @param spread - of the feature in training, see {@link measureSpread}.
 * @param values - (nValues,) the feature lately, finite; at least one.
 * @returns >= 0.
 * @throws {ConditionError} when there is no value, one is not finite, or the spread is not one edge fewer than shares.
 * @see Siddiqi (2006), Credit Risk Scorecards.
 */
export function populationStabilityIndex(spread: FeatureSpread, values: Float64Array): number {
  checkSameLength('shares', spread.shares, 'edges and one more', { length: spread.edges.length + 1 });
  checkValues(values);
  const shares = sharesBetween(spread.edges, values);
  return spread.shares.reduce((sum, trained, bin) => {
    const before = Math.max(trained, LEAST_SHARE);
    const now = Math.max(shares[bin], LEAST_SHARE);
    return sum + (now - before) * Math.log(now / before);
  }, 0);
}

function sharesBetween(edges: ArrayLike<number>, values: Float64Array): Float64Array {
  const counts = new Float64Array(edges.length + 1);
  for (const value of values) {
    let bin = 0;
    while (bin < edges.length && value > edges[bin]) bin++;
    counts[bin]++;
  }
  return counts.map((count) => count / values.length);
}

function checkValues(values: Float64Array): void {
  if (values.length === 0) throw new ConditionError('values', 'at least one value', 0);
  for (let i = 0; i < values.length; i++) checkFinite(`values[${i}]`, values[i]);
}
