import { ConditionError, checkSameLength } from '../../core/index.ts';
import type { BinnedMatrix } from '../forest/bin-columns.ts';
import { checkPackable, WEIGHT_UNITS } from '../forest/quantize-weights.ts';
import type { BoostKernel, BoostRows } from '../kernel/boost-kernel.ts';
import { assembleTrees, baseMargin } from './assemble-trees.ts';
import type { BoostedTrees } from './boosted-trees.ts';
import { type BoostingOptions, MIN_HESSIAN_IN_LEAF, MIN_ROWS_IN_LEAF } from './boosting-options.ts';
import { type BoostedTree, growBoostedTree, slotsOf, type TreeGrowth } from './grow-boosted-tree.ts';
import { StoppingRule, type StopRows } from './stopping-rule.ts';

/** Maximum number of training rows: a row then has at least a hundred units of gradient on average. */
const MAX_ROWS = 2 ** 24;

/** Rows that trees are boosted on, as plain data. */
export interface BoostingRows {
  readonly binned: BinnedMatrix;
  /** (nRows,) 0 or 1. */
  readonly y: Uint8Array;
  /** (nRows,) from `quantizeWeights`. */
  readonly weight: Uint32Array;
}

/**
 * Boosts trees for the log-loss, each on the gradients that those before it left. All sums are integers, so that the trees
 * have the same bits wherever they are grown.
 *
 * @throws {ConditionError} when the columns differ in length, and for labels, weights or a number of rows that overflow a kernel.
 */
export function boostTrees(rows: BoostingRows, options: BoostingOptions, kernel: BoostKernel): BoostedTrees {
  const boosting = new Boosting(rows, options, kernel);
  const trees: BoostedTree[] = [];
  for (let tree = boosting.next(); tree !== null; tree = boosting.next()) trees.push(tree);
  return assembleTrees(trees, rows.binned, boosting.base);
}

/**
 * Number of trees after which the log-loss of rows that are not learned from is least: the first of equals, 0 where no tree makes it
 * less. Ends once it was not undercut for `patience` trees.
 */
export function countRounds(
  rows: BoostingRows,
  options: BoostingOptions,
  stop: StopRows,
  patience: number,
  kernel: BoostKernel,
): number {
  const boosting = new Boosting(rows, options, kernel);
  const rule = new StoppingRule(stop, rows.binned, boosting.base);
  for (let tree = boosting.next(); tree !== null && rule.nSince < patience; tree = boosting.next()) rule.add(tree);
  return rule.best;
}

class Boosting {
  /** Margin of every row before the first tree. */
  readonly base: number;
  readonly #rows: BoostRows;
  readonly #growth: TreeGrowth;
  #nLeft: number;

  constructor({ binned, y, weight }: BoostingRows, options: BoostingOptions, kernel: BoostKernel) {
    const { nEstimators, maxDepth, learningRate } = options;
    checkSameLength('y', y, 'weight', weight);
    if (binned.nRows !== y.length) throw new ConditionError('y', `as long as the rows (${binned.nRows})`, y.length);
    if (binned.nRows > MAX_ROWS) throw new ConditionError('rows', `at most ${MAX_ROWS}`, binned.nRows);
    checkPackable(y, weight);
    this.base = baseMargin(y, weight);
    this.#rows = kernel.prepare(binned, y, weight, this.base, slotsOf(maxDepth));
    const meanWeight = weight.reduce((sum, w) => sum + w, 0) / WEIGHT_UNITS / binned.nRows;
    const minHessian = MIN_HESSIAN_IN_LEAF * meanWeight * this.#rows.units.hessian;
    this.#nLeft = nEstimators;
    this.#growth = { maxDepth, learningRate, limits: { minRows: MIN_ROWS_IN_LEAF, minHessian } };
  }

  /** Grows the next tree; null after the last one, and when the rows allow no further split. */
  next(): BoostedTree | null {
    if (this.#nLeft === 0) return null;
    this.#nLeft--;
    const tree = growBoostedTree(this.#rows, this.#growth);
    if (tree.feature[0] >= 0) return tree;
    this.#nLeft = 0;
    return null;
  }
}
