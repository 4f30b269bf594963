import type { FeatureName } from '../../domain/index.ts';

/** Every labelled event with its features and its walk-forward forecast. Rows are events, in time order. */
export interface LabelledDataset {
  readonly featureNames: readonly FeatureName[];
  /** (nEvents,) which instrument of the training; 0 where there is only one. */
  readonly instrument: Int32Array;
  /** (nEvents,) bar of entry; of several instruments the tick of their common time. */
  readonly t0: Int32Array;
  /** (nEvents,) bar of exit, or its tick. */
  readonly t1: Int32Array;
  /** (nEvents,) index into `BARRIER_KINDS`: which barrier ended the trade. */
  readonly kind: Uint8Array;
  /** (nEvents,) -1 or +1. */
  readonly side: Int8Array;
  /** (nEvents,) meta-label, 0 or 1. */
  readonly label: Uint8Array;
  /** (nEvents,) gross return in the direction of the signal. */
  readonly ret: Float64Array;
  /** (nEvents,) R: distance of the stop as a fraction of the entry price; 0 where there was no range. */
  readonly risk: Float64Array;
  /** (nEvents,) mean gross return of both sides; NaN where the other side has no end, or is unknown. */
  readonly coin: Float64Array;
  /**
   * (nEvents,) gross return over the coin; of given labels, over the mean return of the same side in events that had ended before.
   * NaN where neither is known.
   */
  readonly excess: Float64Array;
  /** (nEvents,) label that the other side would have got; 0 where it has no end. */
  readonly otherLabel: Uint8Array;
  /** (nEvents,) bar or tick of its exit; -1 where it has no end. */
  readonly otherT1: Int32Array;
  /** (nEvents,) sample weights of the final fit. */
  readonly weight: Float64Array;
  /** (nEvents, nFeatures) features of the final fit, float32 as trees compare them. */
  readonly x: Float32Array;
  /** (nEvents,) test fold, 0-based; -1 for the first block, which only trains. */
  readonly fold: Int16Array;
  /** (nEvents,) out-of-sample probability of the predictor; NaN where there is none. */
  readonly rawProbability: Float64Array;
  /** (nEvents,) the same after the fold's calibrator; NaN where there is none. */
  readonly probability: Float64Array;
  /** (nEvents,) base rate known at the event, (0, 1). */
  readonly baseRate: Float64Array;
  /** (nEvents,) cost of a round trip in the instrument, basis points. */
  readonly costBps: Float64Array;
  /** (nEvents,) expected return over the coin after the cost, units of R; NaN where too little was known. */
  readonly expectedR: Float64Array;
  /** (nEvents,) 1 where the model would have taken the trade; 0 where not, or where nothing was decided. */
  readonly take: Uint8Array;
}
