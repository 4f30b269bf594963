/** Hyperparameters of a random forest, with scikit-learn's names. */
export interface ForestOptions {
  /** Number of trees, >= 1. */
  readonly nEstimators: number;
  /** Maximum number of splits above a leaf, >= 1. */
  readonly maxDepth: number;
  /** Minimum number of drawn rows in a node that is split. */
  readonly minSamplesSplit: number;
  /** Minimum number of drawn rows in either child. */
  readonly minSamplesLeaf: number;
  /** Number of features drawn at each node, [1, nFeatures]; more are drawn when none of them can be split. */
  readonly maxFeatures: number;
  /** Seed of the bootstrap and of the drawn features. */
  readonly randomState: number;
}
