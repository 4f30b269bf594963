import type { ForestArrays } from './forest-arrays.ts';
import { maskPredictor } from './prediction/mask-predictor.ts';
import { type ForestPredictor, treeWalkPredictor } from './prediction/tree-walk.ts';

export type { ForestPredictor } from './prediction/tree-walk.ts';

/**
 * Makes a forest ready to be asked: a table of masks where its trees have at most 32 leaves, else a walk. Leaf values that are
 * multiples of 2^-24 add up exactly whatever their order, so either way gives the same bits.
 */
export function predictForest(forest: ForestArrays): ForestPredictor {
  return maskPredictor(forest) ?? treeWalkPredictor(forest);
}
