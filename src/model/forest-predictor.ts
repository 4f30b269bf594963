import type { ForestArrays } from './forest-arrays.ts';

/** Asks a forest. Not for two threads at a time: it reuses its scratch. */
export interface ForestPredictor {
  /** @param x - (nFeatures,) float32 values. @returns the sum of the leaf values that `x` falls into, [0, 1]. */
  predictOne(x: Float32Array): number;
  /** @param x - (nRows, nFeatures) row-major. @returns (nRows,) */
  predictMany(x: Float32Array, nRows: number): Float64Array;
}

/** Leaves a 32-bit mask can tell apart. */
const MASK_LEAVES = 32;
/** Entries of a mask table beyond which walking the trees is the better bargain. */
const MAX_TABLE_ENTRIES = 4_000_000;

/**
 * Makes a forest ready to be asked. Leaf values add up exactly in a double whatever their order, so every way of asking
 * gives the same bits.
 */
export function predictForest(forest: ForestArrays): ForestPredictor {
  const predictOne = maskTablePredictor(forest) ?? treeWalkPredictor(forest);
  return { predictOne, predictMany: (x, nRows) => predictRows(predictOne, forest.nFeatures, x, nRows) };
}

type PredictOne = ForestPredictor['predictOne'];

function predictRows(predictOne: PredictOne, nFeatures: number, x: Float32Array, nRows: number): Float64Array {
  const out = new Float64Array(nRows);
  for (let k = 0; k < nRows; k++) out[k] = predictOne(x.subarray(k * nFeatures, (k + 1) * nFeatures));
  return out;
}

/** From root to leaf, tree after tree: for any forest. */
export function treeWalkPredictor(forest: ForestArrays): PredictOne {
  const { roots, feature, threshold, left, right, leafValue } = forest;
  return (x) => {
    let sum = 0;
    for (let t = 0; t < roots.length; t++) {
      let node = roots[t];
      let j = feature[node];
      while (j >= 0) {
        node = x[j] <= threshold[node] ? left[node] : right[node];
        j = feature[node];
      }
      sum += leafValue[node];
    }
    return sum;
  };
}

/**
 * For trees of at most 32 leaves: a table says, for every feature, every interval between its thresholds and every tree,
 * which leaves a value there leaves open. The leaf a row falls into is the lowest one that all its features leave open.
 *
 * @returns null when a tree has more leaves, or the table would be large.
 * @see Lucchese et al. (2015), QuickScorer, SIGIR, for the masks; here tabulated by interval.
 */
export function maskTablePredictor(forest: ForestArrays): PredictOne | null {
  const { nTrees, nFeatures } = forest;
  const leaves = leavesInOrder(forest);
  if (leaves === null) return null;
  const cuts = Array.from({ length: nFeatures }, (_, j) => distinctThresholds(forest, j));
  const nRows = cuts.reduce((sum, own) => sum + own.length + 1, 0);
  if (nRows * nTrees > MAX_TABLE_ENTRIES) return null;
  const { table, firstRow } = fillTable(forest, leaves, cuts, nRows);
  const leafValue = new Float64Array(nTrees * MASK_LEAVES);
  for (const [t, nodes] of leaves.entries()) {
    for (const [l, node] of nodes.entries()) leafValue[t * MASK_LEAVES + l] = forest.leafValue[node];
  }
  const open = new Int32Array(nTrees);
  return (x) => {
    for (let j = 0; j < nFeatures; j++) {
      const row = (firstRow[j] + intervalOf(cuts[j], x[j])) * nTrees;
      if (j === 0) for (let t = 0; t < nTrees; t++) open[t] = table[row + t];
      else for (let t = 0; t < nTrees; t++) open[t] &= table[row + t];
    }
    let sum = 0;
    for (let t = 0; t < nTrees; t++) sum += leafValue[(t << 5) + 31 - Math.clz32(open[t] & -open[t])];
    return sum;
  };
}

/** How many cuts lie below the value: the interval it falls into. */
function intervalOf(cuts: Float32Array, value: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= cuts[middle]) high = middle;
    else low = middle + 1;
  }
  return low;
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

/** Rows of the table are intervals, feature after feature; columns are trees. */
function fillTable(forest: ForestArrays, leaves: readonly number[][], cuts: readonly Float32Array[], nRows: number) {
  const { nTrees, feature, threshold, left, right } = forest;
  const table = new Int32Array(nRows * nTrees).fill(-1);
  const firstRow = new Int32Array(cuts.length);
  for (let j = 1; j < cuts.length; j++) firstRow[j] = firstRow[j - 1] + cuts[j - 1].length + 1;
  for (const [t, ownLeaves] of leaves.entries()) {
    const place = new Map(ownLeaves.map((node, l) => [node, l]));
    // Every value above a split's threshold closes the leaves to its left.
    const closeLeft = (node: number): readonly [first: number, last: number] => {
      if (feature[node] < 0) {
        const l = place.get(node) ?? 0;
        return [l, l];
      }
      const [first, lastOfLeft] = closeLeft(left[node]);
      const [, last] = closeLeft(right[node]);
      let stillOpen = -1;
      for (let l = first; l <= lastOfLeft; l++) stillOpen &= ~(1 << l);
      const j = feature[node];
      const above = intervalOf(cuts[j], threshold[node]) + 1;
      for (let b = above; b <= cuts[j].length; b++) table[(firstRow[j] + b) * nTrees + t] &= stillOpen;
      return [first, last];
    };
    closeLeft(forest.roots[t]);
  }
  return { table, firstRow };
}
