import { ConditionError, checkSameLength, hashSeed } from '../../core/index.ts';
import { type GrownTree, growTree } from '../kernel/grow-tree.ts';
import type { TreeKernel } from '../kernel/tree-kernel.ts';
import type { BinnedMatrix } from './bin-columns.ts';
import { emptyNodes, type ForestArrays } from './forest-arrays.ts';
import type { ForestOptions } from './forest-options.ts';
import { checkPackable, WEIGHT_UNITS } from './quantize-weights.ts';

/** Consecutive trees of a forest, as plain data for exchange between threads. */
export interface TreeBlock {
  /** Index of the first tree in the forest. */
  readonly firstTree: number;
  readonly trees: readonly GrownTree[];
  /** (nFeatures,) bin edges of each feature, the thresholds of its splits. */
  readonly edges: readonly Float32Array[];
}

/** Leaf values are multiples of 1 / LEAF_UNITS, so that float32 sums of up to 2^24 units are exact. */
const LEAF_UNITS = 2 ** 24;
/** Maximum number of training rows: their bootstrap stays below 2^24 draws by 16 standard deviations. */
const MAX_ROWS = 2 ** 24 - 2 ** 16;

/**
 * Grows the trees [firstTree, endTree) of a forest. Every tree has its own seed, so the trees do not depend on how a
 * forest is divided into blocks.
 *
 * @param y - (nRows,) 0 or 1. @param weight - (nRows,) from {@link quantizeWeights}.
 * @throws {ConditionError} when the columns differ in length, and for labels, weights or a number of rows that overflow
 * the packed sums of a kernel.
 * @see Breiman (2001), Random Forests, Machine Learning 45; on histograms as in Ke et al. (2017), LightGBM, NeurIPS.
 */
export function growTrees(
  binned: BinnedMatrix,
  y: Uint8Array,
  weight: Uint32Array,
  options: ForestOptions,
  firstTree: number,
  endTree: number,
  kernel: TreeKernel,
): TreeBlock {
  checkSameLength('y', y, 'weight', weight);
  if (binned.nRows !== y.length) throw new ConditionError('y', `as long as the rows (${binned.nRows})`, y.length);
  if (binned.nRows > MAX_ROWS) throw new ConditionError('rows', `at most ${MAX_ROWS}`, binned.nRows);
  checkPackable(y, weight);
  const rows = kernel.prepare(binned, y, weight);
  const trees = Array.from({ length: endTree - firstTree }, (_, k) =>
    growTree(rows, binned.nFeatures, options, hashSeed(options.randomState, firstTree + k)),
  );
  return { firstTree, trees, edges: binned.edges };
}

/** Joins blocks of trees into a forest; their order does not matter. */
export function assembleForest(blocks: readonly TreeBlock[], options: ForestOptions, nFeatures: number): ForestArrays {
  const trees = [...blocks].sort((a, b) => a.firstTree - b.firstTree).flatMap((block) => block.trees);
  const edges = blocks[0].edges;
  const nNodes = trees.reduce((sum, tree) => sum + tree.feature.length, 0);
  const forest = {
    nFeatures,
    ...emptyNodes(trees.length, nNodes),
    importance: new Float64Array(nFeatures),
  };
  let offset = 0;
  for (const [t, tree] of trees.entries()) {
    forest.roots[t] = offset;
    for (let n = 0; n < tree.feature.length; n++) {
      const j = tree.feature[n];
      forest.cover[offset + n] = tree.weight[n] / WEIGHT_UNITS;
      forest.feature[offset + n] = j;
      if (j >= 0) {
        forest.threshold[offset + n] = edges[j][tree.bin[n]];
        forest.left[offset + n] = offset + tree.left[n];
        forest.right[offset + n] = offset + tree.left[n] + 1;
      } else {
        forest.leafValue[offset + n] = leafValue(tree.ones[n], tree.weight[n], options.nEstimators);
      }
    }
    addImportance(tree, forest.importance);
    offset += tree.feature.length;
  }
  normalize(forest.importance);
  return forest;
}

/** Share of ones in a leaf over the number of trees, rounded down to a multiple of 2^-24. */
function leafValue(ones: number, weight: number, nTrees: number): number {
  return weight > 0 ? Math.floor((ones / weight / nTrees) * LEAF_UNITS) / LEAF_UNITS : 0;
}

/** Adds a tree's decrease in Gini impurity by feature, normalised within the tree. */
function addImportance(tree: GrownTree, importance: Float64Array): void {
  const own = new Float64Array(importance.length);
  for (let n = 0; n < tree.feature.length; n++) {
    if (tree.feature[n] < 0) continue;
    const child = tree.left[n];
    own[tree.feature[n]] += purity(tree, child) + purity(tree, child + 1) - purity(tree, n);
  }
  normalize(own);
  for (let j = 0; j < own.length; j++) importance[j] += own[j];
}

function purity(tree: GrownTree, n: number): number {
  const ones = tree.ones[n];
  const zeros = tree.weight[n] - ones;
  return (ones * ones + zeros * zeros) / tree.weight[n];
}

function normalize(values: Float64Array): void {
  let total = 0;
  for (const value of values) total += value;
  if (total > 0) for (let j = 0; j < values.length; j++) values[j] /= total;
}
