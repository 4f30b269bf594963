import { checkSameLength } from '../../core/index.ts';
import { fitIsotonic } from './isotonic.ts';
import { fitPlatt } from './platt.ts';
import { groupOf } from './score-groups.ts';

/** Maps a forest's raw probability to a calibrated one. Plain data. */
export type Calibrator =
  | { readonly kind: 'identity' }
  /** A rising step function: a score takes the value of the block with the largest threshold <= score. */
  | { readonly kind: 'isotonic'; readonly thresholds: Float32Array; readonly values: Float64Array }
  /** p = 1 / (1 + exp(a · score + b)). */
  | { readonly kind: 'platt'; readonly a: number; readonly b: number };

/** Minimum number of samples for isotonic regression; with fewer its steps follow noise. */
export const ISOTONIC_SAMPLES = 500;

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
