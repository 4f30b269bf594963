import type { ForestArrays } from '../forest/forest-arrays.ts';

/** A sum of trees whose logistic is the probability of label 1, as plain data. */
export interface BoostedTrees {
  /**
   * Leaf values are margins (log-odds), multiples of 2^-20, so that a sum below 16 is exact in float32 in any order. At least
   * one tree; a model without a split has one leaf of 0.
   */
  readonly trees: ForestArrays;
  /** Margin that is added to the leaves, a multiple of 2^-20, float32. */
  readonly base: number;
  /** Number of boosted trees, >= 0; the one leaf of a model without any does not count. */
  readonly nRounds: number;
}

/** Margins are multiples of 1 / MARGIN_UNITS. */
const MARGIN_UNITS = 2 ** 20;

/** The nearest margin that a file holds. */
export function roundMargin(margin: number): number {
  return Math.round(margin * MARGIN_UNITS) / MARGIN_UNITS;
}
