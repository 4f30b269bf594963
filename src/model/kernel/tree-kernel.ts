import type { BinnedMatrix } from '../forest/bin-columns.ts';
import type { BootstrapKeys } from './bootstrap.ts';

/** Sums over a set of drawn rows, exact integers. */
export interface RowSums {
  /** Number of drawn rows; a row drawn twice counts twice. */
  readonly count: number;
  /** Weight of the drawn rows, in units of 2^-16. */
  readonly weight: number;
  /** Weight of the drawn rows with label 1, in units of 2^-16. */
  readonly ones: number;
}

/** Node of a growing tree, as a range of the drawn rows. */
export interface RowRange extends RowSums {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
}

/** Split of a node: rows with a bin of `feature` <= `bin` go left; the sums are those of the left side. */
export interface Split extends RowSums {
  readonly feature: number;
  readonly bin: number;
  /** Sum over both sides of (ones² + zeros²) / weight; larger is purer. */
  readonly purity: number;
}

/** A training set in a kernel's memory, with the drawn rows of the growing tree. */
export interface KernelRows {
  /** Draws the rows of a new tree; returns its root. */
  drawRows(keys: BootstrapKeys): RowRange;
  /**
   * Finds the purest split with at least `minSamplesLeaf` drawn rows on either side; null when none is purer than the node.
   * Of equally pure splits it takes the first of `features`, then the lowest bin.
   */
  findSplit(node: RowRange, features: ArrayLike<number>, minSamplesLeaf: number): Split | null;
  /** Moves the left rows of a node before the right ones. @returns index of the first right row. */
  partition(node: RowRange, split: Split): number;
}

/** Inner loops of growing trees. The plain and the WebAssembly implementation agree in every bit. */
export interface TreeKernel {
  /**
   * Prepares a training set.
   *
   * @param y - (nRows,) 0 or 1.
   * @param weight - (nRows,) in units of 2^-16, see `quantizeWeights`.
   */
  prepare(binned: BinnedMatrix, y: Uint8Array, weight: Uint32Array): KernelRows;
}
