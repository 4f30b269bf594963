import type { TrainingSummary } from '../../model/index.ts';
import { eventLogLoss, type Scores } from '../../validation/index.ts';

/** What a replay says of a model, in a word and a sentence. */
export interface ReplayFinding {
  readonly word: string;
  readonly said: string;
  readonly tone: 'good' | 'bad' | 'open';
}

export interface ReplayFacts {
  /** Null when nothing was resolved. */
  readonly scores: Scores | null;
  readonly isInSample: boolean;
  /** What the training found; null without a model. */
  readonly training: Pick<TrainingSummary, 'verdict' | 'baseRate'> | null;
}

/** Signals below which a replay says nothing. */
const FEW = 100;

/**
 * Log loss of always saying one rate. A replay's own benchmark begins at one half and has to learn the rate first; whoever trained
 * a model knew it.
 *
 * @param rate - share of ones foretold; null where nobody knows, then the one that came true: the hardest to beat.
 */
export function knownRateLoss({ baseRate }: Pick<Scores, 'baseRate'>, rate: number | null): number {
  const said = rate ?? baseRate;
  return baseRate * eventLogLoss(1, said) + (1 - baseRate) * eventLogLoss(0, said);
}

/** Whether the confidences beat the base rate, by either way of knowing it, on signals the model had not seen. */
export function replayFinding({ scores, isInSample, training }: ReplayFacts): ReplayFinding {
  if (training === null)
    return {
      word: 'NO MODEL',
      said: 'Every signal got the default confidence: there is nothing to judge.',
      tone: 'bad',
    };
  if (scores === null)
    return { word: 'NO OUTCOME YET', said: 'No signal has ended, so there is nothing to judge.', tone: 'open' };
  if (isInSample) {
    const said = 'Every signal lies in the time the model was trained on. These figures prove nothing.';
    return { word: 'IN SAMPLE', said, tone: 'bad' };
  }
  if (scores.nTested < FEW)
    return { word: 'TOO FEW SIGNALS', said: `Fewer than ${FEW} signals say nothing.`, tone: 'open' };
  const benchmark = Math.min(scores.benchmarkLogLoss, knownRateLoss(scores, training.baseRate));
  if (!(scores.logLoss < benchmark)) {
    const said = 'After its training, the confidences told no more than the base rate. Do not size by them.';
    return { word: 'DID NOT HOLD UP', said, tone: 'bad' };
  }
  return training.verdict === 'edge'
    ? {
        word: 'HELD UP',
        said: 'After its training, the confidences told more than the base rate, as they had in it.',
        tone: 'good',
      }
    : {
        word: 'NOT PROVEN',
        said: 'The confidences told more than the base rate here, but the training found no edge.',
        tone: 'open',
      };
}
