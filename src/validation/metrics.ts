import { checkSameLength } from '../core/index.ts';

/** What is decided at a probability: 1 from one half on. */
export function decide(probability: number): 0 | 1 {
  return probability >= 0.5 ? 1 : 0;
}

/** Share of right decisions at 0.5. NaN for no events. */
export function accuracyScore(label: Uint8Array, probability: Float64Array): number {
  let right = 0;
  for (let k = 0; k < label.length; k++) if (decide(probability[k]) === label[k]) right++;
  return right / label.length;
}

/** Share of ones. NaN for no events. */
export function baseRate(label: Uint8Array): number {
  let ones = 0;
  for (const bin of label) ones += bin;
  return ones / label.length;
}

/** Mean of the accuracies within each class that occurs. */
export function balancedAccuracyScore(label: Uint8Array, probability: Float64Array): number {
  const right = [0, 0];
  const total = [0, 0];
  for (let k = 0; k < label.length; k++) {
    total[label[k]]++;
    if (decide(probability[k]) === label[k]) right[label[k]]++;
  }
  const recalls = [0, 1].filter((bin) => total[bin] > 0).map((bin) => right[bin] / total[bin]);
  return recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
}

/**
 * Area under the ROC curve: the chance that a one ranks above a zero, ties counting one half.
 *
 * @returns [0, 1]; NaN when a class is missing.
 * @see Hanley, McNeil (1982), Radiology 143(1): the Mann–Whitney statistic over mid-ranks.
 */
export function rocAucScore(label: Uint8Array, score: Float64Array): number {
  checkSameLength('score', score, 'label', label);
  const order = Array.from(label.keys()).sort((a, b) => score[a] - score[b]);
  let rankSum = 0;
  let ones = 0;
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && score[order[end]] === score[order[start]]) end++;
    const midRank = (start + 1 + end) / 2;
    for (let k = start; k < end; k++) {
      if (label[order[k]] === 1) {
        rankSum += midRank;
        ones++;
      }
    }
    start = end;
  }
  const zeros = label.length - ones;
  return ones === 0 || zeros === 0 ? Number.NaN : (rankSum - (ones * (ones + 1)) / 2) / (ones * zeros);
}

/** Log loss of one event; probabilities of exactly 0 or 1 are moved in by machine epsilon, as scikit-learn does. */
export function eventLogLoss(label: number, probability: number): number {
  const p = Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, probability));
  return label === 1 ? -Math.log(p) : -Math.log(1 - p);
}

/** (nEvents,) log loss of each event, nats. */
export function logLosses(label: Uint8Array, probability: Float64Array): Float64Array {
  checkSameLength('probability', probability, 'label', label);
  return Float64Array.from(label, (bin, k) => eventLogLoss(bin, probability[k]));
}

/** Mean log loss, nats. */
export function logLoss(label: Uint8Array, probability: Float64Array): number {
  return meanOf(logLosses(label, probability));
}

/** Mean squared difference of probability and label, [0, 1]. */
export function brierScore(label: Uint8Array, probability: Float64Array): number {
  return meanOf(Float64Array.from(label, (bin, k) => (probability[k] - bin) ** 2));
}

/** Arithmetic mean; NaN for nothing. */
export function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
