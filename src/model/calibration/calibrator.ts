import { checkSameLength } from '../../core/index.ts';
import { emptyBlocks, fitIsotonic, isotonicOfGroups, PSEUDO_COUNT } from './isotonic.ts';
import { fitPlatt } from './platt.ts';
import { groupOf, groupScores, joinRuns, rowsByScore } from './score-groups.ts';

/** Maps a forest's raw probability to a calibrated one. Plain data. */
export type Calibrator =
  | { readonly kind: 'identity' }
  /** A rising step function: a score takes the value of the block with the largest threshold <= score. */
  | { readonly kind: 'isotonic'; readonly thresholds: Float32Array; readonly values: Float64Array }
  /** p = 1 / (1 + exp(a · score + b)). */
  | { readonly kind: 'platt'; readonly a: number; readonly b: number };

/** Minimum number of samples for isotonic regression; with fewer its steps follow noise. */
const ISOTONIC_SAMPLES = 500;

/**
 * Fits a calibrator: Platt's sigmoid below 500 samples, else isotonic regression; the identity without samples or with
 * one class only.
 *
 * @param raw - (n,) out-of-sample scores of a forest, float32 values in [0, 1].
 * @param label - (n,) 0 or 1.
 * @throws {ConditionError} when the lengths differ.
 */
export function fitCalibrator(raw: Float64Array, label: Uint8Array): Calibrator {
  checkSameLength('label', label, 'raw', raw);
  const ones = label.reduce((sum, bin) => sum + bin, 0);
  if (ones === 0 || ones === label.length) return { kind: 'identity' };
  if (raw.length < ISOTONIC_SAMPLES) return { kind: 'platt', ...fitPlatt(raw, label) };
  return { kind: 'isotonic', ...fitIsotonic(raw, label) };
}

/**
 * Prepares fits of {@link fitCalibrator} on the same rows with other weights: the scores are sorted once.
 *
 * @param raw - (n,) scores. @param label - (n,) 0 or 1.
 * @returns a function of (n,) integer weights >= 0 that gives the calibrator of the rows, each as often as its weight says.
 * @throws {ConditionError} when the lengths differ.
 */
export function calibratorRefit(raw: Float64Array, label: Uint8Array): (weight: Int32Array) => Calibrator {
  checkSameLength('label', label, 'raw', raw);
  const grouped = groupScores(raw, label);
  const rows = rowsByScore(raw, label, grouped);
  const { scores, counts, ones } = joinRuns(grouped);
  const nRuns = scores.length;
  const starts = new Int32Array(nRuns);
  for (let g = 1; g < nRuns; g++) starts[g] = starts[g - 1] + counts[g - 1];
  const weighted = { scores, counts: new Int32Array(nRuns), ones: new Int32Array(nRuns) };
  const { counts: drawn, ones: drawnOnes } = weighted;
  const blocks = emptyBlocks(nRuns);
  const before = new Int32Array(rows.length + 1); // sum of the weights of all rows before one
  return (weight) => {
    let n = 0;
    for (let at = 0; at < rows.length; at++) {
      n += weight[rows[at]];
      before[at + 1] = n;
    }
    let nOnes = 0;
    for (let g = 0; g < nRuns; g++) {
      const end = starts[g] + counts[g];
      drawn[g] = before[end] - before[starts[g]];
      drawnOnes[g] = before[end] - before[end - ones[g]];
      nOnes += drawnOnes[g];
    }
    if (nOnes === 0 || nOnes === n) return { kind: 'identity' };
    if (n < ISOTONIC_SAMPLES) return { kind: 'platt', ...fitPlatt(raw, label, weight) };
    const { thresholds, values } = isotonicOfGroups(weighted, PSEUDO_COUNT, blocks);
    // A block begins at the first of its rows that counts, which need not be the first of its run.
    const firstCounted = (threshold: number): number => {
      let at = starts[groupOf(scores, threshold)];
      while (before[at + 1] === before[at]) at++;
      return raw[rows[at]];
    };
    return { kind: 'isotonic', thresholds: thresholds.map(firstCounted), values };
  };
}

/**
 * Calibrates one score.
 *
 * @param raw - score of a forest, [0, 1].
 * @returns the calibrated probability, in (0, 1); in [0, 1] for the identity.
 */
export function calibrate(calibrator: Calibrator, raw: number): number {
  switch (calibrator.kind) {
    case 'identity':
      return raw;
    case 'platt':
      return 1 / (1 + Math.exp(calibrator.a * raw + calibrator.b));
    case 'isotonic':
      return calibrator.values[groupOf(calibrator.thresholds, raw)];
  }
}
