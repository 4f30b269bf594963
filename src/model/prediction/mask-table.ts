import type { ForestArrays } from '../forest/forest-arrays.ts';

/** Maximum number of leaves of a tree with a mask table, one bit each. */
export const MASK_LEAVES = 32;
/** Maximum number of masks in a table; for larger ones walking the trees is faster. */
const MAX_TABLE_MASKS = 4_000_000;

/**
 * Leaf masks for every feature, every interval between its cuts and every tree. Bit l is set when a value in the interval
 * can reach the tree's leaf l, counted from the left. A row falls into the lowest leaf whose bit is set in the masks of
 * all its features.
 */
export interface MaskTable {
  /** (nFeatures,) distinct thresholds of each feature, rising; interval i holds cuts[i − 1] < x <= cuts[i]. */
  readonly cuts: readonly Float32Array[];
  /** (nFeatures,) table row of each feature's first interval. */
  readonly firstRow: Int32Array;
  /** Number of trees, padded to a multiple with trees whose leaf values are 0. */
  readonly paddedTrees: number;
  /** (nIntervals, paddedTrees) masks, row-major. */
  readonly masks: Int32Array;
  /** (paddedTrees, 32) leaf values, row-major. */
  readonly leafValue: Float32Array;
}

/**
 * Builds the mask table of a forest.
 *
 * @param multiple - the number of trees is padded to a multiple of this.
 * @returns the table; null when a tree has more than 32 leaves or the table would be too large.
 * @see Lucchese et al. (2015), QuickScorer, SIGIR, for the masks; here tabulated by interval.
 */
export function maskTable(forest: ForestArrays, multiple: number): MaskTable | null {
  const leaves = leavesInOrder(forest);
  if (leaves === null) return null;
  const cuts = Array.from({ length: forest.nFeatures }, (_, j) => distinctThresholds(forest, j));
  const nRows = cuts.reduce((sum, own) => sum + own.length + 1, 0);
  const paddedTrees = Math.ceil(forest.nTrees / multiple) * multiple;
  if (nRows * paddedTrees > MAX_TABLE_MASKS) return null;
  const firstRow = new Int32Array(cuts.length);
  for (let j = 1; j < cuts.length; j++) firstRow[j] = firstRow[j - 1] + cuts[j - 1].length + 1;
  const masks = new Int32Array(nRows * paddedTrees).fill(-1);
  const leafValue = new Float32Array(paddedTrees * MASK_LEAVES);
  const table = { cuts, firstRow, paddedTrees, masks, leafValue };
  for (const [t, nodes] of leaves.entries()) {
    for (const [l, node] of nodes.entries()) leafValue[t * MASK_LEAVES + l] = forest.leafValue[node];
    closeLeaves(forest, table, t, forest.roots[t], 0);
  }
  return table;
}

/** Leaves of each tree from left to right; null when a tree has more than 32. */
function leavesInOrder(forest: ForestArrays): number[][] | null {
  const all: number[][] = [];
  for (const root of forest.roots) {
    const found: number[] = [];
    const open = [root];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (forest.feature[node] < 0) found.push(node);
      else open.push(forest.right[node], forest.left[node]);
      if (found.length > MASK_LEAVES) return null;
    }
    all.push(found);
  }
  return all;
}

function distinctThresholds(forest: ForestArrays, j: number): Float32Array {
  const own = forest.threshold.filter((_, node) => forest.feature[node] === j).sort();
  return own.filter((cut, k) => k === 0 || cut !== own[k - 1]);
}

/**
 * Clears the bits of the leaves to the left of each split in all intervals above its threshold.
 *
 * @param first - number of the lowest leaf below `node`. @returns number of the first leaf to the right of `node`.
 */
function closeLeaves(forest: ForestArrays, table: MaskTable, t: number, node: number, first: number): number {
  const j = forest.feature[node];
  if (j < 0) return first + 1;
  const middle = closeLeaves(forest, table, t, forest.left[node], first);
  let open = -1;
  for (let l = first; l < middle; l++) open &= ~(1 << l);
  const { cuts, firstRow, masks, paddedTrees } = table;
  for (let i = cuts[j].indexOf(forest.threshold[node]) + 1; i <= cuts[j].length; i++) {
    masks[(firstRow[j] + i) * paddedTrees + t] &= open;
  }
  return closeLeaves(forest, table, t, forest.right[node], middle);
}
