import type { FeatureName } from '../domain/index.ts';

/** Every labelled event with what it was learned from and what the walk-forward said of it. Rows are events, in time order. */
export interface LabelledDataset {
  readonly featureNames: readonly FeatureName[];
  /** (nEvents,) which series; 0 where there is only one. */
  readonly series: Int32Array;
  /** (nEvents,) bar of entry; of several series the tick of their common time. */
  readonly t0: Int32Array;
  /** (nEvents,) bar of exit, or its tick. */
  readonly t1: Int32Array;
  readonly side: Int8Array;
  readonly label: Uint8Array;
  /** (nEvents,) net return in the direction of the signal. */
  readonly ret: Float64Array;
  /** (nEvents,) sample weights of the final fit. */
  readonly weight: Float64Array;
  /** (nEvents, nFeatures) features of the final fit, float32 as the forest compares them. */
  readonly x: Float32Array;
  /** (nEvents,) test fold, 0-based; -1 for the first block, which only trains. */
  readonly fold: Int16Array;
  /** (nEvents,) out-of-sample probability of the forest; NaN where there is none. */
  readonly rawProbability: Float64Array;
  /** (nEvents,) the same after the fold's calibrator; NaN where there is none. */
  readonly probability: Float64Array;
}
