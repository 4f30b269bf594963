/** How the leaves that a row falls into are combined. */
export const AGGREGATES = ['SUM', 'AVERAGE', 'MIN', 'MAX'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/**
 * A tree ensemble in normal form: node n is a split when `feature[n] >= 0`, else a leaf. A row goes to `low[n]` when
 * `x[feature[n]] <= threshold[n]`, to `other[n]` when the value is not a number, else to `high[n]`. Children come after their parents.
 */
export interface TreeArrays {
  /** (nTrees,) root node of each tree. */
  readonly roots: Int32Array;
  /** (nNodes,) feature of a split; -1 for a leaf. */
  readonly feature: Int32Array;
  /** (nNodes,) threshold of a split. */
  readonly threshold: Float64Array;
  /** (nNodes,) child for a value up to the threshold. */
  readonly low: Int32Array;
  /** (nNodes,) child for a value above it. */
  readonly high: Int32Array;
  /** (nNodes,) child for a value that is not a number. */
  readonly other: Int32Array;
  /** (nNodes, nTargets) values of the leaves. */
  readonly leaf: Float64Array;
  readonly nTargets: number;
  readonly aggregate: Aggregate;
  /** (nTargets,) what is added in the end. */
  readonly base: Float64Array;
  /** Whether sums are rounded to float32 after each tree, as a runtime does where the leaves are float32. */
  readonly isFloat: boolean;
}
