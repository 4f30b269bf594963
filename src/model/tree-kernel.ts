import type { BinnedMatrix } from './bin-columns.ts';
import type { ForestOptions } from './forest-options.ts';

/** One grown tree in columns over its nodes; node 0 is the root, children come after their parents. */
export interface GrownTree {
  /** (nNodes,) the feature a split looks at, -1 for a leaf. */
  readonly feature: Int32Array;
  /** (nNodes,) rows with a bin <= this go left. */
  readonly bin: Uint8Array;
  /** (nNodes,) the child for smaller values, -1 for a leaf; the other child is the node after it. */
  readonly left: Int32Array;
  /** (nNodes,) weight of the drawn rows, in units of 2^-16: an exact integer. */
  readonly weight: Float64Array;
  /** (nNodes,) the part of it whose label is 1. */
  readonly ones: Float64Array;
}

/** What grows a tree. There are two, and they agree in every bit: one to read, one to run. */
export interface TreeKernel {
  /**
   * Takes over the rows of one training set.
   *
   * @param y - (nRows,) 0 or 1. @param weight - (nRows,) in units of 2^-16, see `quantizeWeights`.
   * @returns grows the tree of a seed.
   */
  prepare(
    binned: BinnedMatrix,
    y: Uint8Array,
    weight: Uint32Array,
    options: ForestOptions,
  ): (seed: number) => GrownTree;
}

/**
 * P(X <= k) · 2^32 of a Poisson variable of mean 1, k = 0 .. 11: a uniform 32-bit draw has as many occurrences as there are
 * entries at or below it. A bootstrap draws each row so many times.
 */
export const POISSON_THRESHOLDS = Float64Array.from(poissonThresholds());

function* poissonThresholds(): Generator<number> {
  let probability = Math.exp(-1);
  let total = 0;
  for (let k = 0; k < 12; k++) {
    total += probability;
    probability /= k + 1;
    yield Math.floor(total * 4294967296);
  }
}
