import { ConditionError, checkSameLength } from '../core/index.ts';
import { expectedCalibrationError } from './calibration.ts';
import {
  accuracyScore,
  balancedAccuracyScore,
  baseRate,
  brierScore,
  logLosses,
  majorityAccuracy,
  meanOf,
  rocAucScore,
} from './metrics.ts';
import { type MoneyFigures, moneyFigures, sameMeanExposure } from './money.ts';
import { meanTest, overlapLag } from './significance/mean-test.ts';
import { judgeEdge, type Verdict } from './verdict.ts';

/** Out-of-sample forecasts of tested events in time order. Rows are events. */
export interface TestedForecasts {
  /** (nTested,) bar indices of the entries. */
  readonly t0: Int32Array;
  /** (nTested,) bar indices of the labels' ends. */
  readonly t1: Int32Array;
  /** (nTested,) 0 or 1. */
  readonly label: Uint8Array;
  /** (nTested,) net return of a unit trade. */
  readonly ret: Float64Array;
  /** (nTested,) probability of label 1 by the model. */
  readonly probability: Float64Array;
  /** (nTested,) prequential base rate. */
  readonly benchmark: Float64Array;
  /** (nBars,) close times of the bars, UNIX ns. */
  readonly tsEvent: BigInt64Array;
}

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
  /** Expected calibration error over ten bins. */
  readonly ece: number;
}

/** Scores of one test block of a walk-forward. */
export interface FoldScores extends Scores {
  readonly fold: number;
  readonly nTrain: number;
  readonly nPurged: number;
}

/** Validation of a model, all of it out of sample. */
export interface ValidationMetrics extends Scores {
  readonly verdict: Verdict;
  /** Reason of the verdict in one sentence, with the figures of the test. */
  readonly reason: string;
  readonly pValue: number;
  readonly statistic: number;
  readonly lag: number;
  readonly primaryOnly: MoneyFigures;
  readonly sized: MoneyFigures;
  readonly folds: readonly FoldScores[];
}

/**
 * Scores forecasts against their labels and against the base rate.
 *
 * @throws {ConditionError} when the lengths differ.
 */
export function scoreForecasts(forecasts: Pick<TestedForecasts, 'label' | 'probability' | 'benchmark'>): Scores {
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

/**
 * Evaluates out-of-sample forecasts: scores, returns and the verdict.
 *
 * @param folds - scores of the test blocks, returned unchanged.
 * @throws {ConditionError} when there are no forecasts, or the columns differ in length.
 */
export function evaluateForecasts(forecasts: TestedForecasts, folds: readonly FoldScores[]): ValidationMetrics {
  const { t0, t1, label, ret, probability, benchmark, tsEvent } = forecasts;
  if (label.length === 0) throw new ConditionError('forecasts', 'of at least one event', 0);
  for (const [name, column] of Object.entries({ t0, t1, ret })) checkSameLength(name, column, 'label', label);
  const scores = scoreForecasts(forecasts);
  const modelLoss = logLosses(label, probability);
  const difference = logLosses(label, benchmark).map((loss, k) => loss - modelLoss[k]);
  const test = meanTest(difference, overlapLag(t0, t1));
  const trades = { t1, ret };
  return {
    ...scores,
    ...judgeEdge(test, scores.logLossSkill),
    pValue: test.pValue,
    statistic: test.statistic,
    lag: test.lag,
    primaryOnly: moneyFigures(tsEvent, t0[0], trades, null),
    sized: moneyFigures(tsEvent, t0[0], trades, sameMeanExposure(probability)),
    folds,
  };
}
