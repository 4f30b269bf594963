import { checkSameLength } from '../core/index.ts';

/** ROC curve: rates of true and false positives at falling thresholds. */
export interface RocCurve {
  /** (nPoints,) scores at or above which an event counts as a one, falling; the first is Infinity, where none does. */
  readonly threshold: Float64Array;
  /** (nPoints,) share of the zeros that count as ones, [0, 1], not falling. */
  readonly falsePositiveRate: Float64Array;
  /** (nPoints,) share of the ones that count as ones, [0, 1], not falling. */
  readonly truePositiveRate: Float64Array;
}

/**
 * Computes the ROC curve: one point per distinct score, from (0, 0) to (1, 1). The area under its straight lines is
 * `rocAucScore`.
 *
 * @param score - (nEvents,) any finite numbers, higher for likelier ones.
 * @returns the curve; null when a class is missing.
 * @throws {ConditionError} when the lengths differ.
 * @see Fawcett (2006), An introduction to ROC analysis, Pattern Recognition Letters 27(8), algorithm 1.
 */
export function rocCurve(label: Uint8Array, score: Float64Array): RocCurve | null {
  checkSameLength('score', score, 'label', label);
  const order = Array.from(label.keys()).sort((a, b) => score[b] - score[a]);
  const nOnes = label.reduce((sum, bin) => sum + bin, 0);
  const nZeros = label.length - nOnes;
  if (nOnes === 0 || nZeros === 0) return null;
  const [threshold, falsePositiveRate, truePositiveRate] = [[Infinity], [0], [0]];
  let [ones, zeros] = [0, 0];
  order.forEach((row, k) => {
    if (label[row] === 1) ones++;
    else zeros++;
    if (k + 1 < order.length && score[order[k + 1]] === score[row]) return;
    threshold.push(score[row]);
    falsePositiveRate.push(zeros / nZeros);
    truePositiveRate.push(ones / nOnes);
  });
  return {
    threshold: Float64Array.from(threshold),
    falsePositiveRate: Float64Array.from(falsePositiveRate),
    truePositiveRate: Float64Array.from(truePositiveRate),
  };
}
