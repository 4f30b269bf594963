import { hashSeed, Rng } from '../../core/index.ts';
import type { ForestOptions } from '../forest/forest-options.ts';
import type { KernelRows, RowRange, Split } from './tree-kernel.ts';

/** A tree in columns over its nodes; node 0 is the root, and children come after their parents. */
export interface GrownTree {
  /** (nNodes,) feature of a split; -1 for a leaf. */
  readonly feature: Int32Array;
  /** (nNodes,) highest bin of the left side. */
  readonly bin: Uint8Array;
  /** (nNodes,) left child; the right child is the node after it. -1 for a leaf. */
  readonly left: Int32Array;
  /** (nNodes,) weight of the drawn rows, in units of 2^-16; exact integers. */
  readonly weight: Float64Array;
  /** (nNodes,) weight of the drawn rows with label 1, in units of 2^-16; exact integers. */
  readonly ones: Float64Array;
}

/** Node that is not processed yet. Its seed comes from its path, so the tree does not depend on the order of growth. */
interface OpenNode extends RowRange {
  readonly index: number;
  readonly seed: number;
}

/** Stream numbers for the seeds derived from a tree's seed and from a node's seed. */
const ROW_KEY = 0;
const BITS_KEY = 1;
const ROOT = 2;
const LEFT = 0;
const RIGHT = 1;

/**
 * Grows one tree. Depth first, because the rows of a subtree then stay in the cache.
 *
 * @param seed - seed of the bootstrap and of the features drawn at every node.
 */
export function growTree(rows: KernelRows, nFeatures: number, options: ForestOptions, seed: number): GrownTree {
  const tree = { feature: [-1], bin: [0], left: [-1], weight: [0], ones: [0] };
  const keys = { rowKey: hashSeed(seed, ROW_KEY), bitsKey: hashSeed(seed, BITS_KEY) };
  const open: OpenNode[] = [{ ...rows.drawRows(keys), index: 0, seed: hashSeed(seed, ROOT) }];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const n = node.index;
    tree.weight[n] = node.weight;
    tree.ones[n] = node.ones;
    tree.feature[n] = -1;
    tree.left[n] = -1;
    tree.bin[n] = 0;
    const split = mayBeSplit(node, options) ? bestSplit(rows, node, nFeatures, options) : null;
    if (split === null) continue;
    tree.feature[n] = split.feature;
    tree.bin[n] = split.bin;
    tree.left[n] = tree.feature.length;
    const [left, right] = childrenOf(rows, node, split, tree.feature.length, options);
    tree.feature.push(-1, -1);
    open.push(right, left);
  }
  return {
    feature: Int32Array.from(tree.feature),
    bin: Uint8Array.from(tree.bin),
    left: Int32Array.from(tree.left),
    weight: Float64Array.from(tree.weight),
    ones: Float64Array.from(tree.ones),
  };
}

function mayBeSplit(node: RowRange, { maxDepth, minSamplesSplit }: ForestOptions): boolean {
  const isPure = node.ones === 0 || node.ones === node.weight;
  return node.depth < maxDepth && node.count >= minSamplesSplit && !isPure;
}

/** Purest split over the drawn features. As in scikit-learn, more features are drawn while none of them can be split. */
function bestSplit(rows: KernelRows, node: OpenNode, nFeatures: number, options: ForestOptions): Split | null {
  const { maxFeatures, minSamplesLeaf } = options;
  const order = drawOrder(nFeatures, node.seed);
  let best = rows.findSplit(node, order.subarray(0, maxFeatures), minSamplesLeaf);
  for (let drawn = maxFeatures; drawn < nFeatures && best === null; drawn++) {
    best = rows.findSplit(node, order.subarray(drawn, drawn + 1), minSamplesLeaf);
  }
  return best;
}

/** All features in the order in which a node draws them. */
function drawOrder(nFeatures: number, seed: number): Int32Array {
  const rng = new Rng(seed);
  const order = Int32Array.from({ length: nFeatures }, (_, j) => j);
  for (let drawn = 0; drawn < nFeatures - 1; drawn++) {
    const pick = drawn + rng.nextInt(nFeatures - drawn);
    const feature = order[pick];
    order[pick] = order[drawn];
    order[drawn] = feature;
  }
  return order;
}

/** The two children of a split; rows are partitioned only when a child may be split again. */
function childrenOf(
  rows: KernelRows,
  node: OpenNode,
  split: Split,
  index: number,
  options: ForestOptions,
): [OpenNode, OpenNode] {
  const { start, end } = node;
  const depth = node.depth + 1;
  const left = { count: split.count, weight: split.weight, ones: split.ones, start, end, depth };
  const right = {
    count: node.count - split.count,
    weight: node.weight - split.weight,
    ones: node.ones - split.ones,
    start,
    end,
    depth,
  };
  const middle = mayBeSplit(left, options) || mayBeSplit(right, options) ? rows.partition(node, split) : start;
  return [
    { ...left, end: middle, index, seed: hashSeed(node.seed, LEFT) },
    { ...right, start: middle, index: index + 1, seed: hashSeed(node.seed, RIGHT) },
  ];
}
