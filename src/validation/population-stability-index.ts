import { ConditionError, checkFinite, checkInteger, checkSameLength } from '../core/index.ts';
import { innerQuantiles, lowerBound, quantilesOfSorted } from '../math/index.ts';
import type { FeatureHistogram } from '../model/index.ts';

/** Minimum share of a bin, because an empty bin would make the index infinite. */
const MIN_SHARE = 1e-4;

/**
 * Measures the distribution of a feature in training for {@link populationStabilityIndex}: quantiles as edges, and the
 * share of the values in each bin.
 *
 * @param values - (nRows,) values of the feature in the training rows, finite, in any order; at least one.
 * @param nBins - number of bins, >= 2. Equal quantiles become one edge, so a feature of few distinct values has fewer bins.
 * @throws {ConditionError} when there is no value, one is not finite, or nBins is not an integer >= 2.
 */
export function measureHistogram(values: Float64Array, nBins = 10): FeatureHistogram {
  checkInteger('nBins', nBins, 2);
  checkValues(values);
  const quantiles = innerQuantiles(values.slice(), nBins);
  const edges = rising(quantiles);
  return frozen(edges, sharesBetween(edges, values));
}

/**
 * {@link measureHistogram} of sorted values.
 *
 * @param sorted - (nRows,) rising. @throws {ConditionError} as there.
 */
export function histogramOfSorted(sorted: Float32Array, nBins = 10): FeatureHistogram {
  checkInteger('nBins', nBins, 2);
  checkValues(sorted);
  const n = sorted.length;
  const edges = rising(quantilesOfSorted(sorted, nBins).subarray(1, nBins));
  const ends = Float64Array.from([...edges, Infinity], (edge) => lowerBound(n, (k) => sorted[k] <= edge));
  return frozen(
    edges,
    ends.map((end, bin) => (end - (bin === 0 ? 0 : ends[bin - 1])) / n),
  );
}

/** Those of the quantiles that are above the one before. */
function rising(quantiles: Float64Array): Float64Array {
  return quantiles.filter((edge, q) => q === 0 || edge > quantiles[q - 1]);
}

function frozen(edges: Float64Array, shares: Float64Array): FeatureHistogram {
  return Object.freeze({ edges: Object.freeze([...edges]), shares: Object.freeze([...shares]) });
}

/**
 * Population stability index of one feature: sum over the bins of (share - training share) * ln(share / training share).
 * It is 0 without a change; by convention a change is small below 0.1 and large above 0.25. By chance alone the index of
 * independent values is about (nBins - 1) * (1 / nValues + 1 / nTrainingRows), and more for values that resemble their
 * neighbours, so a few hundred values are not enough. Shares under 0.0001 count as 0.0001 on both sides, so one empty
 * decile of ten adds 0.69.
 *
 * @param histogram - distribution of the feature in training, see {@link measureHistogram}.
 * @param values - (nValues,) recent values of the feature, finite; at least one.
 * @returns >= 0.
 * @throws {ConditionError} when there is no value, one is not finite, or the number of shares is not one more than that
 * of edges.
 * @see Siddiqi (2006), Credit Risk Scorecards.
 */
export function populationStabilityIndex(histogram: FeatureHistogram, values: Float64Array): number {
  return stabilityOfShares(histogram, histogramShares(histogram, values));
}

/**
 * {@link populationStabilityIndex} of values by their shares.
 *
 * @param shares - (nBins,) of {@link histogramShares}. @throws {ConditionError} for another number of them, or of training shares.
 */
export function stabilityOfShares(histogram: FeatureHistogram, shares: Float64Array): number {
  const bins = { length: histogram.edges.length + 1 };
  checkSameLength('shares', histogram.shares, 'edges plus one', bins);
  checkSameLength('shares', shares, 'edges plus one', bins);
  let index = 0;
  for (let bin = 0; bin < shares.length; bin++) {
    const before = Math.max(histogram.shares[bin], MIN_SHARE);
    const now = Math.max(shares[bin], MIN_SHARE);
    index += (now - before) * Math.log(now / before);
  }
  return index;
}

/**
 * Share of values in each bin of a histogram.
 *
 * @param values - (nValues,) finite; at least one. @returns (nBins,) each in [0, 1], summing to 1.
 * @throws {ConditionError} when there is no value, or one is not finite.
 */
export function histogramShares({ edges }: Pick<FeatureHistogram, 'edges'>, values: Float64Array): Float64Array {
  checkValues(values);
  return sharesBetween(edges, values);
}

function sharesBetween(edges: ArrayLike<number>, values: Float64Array): Float64Array {
  const counts = new Float64Array(edges.length + 1);
  for (let k = 0; k < values.length; k++) {
    const value = values[k];
    let bin = 0;
    while (bin < edges.length && value > edges[bin]) bin++;
    counts[bin]++;
  }
  return counts.map((count) => count / values.length);
}

function checkValues(values: Float32Array | Float64Array): void {
  if (values.length === 0) throw new ConditionError('values', 'at least one value', 0);
  for (let k = 0; k < values.length; k++) if (!Number.isFinite(values[k])) checkFinite(`values[${k}]`, values[k]);
}
