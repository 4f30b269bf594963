/** How trees are boosted; the names are scikit-learn's. */
export interface BoostingOptions {
  /** Number of trees, >= 0. */
  readonly nEstimators: number;
  /** Maximum number of splits above a leaf, >= 1. */
  readonly maxDepth: number;
  /** Share of each tree's step that is taken, (0, 1]. */
  readonly learningRate: number;
}

/** Minimum number of rows in a leaf, as LightGBM's `min_data_in_leaf`; here counted, not estimated. */
export const MIN_ROWS_IN_LEAF = 20;
/**
 * Minimum sum of second derivatives in a leaf where the mean row weighs 1, as LightGBM's `min_sum_hessian_in_leaf`. As
 * there, leaves are not shrunk otherwise (`lambda_l2` is 0), and any gain makes a split (`min_gain_to_split` is 0).
 */
export const MIN_HESSIAN_IN_LEAF = 1e-3;
