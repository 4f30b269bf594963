import type { BinnedMatrix } from '../forest/bin-columns.ts';
import { emptyNodes } from '../forest/forest-arrays.ts';
import { WEIGHT_UNITS } from '../forest/quantize-weights.ts';
import { type BoostedTrees, roundMargin } from './boosted-trees.ts';
import type { BoostedTree } from './grow-boosted-tree.ts';

/** Bounds of the share of ones before the first tree, where all labels are alike. */
const MIN_SHARE = 1e-6;

/** Margin at which every row has the weighted share of ones. */
export function baseMargin(y: Uint8Array, weight: Uint32Array): number {
  let [total, ones] = [0, 0];
  for (let k = 0; k < y.length; k++) {
    total += weight[k];
    if (y[k] === 1) ones += weight[k];
  }
  const share = Math.min(Math.max(ones / total, MIN_SHARE), 1 - MIN_SHARE);
  return roundMargin(Math.log(share / (1 - share)));
}

/** Joins trees in the order in which they were grown. */
export function assembleTrees(
  grown: readonly BoostedTree[],
  { edges, nFeatures }: BinnedMatrix,
  base: number,
): BoostedTrees {
  const all = grown.length === 0 ? [ONE_LEAF] : grown;
  const nNodes = all.reduce((sum, tree) => sum + tree.feature.length, 0);
  const trees = {
    nFeatures,
    ...emptyNodes(all.length, nNodes),
    importance: importanceOf(grown, nFeatures),
  };
  let offset = 0;
  for (const [t, tree] of all.entries()) {
    trees.roots[t] = offset;
    for (let n = 0; n < tree.feature.length; n++) {
      const j = tree.feature[n];
      trees.cover[offset + n] = tree.weight[n] / WEIGHT_UNITS;
      trees.feature[offset + n] = j;
      trees.leafValue[offset + n] = tree.value[n];
      if (j < 0) continue;
      trees.threshold[offset + n] = edges[j][tree.bin[n]];
      trees.left[offset + n] = offset + tree.left[n];
      trees.right[offset + n] = offset + tree.left[n] + 1;
    }
    offset += tree.feature.length;
  }
  return { trees, base, nRounds: grown.length };
}

/** (nFeatures,) share of each feature in the gain of all splits; all 0 where there is no split. */
function importanceOf(grown: readonly BoostedTree[], nFeatures: number): Float64Array {
  const importance = new Float64Array(nFeatures);
  let total = 0;
  for (const { feature, gain } of grown) {
    for (let n = 0; n < feature.length; n++) {
      if (feature[n] < 0) continue;
      importance[feature[n]] += gain[n];
      total += gain[n];
    }
  }
  return total > 0 ? importance.map((own) => own / total) : importance;
}

/** The tree of a model that learned nothing beyond the base rate. */
const ONE_LEAF: BoostedTree = {
  feature: Int32Array.of(-1),
  bin: Uint8Array.of(0),
  left: Int32Array.of(-1),
  value: Float32Array.of(0),
  weight: Float64Array.of(WEIGHT_UNITS),
  gain: Float64Array.of(0),
};
