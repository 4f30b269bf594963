import type { DecisionStatistics } from '../decision/index.ts';
import { expectedCalibrationError } from './calibration.ts';
import type { Claims } from './claims/claims.ts';
import type { DecisionFigures } from './decisions/decision-figures.ts';
import {
  accuracyScore,
  balancedAccuracyScore,
  baseRate,
  brierScore,
  logLosses,
  majorityAccuracy,
  meanOf,
  rocAucScore,
  type ScoredForecasts,
} from './metrics.ts';
import type { Summaries } from './summaries/summaries.ts';

/** Scores of a set of forecasts. */
export interface Scores {
  readonly nTested: number;
  readonly accuracy: number;
  /** Area under the ROC curve; null when a class is missing. */
  readonly auc: number | null;
  readonly baseRate: number;
  /** Accuracy of always predicting the more frequent label. */
  readonly majorityAccuracy: number;
  readonly balancedAccuracy: number;
  readonly logLoss: number;
  /** Log loss of the prequential base rate on the same events. */
  readonly benchmarkLogLoss: number;
  /** 1 − log loss / log loss of the base rate. */
  readonly logLossSkill: number;
  readonly brier: number;
  /** Expected calibration error over ten bins; over- and underconfidence of different folds cancel in it. */
  readonly ece: number;
}

/** Scores of one test block of a walk-forward. */
export interface FoldScores extends Scores {
  readonly fold: number;
  /** False for the first: its calibrator has seen nothing, so that no figure of the whole counts it. */
  readonly isCounted: boolean;
  readonly nTrain: number;
  readonly nPurged: number;
}

/** Validation of a model, all of it out of sample. All figures but those of `folds` are of the counted folds together. */
export interface ValidationMetrics extends Scores, Claims, Summaries {
  /** Scores of every test block. */
  readonly folds: readonly FoldScores[];
  /** What trades pay and how promises turned out, as the model file holds it. */
  readonly decision: DecisionStatistics;
  /** What came of the decisions. */
  readonly decided: DecisionFigures;
}

/**
 * Scores forecasts against their labels and against the base rate.
 *
 * @throws {ConditionError} when the lengths differ.
 */
export function scoreForecasts(forecasts: ScoredForecasts): Scores {
  const { label, probability, benchmark } = forecasts;
  const loss = meanOf(logLosses(label, probability));
  const benchmarkLogLoss = meanOf(logLosses(label, benchmark));
  const auc = rocAucScore(label, probability);
  return {
    nTested: label.length,
    accuracy: accuracyScore(label, probability),
    auc: Number.isNaN(auc) ? null : auc,
    baseRate: baseRate(label),
    majorityAccuracy: majorityAccuracy(label),
    balancedAccuracy: balancedAccuracyScore(label, probability),
    logLoss: loss,
    benchmarkLogLoss,
    logLossSkill: 1 - loss / benchmarkLogLoss,
    brier: brierScore(label, probability),
    ece: expectedCalibrationError(label, probability),
  };
}
