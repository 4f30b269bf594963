import type { ForestArrays } from '../forest-arrays.ts';

/** Leaves a 32-bit mask can tell apart. */
export const MASK_LEAVES = 32;
/** Masks beyond which walking the trees is the better bargain. */
const MAX_TABLE_MASKS = 4_000_000;

/**
 * For every feature, every interval between its cuts and every tree: the leaves that a value there leaves open, bit l for the
 * tree's leaf l from the left. A row falls into the lowest leaf that all its features leave open.
 */
export interface MaskTable {
  /** A feature's distinct thresholds, rising; interval i holds cuts[i − 1] < x <= cuts[i]. */
  readonly cuts: readonly Float32Array[];
  /** (nFeatures,) the table row of each feature's first interval. */
  readonly firstRow: Int32Array;
  /** nTrees and more, up to a multiple; trees that do not exist have everything open and leaves worth 0. */
  readonly paddedTrees: number;
  /** (nIntervals, paddedTrees) */
  readonly masks: Int32Array;
  /** (paddedTrees, 32) */
  readonly leafValue: Float32Array;
}

/**
 * @param multiple - of which the number of trees in the table is one.
 * @returns null when a tree has more than 32 leaves, or the table would be large.
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

/** Each tree's leaves from left to right, or null when one has more than a mask can hold. */
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
 * Every interval above a split's threshold closes the leaves to its left.
 *
 * @param first - the lowest leaf below `node`. @returns one past the last.
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
