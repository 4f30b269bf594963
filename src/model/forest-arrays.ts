/**
 * A random forest as flat columns over all nodes of all trees, so that it moves between threads and files as it is.
 * Node n of the forest is a split when `feature[n] >= 0` and a leaf when it is -1. A row goes left when
 * `x[feature[n]] <= threshold[n]`, compared in float32; children always have larger indices than their parent.
 */
export interface ForestArrays {
  readonly nFeatures: number;
  readonly nTrees: number;
  /** (nTrees,) the node at which each tree starts. */
  readonly roots: Int32Array;
  /** (nNodes,) the feature a split looks at, or -1 for a leaf. */
  readonly feature: Int32Array;
  /** (nNodes,) float32 thresholds; 0 for a leaf. */
  readonly threshold: Float32Array;
  /** (nNodes,) the child for `x <= threshold`; -1 for a leaf. */
  readonly left: Int32Array;
  /** (nNodes,) the other child; -1 for a leaf. */
  readonly right: Int32Array;
  /**
   * (nNodes,) what a leaf adds to the forest's probability of label 1: its own weighted share of ones over nTrees, rounded
   * down to a multiple of 2^-24, so that the sum over trees is exact in float32 in any order. 0 for a split.
   */
  readonly leafValue: Float32Array;
  /**
   * (nNodes,) training weight that reached each node, >= 0, the weight of the heaviest row being 1; a split's is that of its
   * children together, but for rounding. Null where nobody knows.
   */
  readonly cover: Float32Array | null;
  /** (nFeatures,) mean decrease in Gini impurity, summing to 1 (all zero when no tree splits). */
  readonly importance: Float64Array;
}
