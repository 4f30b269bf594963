/**
 * A random forest as flat columns over all nodes of all trees, which threads and files exchange without conversion.
 * Node n of the forest is a split when `feature[n] >= 0` and a leaf when it is -1. A row goes left when
 * `x[feature[n]] <= threshold[n]`, compared in float32; children always have larger indices than their parent.
 */
export interface ForestArrays {
  readonly nFeatures: number;
  readonly nTrees: number;
  /** (nTrees,) root node of each tree. */
  readonly roots: Int32Array;
  /** (nNodes,) feature of a split; -1 for a leaf. */
  readonly feature: Int32Array;
  /** (nNodes,) threshold of a split; 0 for a leaf. */
  readonly threshold: Float32Array;
  /** (nNodes,) child for `x <= threshold`; -1 for a leaf. */
  readonly left: Int32Array;
  /** (nNodes,) child for `x > threshold`; -1 for a leaf. */
  readonly right: Int32Array;
  /**
   * (nNodes,) contribution of a leaf to the forest's probability of label 1: its weighted share of ones over nTrees, rounded
   * down to a multiple of 2^-24, so that the sum over trees is exact in float32 in any order. 0 for a split.
   */
  readonly leafValue: Float32Array;
  /**
   * (nNodes,) training weight that reached each node, >= 0, in units of the largest row weight; a split has the sum of its
   * children, up to rounding. Null when it is not in the file.
   */
  readonly cover: Float32Array | null;
  /** (nFeatures,) mean decrease in Gini impurity, normalised to a sum of 1; all 0 when no tree has a split. */
  readonly importance: Float64Array;
}

/** Arrays to write trees into: no node has children, and all else is 0. */
export function emptyNodes(nTrees: number, nNodes: number) {
  return {
    nTrees,
    roots: new Int32Array(nTrees),
    feature: new Int32Array(nNodes),
    threshold: new Float32Array(nNodes),
    left: new Int32Array(nNodes).fill(-1),
    right: new Int32Array(nNodes).fill(-1),
    leafValue: new Float32Array(nNodes),
    cover: new Float32Array(nNodes),
  };
}
