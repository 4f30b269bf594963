import type { DecisionStatistics } from '../decision/index.ts';
import {
  type Cadences,
  type ClaimTest,
  type ClaimTestName,
  type FeatureName,
  type Own,
  type RegimeModel,
  VERDICTS,
  type VpinOptions,
} from '../domain/index.ts';
import type { CostSource, TradeTerms } from '../labeling/index.ts';
import type { CalibrationSpread } from './calibration/calibration-spread.ts';
import type { Calibrator } from './calibration/calibrator.ts';
import type { Learner, Predictor } from './learner.ts';
import type { ModelInputs } from './model-inputs.ts';

/**
 * Rules by which a verdict was found: those of this program, those of 0.1, whose `edge` proves nothing, or unknown, as in a file
 * that is not ours.
 */
export const VERDICT_FORMATS = ['0.2', '0.1', 'unknown'] as const;
export type VerdictFormat = (typeof VERDICT_FORMATS)[number];

/** Verdicts of a model file; those of 0.1 say so. */
export const MODEL_VERDICTS = [...VERDICTS, 'edge (0.1)', 'no_edge (0.1)', 'unknown'] as const;
export type ModelVerdict = (typeof MODEL_VERDICTS)[number];

/** What a training may claim of its model, in short. Everything is null where the training was another program's, or of 0.1. */
export interface ModelClaims {
  readonly verdict: ModelVerdict;
  readonly verdictFormat: VerdictFormat;
  /** The tests behind the verdict. */
  readonly tests: Readonly<Record<ClaimTestName, ClaimTest>> | null;
  /** Largest round-trip cost at which the model proved to pay, basis points; 0 for none. */
  readonly paysUpToBps: number | null;
  /** The same below the configured cost, where it does not pay at that cost; null where it does. */
  readonly wouldPayUpToBps: number | null;
  /** Largest round-trip cost at which the primary proved to pay without a model, basis points; 0 for none. */
  readonly primaryPaysUpToBps: number | null;
  /** Whether the primary's money passes at the configured cost. */
  readonly primaryPays: boolean | null;
  /** p-value of the primary's timing. */
  readonly timingPValue: number | null;
  /** Round-trip cost of the verdict, and the tick that it may come from, price units. */
  readonly cost: { readonly bps: number; readonly source: CostSource; readonly tickSize: number | null } | null;
  /** Mean return of a coin where it differs from 0 by more than chance, basis points a trade; else 0. */
  readonly coinBiasBps: number | null;
  /** Sum of the uniqueness of the judged trades. */
  readonly nEffective: number | null;
  /** Smallest log-loss skill that this many events find in 4 of 5 cases. */
  readonly detectableSkill: number | null;
}

/** Out-of-sample results of a training; null when unknown. */
export interface TrainingSummary extends ModelClaims {
  readonly accuracy: number | null;
  readonly auc: number | null;
  readonly baseRate: number | null;
  readonly majorityAccuracy: number | null;
  readonly balancedAccuracy: number | null;
  readonly logLoss: number | null;
  readonly logLossSkill: number | null;
  readonly brier: number | null;
  readonly ece: number | null;
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
  /** How sure calibrated probabilities are; null when unknown, as in files of 0.1, and where nothing calibrates. */
  readonly calibration: CalibrationSpread | null;
  /** What a decision needs beside the probability; null when unknown, as in files of 0.1: such a model takes nothing. */
  readonly decision: DecisionStatistics | null;
  /** Grid of prices and cost of each instrument by its name, '' for a single one; null when unknown. */
  readonly terms: Readonly<Record<string, TradeTerms>> | null;
  /** How the training bars of each instrument followed each other, by its name, '' for a single one; null when unknown. */
  readonly cadences: Cadences | null;
}

/** Claims of a model of which only the verdict is known. */
export function claimsOfVerdict(verdict: ModelVerdict, verdictFormat: VerdictFormat): ModelClaims {
  return {
    verdict,
    verdictFormat,
    tests: null,
    paysUpToBps: null,
    wouldPayUpToBps: null,
    primaryPaysUpToBps: null,
    primaryPays: null,
    timingPValue: null,
    cost: null,
    coinBiasBps: null,
    nEffective: null,
    detectableSkill: null,
  };
}

const UNKNOWN_TRAINING: TrainingSummary = {
  ...claimsOfVerdict('unknown', 'unknown'),
  accuracy: null,
  auc: null,
  baseRate: null,
  majorityAccuracy: null,
  balancedAccuracy: null,
  logLoss: null,
  logLossSkill: null,
  brier: null,
  ece: null,
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
  calibration: null,
  decision: null,
  terms: null,
  cadences: null,
};

/** The features of a model that are not built in. A program must be given them, or the model does not serve there. */
export interface OwnFeatures {
  readonly names: readonly FeatureName[];
  /** SHA-256 of the module that they were trained from; null where they were values of a program. */
  readonly hash: string | null;
  /** Export of the module that holds them; null for values, absent where the file does not say. */
  readonly exportName?: string | null;
}

/** The features of a model that are columns of the caller. */
export interface ModelColumns {
  readonly names: readonly FeatureName[];
  /** Those of them that are multiplied by the side of the trade. */
  readonly directional: readonly FeatureName[];
}

/** Parts of a model: everything a prediction needs, with its metadata. */
export interface ModelParts {
  readonly featureNames: readonly FeatureName[];
  /** Absent where all features are built in. */
  readonly ownFeatures?: OwnFeatures;
  /** Absent where no feature is a column of the caller. */
  readonly columnFeatures?: ModelColumns;
  /** Absent where it looks at a window of W bars and nothing else. */
  readonly inputs?: ModelInputs;
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
