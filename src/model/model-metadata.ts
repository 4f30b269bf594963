import type { FeatureName, Own, RegimeModel, VpinOptions } from '../domain/index.ts';
import type { Calibrator } from './calibration/calibrator.ts';
import type { Learner, Predictor } from './learner.ts';

/** Out-of-sample results of a training; null when unknown. */
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

/** Distribution of one feature in training. */
export interface FeatureHistogram {
  /** (nBins - 1,) strictly rising, in the unit of the feature; bin b holds edges[b - 1] < x <= edges[b]. */
  readonly edges: readonly number[];
  /** (nBins,) share of the training rows in each bin, [0, 1], summing to 1. */
  readonly shares: readonly number[];
}

/** Distribution and normal range of one feature in the training rows. */
export interface FeatureProfile extends FeatureHistogram {
  /** Lower bound of the normal range, float32; a value below it is out of distribution. */
  readonly low: number;
  /** Upper bound of the normal range, float32; a value above it is out of distribution. */
  readonly high: number;
}

/** Metadata of a model, stored beside it in the model file. */
export interface ModelMetadata {
  readonly training: TrainingSummary;
  /** Walk-forward accuracy, the baseline of monitoring; null when unknown. */
  readonly baselineAccuracy: number | null;
  /** VPIN of the training windows: quantiles in equal steps from the smallest to the largest; empty when unknown. */
  readonly vpinQuantiles: readonly number[];
  /** Profiles of all features in the training rows; null when unknown, as in older files. */
  readonly featureProfiles: Readonly<Record<string, FeatureProfile>> | null;
  /** Settings that a prediction depends on. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Seed of the training; null when unknown. */
  readonly seed: number | null;
  /** SHA-256 over the training bars and signals; null when unknown. */
  readonly dataFingerprint: string | null;
  /** Close time of the first training bar, UNIX ns; null when unknown. */
  readonly firstBarTs: bigint | null;
  /** Close time of the last training bar, UNIX ns; null when unknown. */
  readonly lastBarTs: bigint | null;
  /** Reason why there is no regime model; null when there is one. */
  readonly regimeNote: string | null;
}

const UNKNOWN_TRAINING: TrainingSummary = {
  verdict: 'unknown',
  accuracy: null,
  auc: null,
  baseRate: null,
  majorityAccuracy: null,
  balancedAccuracy: null,
  logLoss: null,
  logLossSkill: null,
  brier: null,
  ece: null,
  pValue: null,
  nSamples: 0,
  nFolds: 0,
  featureImportance: {},
};

/** Metadata of a model of whose training nothing is known. */
export const UNKNOWN_METADATA: ModelMetadata = {
  training: UNKNOWN_TRAINING,
  baselineAccuracy: null,
  vpinQuantiles: [],
  featureProfiles: null,
  config: {},
  seed: null,
  dataFingerprint: null,
  firstBarTs: null,
  lastBarTs: null,
  regimeNote: null,
};

/** The features of a model that are not built in. A program must be given them, or the model does not serve there. */
export interface OwnFeatures {
  readonly names: readonly FeatureName[];
  /** SHA-256 of the module that they were trained from; null where they were values of a program. */
  readonly hash: string | null;
  /** Export of the module that holds them; null for values, absent where the file does not say. */
  readonly exportName?: string | null;
}

/** Parts of a model: everything a prediction needs, with its metadata. */
export interface ModelParts {
  readonly featureNames: readonly FeatureName[];
  /** Absent where all features are built in. */
  readonly ownFeatures?: OwnFeatures;
  /** What the predictor was fitted by, and can be encoded by. */
  readonly learner: Own<Learner>;
  readonly predictor: Predictor;
  readonly calibrator: Calibrator;
  readonly regime: RegimeModel | null;
  /** Options of the `vpin` feature; `auto` only for a foreign forest. */
  readonly vpin: VpinOptions;
  readonly metadata: ModelMetadata;
  /** (nGolden, nFeatures) row-major inputs whose outputs are stored in the file. */
  readonly goldenInputs: Float32Array;
}
