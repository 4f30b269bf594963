import type { BarSeries, FeatureName, RegimeModel, VpinOptions } from '../domain/index.ts';

/** Inputs of a feature besides bars. */
export interface FeatureContext {
  /** Fitted regime model, or null; the feature `regime` is then 0.5. */
  readonly regime: RegimeModel | null;
  readonly vpin: VpinOptions;
}

/**
 * A short range of bars with the rows in it. Columns of the tile are indexed by `bar - base`. Each entry depends on a fixed
 * number of bars and not on where the tile begins, so a value does not depend on which rows share a tile.
 */
export interface FeatureTile {
  readonly bars: BarSeries;
  readonly context: FeatureContext;
  /** Rows and sides of the whole call; those of this tile are [start, end). */
  readonly rows: Int32Array;
  readonly side: Int8Array;
  readonly start: number;
  readonly end: number;
  /** Lowest and highest row of the tile, as bar indices. */
  readonly low: number;
  readonly high: number;
  /** Bar at index 0 of every column. */
  readonly base: number;
  /** ln(c_i / c_(i-1)) of the bars low - back .. high. */
  logReturns(back: number): Float64Array;
  /** ln(c_i / c_(i-L)) of the bars low .. high. */
  logMoves(): Float64Array;
  /** The feature `volatility` at the bars low - back .. high. */
  volatilities(back: number): Float64Array;
}

/**
 * Writes the feature of each row k of the tile to `out[k * stride + offset]`. A value depends only on the bars of its
 * own window, its side and the context, in a fixed order of operations; no state is carried from bar to bar.
 */
export type FeatureKernel = (tile: FeatureTile, out: Float64Array, stride: number, offset: number) => void;

/** Definition of a feature. */
export interface FeatureDefinition {
  readonly name: FeatureName;
  /** Unit of the value. */
  readonly unit: string;
  /** Number of bars it reads, the event's own included; at most W. */
  readonly window: number;
  /** Whether its sign flips with the side of the trade. */
  readonly directional: boolean;
  readonly formula: string;
  readonly source: string;
  readonly kernel: FeatureKernel;
}
