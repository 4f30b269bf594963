import { maskPredictor } from '../prediction/mask-predictor.ts';
import { type ForestPredictor, treeWalkPredictor } from '../prediction/tree-walk.ts';
import type { ForestArrays } from './forest-arrays.ts';

export type { ForestPredictor } from '../prediction/tree-walk.ts';

/**
 * Prepares a forest for prediction: by a table of leaf masks when its trees have at most 32 leaves, else by walking its
 * trees. Leaf values are multiples of 2^-24, whose sums are exact in any order, so both give the same bits.
 */
export function predictForest(forest: ForestArrays): ForestPredictor {
  return maskPredictor(forest) ?? treeWalkPredictor(forest);
}
