import type { FeatureName } from '../../domain/index.ts';
import { logistic } from '../boosting/logistic.ts';
import { type Calibrator, calibrate } from '../calibration/calibrator.ts';
import type { Predictor } from '../learner.ts';
import { dividendsOf, shapleyValues, valuesOf } from './dividends.ts';

/** Shapley values of a confidence. */
export interface Explanation {
  /** Confidence when no feature is known: the calibrated mean of a forest over its training weight, [0, 1]. */
  readonly base: number;
  /**
   * Contribution of each feature; `base` and all contributions add up to the served confidence. Null where the features are too
   * many for exact ones, which take the value of every set of features.
   */
  readonly contributions: Readonly<Record<FeatureName, number>> | null;
  /** Why there are no contributions to the calibrated confidence, in a few words; null where there are. */
  readonly contributionsReason: string | null;
  /** Raw probability when no feature is known, [0, 1], or its log-odds. */
  readonly rawBase: number;
  /** Contribution of each feature before calibration; with `rawBase` they add up to the raw probability, or to its log-odds. */
  readonly rawContributions: Readonly<Record<FeatureName, number>>;
  /** Unit of `rawBase` and `rawContributions`. */
  readonly rawUnit: 'probability' | 'log_odds';
}

/**
 * Raw values are rounded to multiples of 1 / GRID before calibration, so that a sum on a step of the calibrator does not
 * fall below it by a rounding error. Raw probabilities are multiples of 2^-24 and do not change.
 */
const GRID = 2 ** 40;

/**
 * Computes exact Shapley values of one prediction: of the predictor's game (path-dependent TreeSHAP for a forest) for the
 * raw probability, and for the confidence the same game with the calibrated value of every set of features. A contribution is the change in confidence
 * when the feature becomes known, averaged over all orders of the features. Nothing is sampled and the calibrator is not
 * linearised, so a feature whose effect it flattens has a contribution of 0. Where there are too many sets of features, only
 * the raw probability is explained.
 *
 * @param row - (nFeatures,) float32 values. @param confidence - the model's confidence for `row`.
 * @returns the explanation; null when the predictor has neither dividends nor Shapley values for it.
 */
export function explainPrediction(
  predictor: Predictor,
  calibrator: Calibrator,
  names: readonly FeatureName[],
  row: Float32Array,
  confidence: number,
): Explanation | null {
  const dividends = predictor.dividends?.(row) ?? null;
  if (dividends === null) return explainRaw(predictor, calibrator, names, row);
  const nFeatures = names.length;
  const raw = shapleyValues(dividends, nFeatures);
  const confidences = valuesOf(dividends).map((value) => calibrateSum(calibrator, value));
  confidences[confidences.length - 1] = confidence;
  const calibrated = shapleyValues(dividendsOf(confidences), nFeatures);
  return {
    base: confidences[0],
    contributions: byName(names, calibrated),
    contributionsReason: null,
    rawBase: dividends[0],
    rawContributions: byName(names, raw),
    rawUnit: 'probability',
  };
}

function explainRaw(
  predictor: Predictor,
  calibrator: Calibrator,
  names: readonly FeatureName[],
  row: Float32Array,
): Explanation | null {
  const raw = predictor.shapley?.(row) ?? null;
  if (raw === null) return null;
  const { base, contributions, unit = 'probability' } = raw;
  const explained = unit === 'probability' ? 'the raw probability' : 'the log-odds of the raw probability';
  return {
    base: calibrateSum(calibrator, unit === 'probability' ? base : Math.fround(logistic(base))),
    contributions: null,
    contributionsReason:
      `exact contributions to the calibrated confidence take the values of all 2^${names.length} sets of features, which are ` +
      `too many; those to ${explained} are exact`,
    rawBase: base,
    rawContributions: byName(names, contributions),
    rawUnit: unit,
  };
}

function calibrateSum(calibrator: Calibrator, raw: number): number {
  return calibrate(calibrator, Math.round(raw * GRID) / GRID);
}

function byName(names: readonly FeatureName[], values: Float64Array): Readonly<Record<FeatureName, number>> {
  return Object.fromEntries(names.map((name, j) => [name, values[j]]));
}
