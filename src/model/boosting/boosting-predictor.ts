import { boostingContributions, boostingGame } from '../explanation/boosting-game.ts';
import { predictForest } from '../forest/forest-predictor.ts';
import type { Predictor } from '../learner.ts';
import type { BoostedTrees } from './boosted-trees.ts';
import { logistic } from './logistic.ts';

/** Predictor of the built-in boosting. */
export interface BoostingPredictor extends Predictor {
  readonly boosted: BoostedTrees;
}

/** Boosted trees as a predictor, with what else can be asked of them. */
export function boostingPredictor(boosted: BoostedTrees): BoostingPredictor {
  const { trees, base, nRounds } = boosted;
  const rows = predictForest(trees);
  const probability = (sum: number): number => Math.fround(logistic(Math.fround(base + sum)));
  const predictOne = (row: Float32Array): number => probability(rows.predictOne(row));
  return {
    boosted,
    importance: trees.importance,
    size: { trees: nRounds, nodes: trees.feature.length },
    predictOne,
    predictMany: (x, nRows) => rows.predictMany(x, nRows).map(probability),
    dividends: (row) => boostingGame(boosted, row, predictOne(row)),
    shapley: (row) => boostingContributions(boosted, row),
  };
}
