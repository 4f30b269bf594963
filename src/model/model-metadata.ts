import type { FeatureName, RegimeModel, VpinOptions } from '../domain/index.ts';
import type { Calibrator } from './calibrator.ts';
import type { ForestArrays } from './forest-arrays.ts';

/** What a training found out about its model, out of sample; nulls where nobody knows. */
export interface TrainingSummary {
  readonly verdict: 'edge' | 'no_edge' | 'unknown';
  readonly accuracy: number | null;
  readonly auc: number | null;
  readonly baseRate: number | null;
  readonly majorityAccuracy: number | null;
  readonly balancedAccuracy: number | null;
  readonly logLoss: number | null;
  readonly logLossSkill: number | null;
  readonly brier: number | null;
  readonly ece: number | null;
  readonly pValue: number | null;
  readonly nSamples: number;
  readonly nFolds: number;
  readonly featureImportance: Readonly<Record<string, number>>;
}

/** How one feature was spread in training. */
export interface FeatureSpread {
  /** (nBins - 1,) strictly rising, in the unit of the feature; bin b holds what is over edge b - 1 and at most edge b. */
  readonly edges: readonly number[];
  /** (nBins,) share of the training rows in each bin, [0, 1], summing to 1. */
  readonly shares: readonly number[];
}

/** What is known of one feature in the training rows. */
export interface FeatureProfile extends FeatureSpread {
  /** A value under or over these lies far outside; float32. */
  readonly low: number;
  readonly high: number;
}

/** What a model file says about its model, beside the model. */
export interface ModelMetadata {
  readonly training: TrainingSummary;
  /** Walk-forward accuracy that later monitoring compares with. */
  readonly baselineAccuracy: number | null;
  /** VPIN of the training windows: quantiles in equal steps from the least to the greatest; empty where unknown. */
  readonly vpinQuantiles: readonly number[];
  /** How every feature lay in the training rows; null where unknown, as in files written before it was kept. */
  readonly featureProfiles: Readonly<Record<string, FeatureProfile>> | null;
  /** The settings that a prediction depends on. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly seed: number | null;
  /** SHA-256 over the training bars and signals. */
  readonly dataFingerprint: string | null;
  /** First and last training bar, UNIX ns; null where unknown. */
  readonly firstBarTs: bigint | null;
  readonly lastBarTs: bigint | null;
  /** Why there is no regime model, else null. */
  readonly regimeNote: string | null;
}

/** Everything that makes a prediction, and what is known about it. */
export interface ModelParts {
  readonly featureNames: readonly FeatureName[];
  readonly forest: ForestArrays;
  readonly calibrator: Calibrator;
  readonly regime: RegimeModel | null;
  /** How the `vpin` feature was computed; never `auto` but for a forest that is not ours. */
  readonly vpin: VpinOptions;
  readonly metadata: ModelMetadata;
  /** (nGolden, nFeatures) row-major inputs whose outputs the file records. */
  readonly goldenInputs: Float32Array;
}
