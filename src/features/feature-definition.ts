import type { BarSeries, ColumnValues, FeatureName, RegimeModel, VpinOptions } from '../domain/index.ts';

/** Inputs of a feature besides bars. */
export interface FeatureContext {
  /** Fitted regime model, or null; the feature `regime` is then 0.5. */
  readonly regime: RegimeModel | null;
  readonly vpin: VpinOptions;
  /** Columns of the caller, each (rows.length,): one value a row of the call, NaN where it is missing. */
  readonly columns?: ColumnValues;
  /** Common step of the bars, ns; null or absent where they have none, and features of frames or sessions are refused. */
  readonly stepNs?: bigint | null;
  /** Bars of the context instruments, by id. */
  readonly instruments?: ReadonlyMap<string, ContextBars>;
  /** Age of a context bar, in steps of its own, from which on the features of its instrument are missing; 3 when absent. */
  readonly maxAgeBars?: number;
}

/** Bars of an instrument beside that of the event. */
export interface ContextBars {
  readonly bars: BarSeries;
  /** Their common step, ns, > 0. */
  readonly stepNs: bigint;
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
 * own window, its side and the context, in a fixed order of operations; no state is carried from bar to bar. NaN says that an
 * input is missing: a column without a value, bars of a context instrument that are too old, too few bars.
 */
export type FeatureKernel = (tile: FeatureTile, out: Float64Array, stride: number, offset: number) => void;

/** What a feature reads besides bars: the fitted regime model, the options of `vpin`, or the taker volume of every bar. */
export const FEATURE_NEEDS = ['regime', 'vpin', 'taker_buy_volume'] as const;
export type FeatureNeed = (typeof FEATURE_NEEDS)[number];

/** Definition of a feature: a built-in one, or what `defineFeature` made. */
export interface FeatureDefinition {
  readonly name: FeatureName;
  /** Unit of the value; empty where none is stated. */
  readonly unit: string;
  /** Number of bars it reads, the event's own included, >= 1; in bars of its own frame. */
  readonly lookback: number;
  /** Whether its sign flips with the side of the trade. */
  readonly directional: boolean;
  readonly needs: readonly FeatureNeed[];
  /** Lowest and highest value, before the side of the trade; null where none is stated. */
  readonly range: readonly [low: number, high: number] | null;
  /** Column that the value is read from; absent for features of bars. */
  readonly column?: string;
  /** Id of the context instrument whose bars it reads; absent for the event's own. */
  readonly instrument?: string;
  /**
   * Number of the event's own bars that it needs, the event's included; absent where that is `lookback` at any step.
   *
   * @param stepNs - most common distance of the bars, ns; null where it is not known.
   */
  readonly barsNeeded?: (stepNs: bigint | null) => number;
  /** The same of the bars of {@link instrument}; absent for the event's own. */
  readonly contextBarsNeeded?: (stepNs: bigint | null) => number;
  /**
   * The feature with a parameter, named `base(n)`; with the usual one it is the plain feature to the bit. Absent where it has none.
   *
   * @throws {ConditionError} for anything but an integer that the feature takes.
   */
  readonly withParameter?: (n: number) => FeatureDefinition;
  readonly kernel: FeatureKernel;
}

/** The integer that the name of a built-in feature may state, usually the length of its window: `volatility(50)`. */
export interface FeatureParameter {
  /** What it counts. */
  readonly counts: string;
  /** Value of the plain name. */
  readonly usual: number;
  readonly lowest: number;
  readonly highest: number;
}

/** A feature of this package. */
export interface BuiltInFeature extends FeatureDefinition {
  readonly formula: string;
  readonly source: string;
  /** Absent for a feature whose name states none. */
  readonly parameter?: FeatureParameter;
}
