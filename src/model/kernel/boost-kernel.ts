import type { BinnedMatrix } from '../forest/bin-columns.ts';
import { WEIGHT_UNITS } from '../forest/quantize-weights.ts';

/** Sums over a set of rows, exact integers that do not depend on the order of the rows. */
export interface GradientSums {
  /** Number of rows. */
  readonly count: number;
  /** Sum of the gradients of the loss, in {@link GradientUnits}. */
  readonly gradient: number;
  /** Sum of its second derivatives, in {@link GradientUnits}; >= 0. */
  readonly hessian: number;
}

/** Number of units that make one, powers of 2. */
export interface GradientUnits {
  readonly gradient: number;
  readonly hessian: number;
}

/** Node of a growing tree, as a range of the rows. */
export interface BoostRange extends GradientSums {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
}

/** Split of a node: rows with a bin of `feature` <= `bin` go left; the sums are those of the left side. */
export interface BoostSplit extends GradientSums {
  readonly feature: number;
  readonly bin: number;
  /** Sum over both sides of gradient² / hessian; larger is better. */
  readonly score: number;
}

/** What either side of a split must have. */
export interface BoostLimits {
  /** Minimum number of rows. */
  readonly minRows: number;
  /** Minimum sum of second derivatives, in {@link GradientUnits}; > 0. */
  readonly minHessian: number;
}

/**
 * A training set in a kernel's memory, with the margin of every row. Histograms lie in numbered slots: one for each level
 * of a tree, and one more.
 */
export interface BoostRows {
  readonly units: GradientUnits;
  /** Computes the gradients of all rows from their margins. @returns the root of a new tree. */
  startTree(): BoostRange;
  /** Fills a slot with the histograms of a node. */
  fill(node: BoostRange, slot: number): void;
  /** Subtracts the histograms in slot `other` from those in `slot`: of a node and one child the other child is left. */
  subtract(slot: number, other: number): void;
  /**
   * Finds the best split of the node in a slot; null when none is better than no split. Of equally good splits it takes the
   * first feature, then the lowest bin.
   */
  findSplit(node: BoostRange, slot: number, limits: BoostLimits): BoostSplit | null;
  /** Moves the left rows of a node before the right ones. @returns index of the first right row. */
  partition(node: BoostRange, split: BoostSplit): number;
  /** Adds a float32 value to the margins of a node's rows. @returns their weight, in units of 2^-16; an exact integer. */
  addToNode(node: BoostRange, value: number): number;
  /** {@link addToNode} for the two sides of a node that is not partitioned. @returns the weights of the left and the right side. */
  addToSides(node: BoostRange, split: BoostSplit, left: number, right: number): readonly [left: number, right: number];
}

/** Inner loops of boosting. The plain and the WebAssembly implementation agree in every bit. */
export interface BoostKernel {
  /**
   * Prepares a training set.
   *
   * @param y - (nRows,) 0 or 1. @param weight - (nRows,) in units of 2^-16, see `quantizeWeights`.
   * @param base - margin of every row before the first tree, float32.
   * @param nSlots - number of histograms of all features that are kept at once.
   */
  prepare(binned: BinnedMatrix, y: Uint8Array, weight: Uint32Array, base: number, nSlots: number): BoostRows;
}

/** Largest gradient and second derivative of one row, units: the integers that a float32 rounds to exactly. */
const MAX_ROW_UNITS = 2 ** 22;
/** Largest sum of gradients, units: what a signed 32-bit integer holds, with room for rounding. */
const MAX_GRADIENT = 2 ** 31 * (1 - 2 ** -16);
/** Largest sum of second derivatives, units, as for an unsigned one. */
const MAX_HESSIAN = 2 ** 32 * (1 - 2 ** -16);

/**
 * Units in which gradients are counted, powers of 2: so large that no sum over rows leaves 32 bits. A gradient is at most
 * the weight of its row, a second derivative a quarter of it, and rounding adds half a unit a row.
 */
export function gradientUnits(weight: Uint32Array): GradientUnits {
  let total = 0;
  for (let k = 0; k < weight.length; k++) total += weight[k];
  const sum = total / WEIGHT_UNITS;
  return {
    gradient: powerBelow(Math.min(MAX_ROW_UNITS, (MAX_GRADIENT - weight.length) / sum)),
    hessian: powerBelow(4 * Math.min(MAX_ROW_UNITS, (MAX_HESSIAN - weight.length) / sum)),
  };
}

/** The largest power of 2 that is at most `limit`, >= 1. */
function powerBelow(limit: number): number {
  let power = 1;
  while (2 * power <= limit) power *= 2;
  return power;
}
