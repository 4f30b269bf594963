import type { BinnedMatrix } from '../bin-columns.ts';
import type { BootstrapKeys } from './bootstrap.ts';

/** What is known of a set of drawn rows: exact integers. */
export interface RowSums {
  /** Drawn rows: a row drawn twice counts twice. */
  readonly count: number;
  /** Weight of the drawn rows, in units of 2^-16. */
  readonly weight: number;
  /** The part of it whose label is 1. */
  readonly ones: number;
}

/** A node while its tree grows: a range of the drawn rows. */
export interface RowRange extends RowSums {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
}

/** Rows whose bin of `feature` is <= `bin` go left; the sums are those of the left side. */
export interface Split extends RowSums {
  readonly feature: number;
  readonly bin: number;
  /** Σ over both sides of (ones² + zeros²) / weight: larger is purer. */
  readonly purity: number;
}

/** One training set in a kernel's own memory, and the drawn rows of the tree that is growing. */
export interface KernelRows {
  /** Draws the rows of a new tree; returns its root. */
  drawRows(keys: BootstrapKeys): RowRange;
  /**
   * The split of greatest purity that leaves `minSamplesLeaf` drawn rows on either side, if any is purer than the node itself.
   * Among equals the first of `features` wins, then the lowest bin.
   */
  findSplit(node: RowRange, features: ArrayLike<number>, minSamplesLeaf: number): Split | null;
  /** Moves the rows of a node: those that go left first. Returns where the right ones begin. */
  partition(node: RowRange, split: Split): number;
}

/** What does the heavy work of growing trees. There are two, and they agree in every bit: one to read, one to run. */
export interface TreeKernel {
  /** @param y - (nRows,) 0 or 1. @param weight - (nRows,) in units of 2^-16, see `quantizeWeights`. */
  prepare(binned: BinnedMatrix, y: Uint8Array, weight: Uint32Array): KernelRows;
}
