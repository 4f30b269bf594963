/** How a random forest is grown; scikit-learn's names. */
export interface ForestOptions {
  readonly nEstimators: number;
  readonly maxDepth: number;
  /** Drawn rows a node needs to be split. */
  readonly minSamplesSplit: number;
  /** Drawn rows either child must keep. */
  readonly minSamplesLeaf: number;
  /** Features drawn at each node, [1, nFeatures]; more are drawn where none of these can be split. */
  readonly maxFeatures: number;
  readonly randomState: number;
}
