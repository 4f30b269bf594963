import type { FeatureName } from '../../domain/index.ts';
import { type Calibrator, calibrate } from '../calibration/calibrator.ts';
import type { Predictor } from '../learner.ts';
import { dividendsOf, shapleyValues, valuesOf } from './dividends.ts';

/** Shapley values of a confidence. */
export interface Explanation {
  /** Confidence when no feature is known: the calibrated mean of a forest over its training weight, [0, 1]. */
  readonly base: number;
  /** Contribution of each feature; `base` and all contributions add up to the served confidence. */
  readonly contributions: Readonly<Record<FeatureName, number>>;
  /** Raw probability when no feature is known, [0, 1]. */
  readonly rawBase: number;
  /** Contribution of each feature before calibration; with `rawBase` they add up to the raw probability. */
  readonly rawContributions: Readonly<Record<FeatureName, number>>;
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
 * linearised, so a feature whose effect it flattens has a contribution of 0.
 *
 * @param row - (nFeatures,) float32 values. @param confidence - the model's confidence for `row`.
 * @returns the explanation; null when the predictor has no dividends for it.
 */
export function explainPrediction(
  predictor: Predictor,
  calibrator: Calibrator,
  names: readonly FeatureName[],
  row: Float32Array,
  confidence: number,
): Explanation | null {
  const dividends = predictor.dividends?.(row) ?? null;
  if (dividends === null) return null;
  const nFeatures = names.length;
  const raw = shapleyValues(dividends, nFeatures);
  const confidences = valuesOf(dividends).map((value) => calibrate(calibrator, Math.round(value * GRID) / GRID));
  confidences[confidences.length - 1] = confidence;
  const calibrated = shapleyValues(dividendsOf(confidences), nFeatures);
  const named = (values: Float64Array) => Object.fromEntries(names.map((name, j) => [name, values[j]]));
  return {
    base: confidences[0],
    contributions: named(calibrated),
    rawBase: dividends[0],
    rawContributions: named(raw),
  };
}
