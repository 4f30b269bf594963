import type { BarSeries, FeatureName, RegimeModel, VpinOptions } from '../domain/index.ts';

/** What a feature may read besides bars. */
export interface FeatureContext {
  /** Null when none is fitted: the feature `regime` is then 0.5. */
  readonly regime: RegimeModel | null;
  readonly vpin: VpinOptions;
}

/**
 * A short run of bars and the rows that lie on it. Columns of the tile are indexed by `bar - base` and hold quantities
 * that depend on a fixed number of bars each, never on where the tile begins; so it does not matter which rows share one.
 */
export interface FeatureTile {
  readonly bars: BarSeries;
  readonly context: FeatureContext;
  /** All rows and sides of the call; those of this tile are [start, end). */
  readonly rows: Int32Array;
  readonly side: Int8Array;
  readonly start: number;
  readonly end: number;
  /** Lowest and highest row of the tile. */
  readonly low: number;
  readonly high: number;
  /** The bar at index 0 of every column. */
  readonly base: number;
  /** ln(c_i / c_(i-1)), for the bars low - back .. high. */
  logReturns(back: number): Float64Array;
  /** ln(c_i / c_(i-L)), for the bars low .. high. */
  logMoves(): Float64Array;
  /** The feature `volatility`, for the bars low - back .. high. */
  volatilities(back: number): Float64Array;
}

/**
 * Writes the feature of each row k of the tile to `out[k * stride + offset]`. A value depends on the bars of its own
 * window, its side and the context only, in a fixed order of operations; nothing is carried from bar to bar.
 */
export type FeatureKernel = (tile: FeatureTile, out: Float64Array, stride: number, offset: number) => void;

/** A feature: what it is called, what it means, what it reads, and how it is computed. */
export interface FeatureDefinition {
  readonly name: FeatureName;
  /** What the value is measured in. */
  readonly unit: string;
  /** Bars it reads, the event's own included; at most W. */
  readonly window: number;
  /** Whether it is taken in the direction of the trade: its sign flips with the side. */
  readonly directional: boolean;
  readonly formula: string;
  readonly source: string;
  readonly kernel: FeatureKernel;
}
