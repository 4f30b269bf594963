/** Why a signal is taken or not. */
export const TAKE_REASONS = [
  'expected',
  'primary_proven',
  'always',
  'below_break_even',
  'not_proven',
  'flat',
  'stale',
  'out_of_distribution',
  'missing_input',
  'warming_up',
  'halted',
  'no_statistics',
  'no_model',
] as const;
export type TakeReason = (typeof TAKE_REASONS)[number];

/** Whether a signal is worth taking, and by which numbers. Everything is null where it is not known. */
export interface TradeDecision {
  /** Share of the training's labels that won, [0, 1]: what is known of a signal of which nothing is known. */
  readonly baseRate: number | null;
  /** Probability above which the trade pays at this event's cost; it may leave [0, 1]. */
  readonly breakEven: number | null;
  /** Expected return over the coin after costs, units of R (the distance of the stop). */
  readonly expectedR: number | null;
  /** The same in basis points of the entry price. */
  readonly expectedReturnBps: number | null;
  /** Cost of a round trip in this event, basis points, >= 0. */
  readonly costBps: number | null;
  /** Whether to take the signal; null where no model serves and nothing is halted. */
  readonly take: boolean | null;
  readonly takeReason: TakeReason;
  /** R as a distance of prices, > 0, before the stop is rounded outward to a tick; null where the window has no range. */
  readonly riskDistance: number | null;
  /** Ends of the 90 % interval of the confidence, [0, 1]. */
  readonly confidenceLow: number | null;
  readonly confidenceHigh: number | null;
}

/**
 * Largest round-trip costs at which it is proven that something pays, basis points; null where nothing is proven. Made from a model
 * file, or kept beside the champion; an event of a larger cost is not covered.
 */
export interface ProvenCosts {
  /** Of the signals that the model takes. */
  readonly modelBps: number | null;
  /** Of all signals of the primary, whatever the model says. */
  readonly primaryBps: number | null;
}

/** Nothing is proven. */
export const NOTHING_PROVEN: ProvenCosts = { modelBps: null, primaryBps: null };
