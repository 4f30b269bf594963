import { checkSameLength } from '../core/index.ts';
import { fitIsotonic } from './isotonic.ts';
import { fitPlatt } from './platt.ts';

/** Maps a forest's raw probability to one that means what it says. Plain data. */
export type Calibrator =
  | { readonly kind: 'identity' }
  /** A rising step function: a score takes the value of the block with the largest threshold <= score. */
  | { readonly kind: 'isotonic'; readonly thresholds: Float32Array; readonly values: Float64Array }
  /** p = 1 / (1 + exp(a · score + b)). */
  | { readonly kind: 'platt'; readonly a: number; readonly b: number };

/** Below so many samples a step function would follow noise. */
const ISOTONIC_SAMPLES = 500;

/**
 * Fits a calibrator: Platt's sigmoid below 500 samples, isotonic regression from there on; the identity where there is
 * nothing to fit (no samples, or one class only).
 *
 * @param raw - (n,) out-of-sample scores of a forest, float32 values in [0, 1].
 * @param label - (n,) 0 or 1.
 */
export function fitCalibrator(raw: Float64Array, label: Uint8Array): Calibrator {
  checkSameLength('label', label, 'raw', raw);
  const ones = label.reduce((sum, bin) => sum + bin, 0);
  if (ones === 0 || ones === label.length) return { kind: 'identity' };
  if (raw.length < ISOTONIC_SAMPLES) return { kind: 'platt', ...fitPlatt(raw, label) };
  return { kind: 'isotonic', ...fitIsotonic(raw, label) };
}

/**
 * @param raw - a forest's score, [0, 1].
 * @returns the calibrated probability; strictly within (0, 1) but for the identity.
 */
export function calibrate(calibrator: Calibrator, raw: number): number {
  switch (calibrator.kind) {
    case 'identity':
      return raw;
    case 'platt':
      return 1 / (1 + Math.exp(calibrator.a * raw + calibrator.b));
    case 'isotonic':
      return calibrator.values[blockOf(calibrator.thresholds, raw)];
  }
}

/** The last block whose threshold is at most `score`; the first one for a score below them all. */
function blockOf(thresholds: Float32Array, score: number): number {
  let low = 0;
  let high = thresholds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (thresholds[middle] <= score) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
