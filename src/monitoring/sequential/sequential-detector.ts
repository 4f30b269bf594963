import { checkInRange } from '../../core/index.ts';
import type { MaturedOutcome } from '../../domain/index.ts';
import { eventLogLoss } from '../../validation/index.ts';
import { SpanOverlap } from './span-overlap.ts';

/** What a detector must know of the model it belongs to. */
export interface DetectorModel {
  /** Share of the model's training labels that won, (0, 1): what is left to say of a signal where the model knows nothing. */
  readonly baseRate: number;
  /** Mean number of training events open at an event, itself included, >= 1; null where it is not known. */
  readonly meanOpen: number | null;
}

/** An outcome with its number among the recorded ones. */
export type NumberedOutcome = Pick<MaturedOutcome, 'source' | 'confidence' | 'label' | 'entryTs' | 'exitTs'> & {
  readonly seq: number;
};

/** Where a detector stands: with this and the spans before, another goes on where it ended. */
export interface DetectorState {
  /** The Shiryaev–Roberts statistic, >= 0; a detector that never alarms on calibrated probabilities has a mean of one an outcome. */
  readonly statistic: number;
  /** Number of outcomes that were scored. */
  readonly nScored: number;
  /** Of those, how many had a known exit, and the sum over them of the others that begin inside their span. */
  readonly nSpans: number;
  readonly nInside: number;
}

/** One scored outcome. */
export interface DetectorStep {
  /** The statistic with this outcome; that of an alarm is at the threshold or above it, and begins at 0 after it. */
  readonly statistic: number;
  readonly isAlarm: boolean;
}

/** A detector that has scored nothing. */
export const FRESH_DETECTOR: DetectorState = Object.freeze({ statistic: 0, nScored: 0, nSpans: 0, nInside: 0 });

/** Number of live outcomes that the overlap of the training counts as. */
const TRAINING_WEIGHT = 100;

/**
 * Shiryaev–Roberts detector of a model that lost what it knew: R ← (1 + R) · exp(LLR / d), LLR = ln q(y) / p(y) with p the served
 * probability and q the base rate, so R grows where the base rate says outcomes better than the model. It alarms at R >= threshold,
 * and begins at 0 again.
 *
 * d allows for overlap: it is 1 + the mean number of other events that begin inside an event's span, of all that were scored, where
 * the training's mean counts as its first 100. The null is that p is calibrated, so an alarm may also mean that only the calibration
 * is lost. With independent outcomes of calibrated probabilities and d = 1 the mean of R is their number, so the mean time between
 * false alarms is at least `threshold` outcomes. With overlap that is no theorem: the rate is measured in `bench/trigger-delay.ts`.
 *
 * @see Shiryaev (1963), On Optimum Methods in Quickest Detection Problems; Roberts (1966); Shin, Ramdas, Rinaldo (2024), E-detectors.
 */
export class SequentialDetector {
  readonly #model: DetectorModel;
  readonly #threshold: number;
  readonly #spans = new SpanOverlap();
  #state = FRESH_DETECTOR;

  /**
   * @param threshold - mean number of outcomes between false alarms, >= 1.
   * @throws {ConditionError} for a base rate outside (0, 1), or a threshold below 1.
   */
  constructor(model: DetectorModel, threshold: number) {
    checkInRange('baseRate', model.baseRate, Number.EPSILON, 1 - Number.EPSILON);
    checkInRange('threshold', threshold, 1, Number.MAX_VALUE);
    this.#model = model;
    this.#threshold = threshold;
  }

  get state(): DetectorState {
    return this.#state;
  }

  /** What the evidence of one outcome is divided by, >= 1. */
  get overlap(): number {
    const { meanOpen } = this.#model;
    const { nSpans, nInside } = this.#state;
    const nKnown = meanOpen === null ? 0 : TRAINING_WEIGHT;
    const n = nKnown + nSpans;
    return n === 0 ? 1 : (nKnown * (meanOpen ?? 1) + nSpans + nInside) / n;
  }

  /**
   * Goes on where another detector of the model ended.
   *
   * @param known - outcomes of the model that it has seen, oldest first; of the latest numbers at least as many as spans are compared with.
   */
  restore(state: DetectorState, known: readonly NumberedOutcome[]): void {
    for (const outcome of known) {
      const { entryTs, exitTs, seq } = outcome;
      if (exitTs !== null && this.#isScored(outcome)) this.#spans.add({ entryTs, exitTs }, seq);
    }
    this.#state = Object.freeze({ ...state });
  }

  /**
   * Takes in an outcome of the model.
   *
   * @param outcome - with a higher number than every one before.
   * @returns null where it says nothing: where the confidence is not the model's, or is the base rate.
   */
  add(outcome: NumberedOutcome): DetectorStep | null {
    const { baseRate } = this.#model;
    const { label, confidence } = outcome;
    if (!this.#isScored(outcome)) return null;
    this.#noteSpan(outcome);
    const evidence = eventLogLoss(label, confidence) - eventLogLoss(label, baseRate);
    const statistic = (1 + this.#state.statistic) * Math.exp(evidence / this.overlap);
    // Below the threshold before and with at most 36 nats more, it cannot overflow but for a threshold near the largest number.
    const isAlarm = statistic >= this.#threshold;
    this.#state = Object.freeze({ ...this.#state, statistic: isAlarm ? 0 : statistic });
    return { statistic: Math.min(statistic, Number.MAX_VALUE), isAlarm };
  }

  #noteSpan({ entryTs, exitTs, seq }: NumberedOutcome): void {
    const { nScored, nSpans, nInside, statistic } = this.#state;
    if (exitTs === null) {
      this.#state = { statistic, nScored: nScored + 1, nSpans, nInside };
      return;
    }
    const more = this.#spans.add({ entryTs, exitTs }, seq);
    this.#state = { statistic, nScored: nScored + 1, nSpans: nSpans + 1, nInside: nInside + more };
  }

  /** Whether an outcome says anything of what the model knows. */
  #isScored({ source, confidence }: NumberedOutcome): boolean {
    return source === 'model' && confidence !== this.#model.baseRate;
  }
}
