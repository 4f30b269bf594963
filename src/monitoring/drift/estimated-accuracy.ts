import { ConditionError, checkInRange, checkSameLength } from '../../core/index.ts';

/** The accuracy that confidences promise, before any label is known. */
export interface AccuracyEstimate {
  readonly nSignals: number;
  /** [0.5, 1]. */
  readonly accuracy: number;
  /** Standard deviation of the realised accuracy of these signals around it, where the promise holds. */
  readonly standardError: number;
}

/** What confidences promised beside what came true, over the same signals. */
export interface AccuracyGap {
  readonly estimated: AccuracyEstimate;
  /** [0, 1]. */
  readonly realised: number;
  /** Estimated minus realised: above 0 the model is surer than it is right. */
  readonly gap: number;
  /** The gap in standard errors; NaN where every confidence is 0 or 1. */
  readonly nErrors: number;
}

/**
 * Confidence-based estimate of the accuracy at p >= 0.5: a calibrated confidence p is right with chance max(p, 1 - p), so
 * their mean is what to expect. It sees inputs that leave the model less sure; it is blind to a world in which the same inputs
 * mean something else, because then the calibration no longer holds. The gap to the realised accuracy shows just that.
 *
 * The standard error takes outcomes as independent: sqrt(sum of p (1 - p)) / n. Labels that overlap make it too small.
 *
 * @param confidence - (nSignals,) calibrated, [0, 1]; at least one.
 * @throws {ConditionError} when there is none, or one is outside [0, 1].
 * @see Guillory et al. (2021), Predicting with Confidence on Unseen Distributions (average confidence).
 */
export function estimateAccuracy(confidence: Float64Array): AccuracyEstimate {
  const nSignals = confidence.length;
  if (nSignals === 0) throw new ConditionError('confidence', 'at least one confidence', 0);
  let sureness = 0;
  let variance = 0;
  for (let k = 0; k < nSignals; k++) {
    const p = confidence[k];
    checkInRange(`confidence[${k}]`, p, 0, 1);
    sureness += Math.max(p, 1 - p);
    variance += p * (1 - p);
  }
  return Object.freeze({ nSignals, accuracy: sureness / nSignals, standardError: Math.sqrt(variance) / nSignals });
}

/**
 * Sets the estimated accuracy against the realised one, once the labels of the same signals are known.
 *
 * @param confidence - (nSignals,) calibrated, [0, 1]; at least one.
 * @param label - (nSignals,) 0 or 1.
 * @throws {ConditionError} as {@link estimateAccuracy}, or when the lengths differ.
 */
export function measureAccuracyGap(confidence: Float64Array, label: Uint8Array): AccuracyGap {
  checkSameLength('label', label, 'confidence', confidence);
  const estimated = estimateAccuracy(confidence);
  const nRight = confidence.reduce((n, p, k) => n + Number(p >= 0.5 === (label[k] === 1)), 0);
  const realised = nRight / confidence.length;
  const gap = estimated.accuracy - realised;
  return Object.freeze({ estimated, realised, gap, nErrors: gap / estimated.standardError });
}
