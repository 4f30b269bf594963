import type { BarSeries, ConfidenceSource, Side, TradeDecision } from '../domain/index.ts';

/** All that a size may be made from: one judged signal. */
export interface Judgement {
  readonly instrumentId: string;
  /** UNIX nanoseconds. */
  readonly timestamp: bigint;
  readonly signal: Side;
  /** How strong it is, (0, 1]. */
  readonly strength: number;
  /** Calibrated probability that the signal ends profitably, [0, 1]. */
  readonly metaConfidence: number;
  /** The model's probability before calibration; null when the confidence does not come from the model. */
  readonly rawConfidence: number | null;
  /** Factor for the market regime, [floor, 1]; 1 is calm. */
  readonly regimeWeight: number;
  /** VPIN, [0, 1]; that of the setting `sizing.unknown_toxicity` where the window has no volume. */
  readonly toxicity: number;
  /** Share of training windows with a lower VPIN, [0, 1]; null when it is not known. */
  readonly toxicityPercentile: number | null;
  readonly modelVersion: string | null;
  /** Origin of the confidence; `model` is the only one that the model vouches for. */
  readonly source: ConfidenceSource;
  /** Whether the signal is worth taking; a sizer that bets on one that is not does so on its own account. */
  readonly decision: TradeDecision;
  /** (W,) the window that was judged, oldest first; its last bar is the signal's. */
  readonly bars: BarSeries;
}

/** A size and what it was made of. */
export interface Sizing {
  /** Signed size, finite: the sign is the direction. It is answered as it is, without clamping. */
  readonly size: number;
  /** Whatever explains it, each finite, by name; answered, recorded and shown beside the size. Names become snake_case on the wire. */
  readonly factors: Readonly<Record<string, number>>;
}

/**
 * Computes bet sizes. `IntegratedSizer` is the built-in one; another is handed in as `{ sizer }`. It runs in the signal's own call, so
 * it must be synchronous and a pure function of the judgement: the same signal gets the same size.
 *
 * A sizer that throws, or gives a number that is not finite, gets the size 0 and no factors: no bet, with the fault in the answer's
 * `reason` and one warning in the log. An answer that could not be sized must not look like one that was.
 */
export interface Sizer {
  size(judgement: Judgement): Sizing;
}
