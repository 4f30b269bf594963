import type { TrainingSummary } from '../../model/index.ts';
import { eventLogLoss, type Scores } from '../../validation/index.ts';

/** Finding of a replay about the model that judged its signals. */
export type ReplayFinding =
  | 'no_model'
  | 'no_outcome'
  | 'in_sample'
  | 'too_few_signals'
  | 'not_held_up'
  | 'held_up'
  | 'not_proven';

export interface ReplayFacts {
  /** Null when no signal has an outcome. */
  readonly scores: Scores | null;
  readonly isInSample: boolean;
  /** Result of the training; null without a model. */
  readonly training: Pick<TrainingSummary, 'verdict' | 'baseRate'> | null;
}

/** Minimum number of judged signals for a finding. */
export const MIN_SIGNALS = 100;

/**
 * Log loss of always predicting one rate. The benchmark of a replay starts at one half and has to learn the rate first; whoever
 * trained a model knew it.
 *
 * @param rate - predicted share of ones, (0, 1); null where it is unknown, and then the observed share is taken, which is the
 * hardest to beat.
 */
export function knownRateLoss({ baseRate }: Pick<Scores, 'baseRate'>, rate: number | null): number {
  const predicted = rate ?? baseRate;
  return baseRate * eventLogLoss(1, predicted) + (1 - baseRate) * eventLogLoss(0, predicted);
}

/** Finds out whether the confidences beat both benchmarks, the learned and the known base rate, on signals out of sample. */
export function replayFinding({ scores, isInSample, training }: ReplayFacts): ReplayFinding {
  if (training === null) return 'no_model';
  if (scores === null) return 'no_outcome';
  if (isInSample) return 'in_sample';
  if (scores.nTested < MIN_SIGNALS) return 'too_few_signals';
  const benchmark = Math.min(scores.benchmarkLogLoss, knownRateLoss(scores, training.baseRate));
  if (!(scores.logLoss < benchmark)) return 'not_held_up';
  return training.verdict === 'edge' ? 'held_up' : 'not_proven';
}
