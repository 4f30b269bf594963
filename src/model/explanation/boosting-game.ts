import type { BoostedTrees } from '../boosting/boosted-trees.ts';
import { logistic } from '../boosting/logistic.ts';
import { dividendsOf, valuesOf } from './dividends.ts';
import { forestContributions, forestGame } from './forest-game.ts';
import type { ShapleyValues } from './tree-shapley.ts';

/**
 * Dividends of the probability of boosted trees. The value of a set of features is the logistic of the margin that is expected when
 * only they are known, so that the contributions add up to the probability, though it is the margin that the trees add up to.
 *
 * @param probability - the prediction for `row`, which is the value of all features.
 * @returns (2^nFeatures,) dividends; null when the trees have no node weights or more than 2^24 terms.
 */
export function boostingGame(
  { trees, base }: BoostedTrees,
  row: Float32Array,
  probability: number,
): Float64Array | null {
  const margins = forestGame(trees, row);
  if (margins === null) return null;
  const values = valuesOf(margins).map((margin) => logistic(base + margin));
  values[values.length - 1] = probability;
  return dividendsOf(values);
}

/**
 * Shapley values of the margin of boosted trees, for rows with too many features for {@link boostingGame}: the probability is no sum
 * over trees, and would take the value of every set.
 */
export function boostingContributions({ trees, base }: BoostedTrees, row: Float32Array): ShapleyValues | null {
  const margins = forestContributions(trees, row);
  return margins && { ...margins, base: base + margins.base, unit: 'log_odds' };
}
