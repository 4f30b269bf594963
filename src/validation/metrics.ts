import { checkSameLength } from '../core/index.ts';

/** Out-of-sample forecasts. Rows are events. */
export interface ScoredForecasts {
  /** (nTested,) 0 or 1. */
  readonly label: Uint8Array;
  /** (nTested,) probability of label 1 by the model. */
  readonly probability: Float64Array;
  /** (nTested,) base rate known at the time. */
  readonly benchmark: Float64Array;
}

/** Decision for a probability: 1 at one half and above, else 0. */
export function decide(probability: number): 0 | 1 {
  return probability >= 0.5 ? 1 : 0;
}

/** Number of events by label and decision. */
export interface ConfusionCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/**
 * Counts events by label and by the decision at 0.5.
 *
 * @throws {ConditionError} when the lengths differ.
 */
export function confusionCounts(label: Uint8Array, probability: Float64Array): ConfusionCounts {
  checkSameLength('probability', probability, 'label', label);
  const counts = [0, 0, 0, 0];
  for (let k = 0; k < label.length; k++) counts[2 * label[k] + decide(probability[k])]++;
  const [trueNegatives, falsePositives, falseNegatives, truePositives] = counts;
  return { truePositives, falsePositives, trueNegatives, falseNegatives };
}

/** Share of right decisions at 0.5. NaN for no events. */
export function accuracyScore(label: Uint8Array, probability: Float64Array): number {
  const { truePositives, trueNegatives } = confusionCounts(label, probability);
  return (truePositives + trueNegatives) / label.length;
}

/** Share of ones. NaN for no events. */
export function baseRate(label: Uint8Array): number {
  let ones = 0;
  for (let k = 0; k < label.length; k++) ones += label[k];
  return ones / label.length;
}

/** Accuracy of always predicting the more frequent label, the benchmark of `accuracy`. NaN for no events. */
export function majorityAccuracy(label: Uint8Array): number {
  const rate = baseRate(label);
  return Math.max(rate, 1 - rate);
}

/** Mean of the accuracies within each class that occurs. NaN for no events. */
export function balancedAccuracyScore(label: Uint8Array, probability: Float64Array): number {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = confusionCounts(label, probability);
  const ones = truePositives + falseNegatives;
  const zeros = trueNegatives + falsePositives;
  if (ones === 0) return trueNegatives / zeros;
  if (zeros === 0) return truePositives / ones;
  return (truePositives / ones + trueNegatives / zeros) / 2;
}

/**
 * Area under the ROC curve: the probability that a one ranks above a zero, where ties count one half. Exact for up to
 * 2^26 events: pairs are counted in whole halves.
 *
 * @param score - (nEvents,) any finite numbers, higher for likelier ones.
 * @returns [0, 1]; NaN when a class is missing.
 * @throws {ConditionError} when the lengths differ.
 * @see Hanley, McNeil (1982), Radiology 143(1): the Mann–Whitney statistic.
 */
export function rocAucScore(label: Uint8Array, score: Float64Array): number {
  checkSameLength('score', score, 'label', label);
  const [zeros, ones] = sortedByLabel(label, score);
  let below = 0; // number of zeros below the current one
  let upTo = 0; // number of zeros not above it
  let halfPairs = 0;
  for (let k = 0; k < ones.length; k++) {
    const one = ones[k];
    while (below < zeros.length && zeros[below] < one) below++;
    while (upTo < zeros.length && zeros[upTo] <= one) upTo++;
    halfPairs += below + upTo;
  }
  return halfPairs / (2 * ones.length * zeros.length);
}

/** Rising scores of the zeros, and of the ones. */
function sortedByLabel(label: Uint8Array, score: Float64Array): [Float64Array, Float64Array] {
  const zeros = new Float64Array(score.length);
  const ones = new Float64Array(score.length);
  let nOnes = 0;
  for (let k = 0; k < score.length; k++) {
    if (label[k] === 1) ones[nOnes++] = score[k];
    else zeros[k - nOnes] = score[k];
  }
  return [zeros.subarray(0, score.length - nOnes).sort(), ones.subarray(0, nOnes).sort()];
}

/** Log loss of one event, nats; probabilities are clipped to [eps, 1 - eps] with the machine epsilon, as in scikit-learn. */
export function eventLogLoss(label: number, probability: number): number {
  const p = Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, probability));
  return label === 1 ? -Math.log(p) : -Math.log(1 - p);
}

/** (nEvents,) log loss of each event, nats. */
export function logLosses(label: Uint8Array, probability: Float64Array): Float64Array {
  checkSameLength('probability', probability, 'label', label);
  const losses = new Float64Array(label.length);
  for (let k = 0; k < losses.length; k++) losses[k] = eventLogLoss(label[k], probability[k]);
  return losses;
}

/** Mean log loss, nats. NaN for no events. */
export function logLoss(label: Uint8Array, probability: Float64Array): number {
  return meanOf(logLosses(label, probability));
}

/** Mean squared difference of probability and label, [0, 1]. NaN for no events. */
export function brierScore(label: Uint8Array, probability: Float64Array): number {
  checkSameLength('probability', probability, 'label', label);
  let sum = 0;
  for (let k = 0; k < label.length; k++) sum += (probability[k] - label[k]) ** 2;
  return sum / label.length;
}

/** Smallest and largest value; Infinity and -Infinity for none. */
export function boundsOf(values: Float64Array): { readonly low: number; readonly high: number } {
  let [low, high] = [Infinity, -Infinity];
  for (let k = 0; k < values.length; k++) {
    low = Math.min(low, values[k]);
    high = Math.max(high, values[k]);
  }
  return { low, high };
}

/** Arithmetic mean; NaN for no values. */
export function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k];
  return sum / values.length;
}
