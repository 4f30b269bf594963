import { forestContributions, forestGame } from '../explanation/forest-game.ts';
import type { Predictor } from '../learner.ts';
import { maskPredictor } from '../prediction/mask-predictor.ts';
import { type RowPredictor, treeWalkPredictor } from '../prediction/tree-walk.ts';
import type { ForestArrays } from './forest-arrays.ts';

/** Predictor of the built-in learner. */
export interface ForestPredictor extends Predictor {
  readonly forest: ForestArrays;
}

/**
 * Prepares a forest for prediction: by a table of leaf masks when its trees have at most 32 leaves, else by walking its
 * trees. Leaf values are multiples of 2^-24, whose sums are exact in any order, so both give the same bits.
 */
export function predictForest(forest: ForestArrays): RowPredictor {
  return maskPredictor(forest) ?? treeWalkPredictor(forest);
}

/** The forest as a predictor, with what else can be asked of it. */
export function forestPredictor(forest: ForestArrays): ForestPredictor {
  const rows = predictForest(forest);
  return {
    forest,
    importance: forest.importance,
    size: { trees: forest.nTrees, nodes: forest.feature.length },
    predictOne: (row) => rows.predictOne(row),
    predictMany: (x, nRows) => rows.predictMany(x, nRows),
    dividends: (row) => forestGame(forest, row),
    shapley: (row) => forestContributions(forest, row),
  };
}
