import type { FeatureName } from '../../domain/index.ts';
import { type Calibrator, calibrate } from '../calibrator.ts';
import type { ForestArrays } from '../forest-arrays.ts';
import { dividendsOf, forestDividends, shapleyValues, valuesOf } from './dividends.ts';

/** What moved a confidence away from what the model says when it knows nothing. */
export interface Explanation {
  /** The confidence when no feature is known: the calibrated mean of the forest over its training weight, [0, 1]. */
  readonly base: number;
  /** What each feature adds to it; `base` and all of these add up to the served confidence. */
  readonly contributions: Readonly<Partial<Record<FeatureName, number>>>;
  /** The same before calibration: the mean of the forest's raw probability, [0, 1]. */
  readonly rawBase: number;
  /** Adding up, with `rawBase`, to the raw probability. */
  readonly rawContributions: Readonly<Partial<Record<FeatureName, number>>>;
}

/** Beyond so many terms an explanation would keep signals waiting; a forest of the usual shape has a hundredth of it. */
const MAX_TERMS = 2 ** 24;
/**
 * Raw values are rounded to this before they are calibrated: a sum that should lie on a step of the calibrator must not fall
 * below it by a rounding error. Raw probabilities, multiples of 2^-24, stay what they are.
 */
const GRID = 2 ** 40;

/**
 * Shapley values of one prediction, exact: path-dependent TreeSHAP for the raw probability, and for the confidence the same
 * game with every set's value calibrated. A feature's contribution is thus what knowing it changes, averaged over all
 * orders in which the features could come to be known. No sampling, no linearisation of the calibrator; one the calibrator
 * flattens is 0.
 *
 * @param row - (nFeatures,) float32 values. @param confidence - what the model answers to it.
 * @returns null where the file does not tell what reached the nodes, or the forest is too large to be explained in passing.
 */
export function explainPrediction(
  forest: ForestArrays,
  calibrator: Calibrator,
  names: readonly FeatureName[],
  row: Float32Array,
  confidence: number,
): Explanation | null {
  const { cover, nFeatures } = forest;
  if (cover === null || nTerms(forest) > MAX_TERMS) return null;
  const dividends = forestDividends(forest, cover, row);
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

/** An upper bound: of each leaf two to the number of splits above it, or of features where that is less; of each tree one table. */
function nTerms({ roots, feature, left, right, nFeatures }: ForestArrays): number {
  const depth = new Uint8Array(feature.length);
  let terms = 2 ** nFeatures * roots.length;
  for (let node = 0; node < feature.length; node++) {
    if (feature[node] < 0) terms += 2 ** Math.min(depth[node], nFeatures);
    else depth[left[node]] = depth[right[node]] = depth[node] + 1;
  }
  return terms;
}
