import type { TrainingSummary } from '../../model/index.ts';
import { type Claims, type Headline, headlineOfClaims, type Scores } from '../../validation/index.ts';

/** What a replay may say of the model that judged its signals; only a judged one has a verdict. */
export const REPLAY_FINDINGS = [
  'no_model',
  'no_outcome',
  'before_training',
  'in_sample',
  'too_few_signals',
  'judged',
] as const;
export type ReplayFinding = (typeof REPLAY_FINDINGS)[number];

export interface ReplayFacts {
  /** Null when no signal has an outcome. */
  readonly scores: Scores | null;
  /** Whether no signal comes after the training data of the model. */
  readonly isInSample: boolean;
  /** Whether every signal comes before them. */
  readonly isBeforeTraining: boolean;
  readonly hasModel: boolean;
}

/** Minimum number of signals with an outcome for a verdict. */
export const MIN_SIGNALS = 100;

/** Finds out whether a replay can be judged at all. */
export function replayFinding({ scores, isInSample, isBeforeTraining, hasModel }: ReplayFacts): ReplayFinding {
  if (!hasModel) return 'no_model';
  if (scores === null) return 'no_outcome';
  if (isBeforeTraining) return 'before_training';
  if (isInSample) return 'in_sample';
  return scores.nTested < MIN_SIGNALS ? 'too_few_signals' : 'judged';
}

/** First line of a replay. */
export interface ReplayHeadline extends Headline {
  readonly tone: 'good' | 'bad' | 'open';
}

const UNJUDGED: Readonly<Record<Exclude<ReplayFinding, 'judged'>, ReplayHeadline>> = {
  no_model: {
    word: 'NO MODEL',
    sentence: 'Every signal got the default confidence: there is no model to judge.',
    tone: 'bad',
  },
  no_outcome: {
    word: 'NO OUTCOME YET',
    sentence: 'No signal has ended, so there is nothing to judge.',
    tone: 'open',
  },
  before_training: {
    word: 'BEFORE TRAINING',
    sentence:
      'Every signal lies before the time that the model was trained on: it knows what came after them. These figures prove nothing.',
    tone: 'bad',
  },
  in_sample: {
    word: 'IN SAMPLE',
    sentence: 'No signal comes after the time that the model was trained on. These figures prove nothing.',
    tone: 'bad',
  },
  too_few_signals: {
    word: 'TOO FEW SIGNALS',
    sentence: `Fewer than ${MIN_SIGNALS} signals with an outcome say nothing.`,
    tone: 'open',
  },
};

/** The first line of a replay: the verdict in the words of every verdict, or why there is none. */
export function replayHeadline({
  finding,
  claims,
}: {
  readonly finding: ReplayFinding;
  readonly claims: Claims | null;
}): ReplayHeadline {
  if (finding !== 'judged' || claims === null) return UNJUDGED[finding === 'judged' ? 'no_outcome' : finding];
  return { ...headlineOfClaims(claims), tone: claims.verdict === 'edge' ? 'good' : 'bad' };
}

/** Facts of a model file that a replay judges by. */
export interface JudgingFacts {
  readonly training: Pick<TrainingSummary, 'baseRate' | 'nSamples'>;
  readonly lastBarTs: bigint | null;
  readonly decision: unknown;
}

/** What a model file does not say, and what could therefore not be judged; empty for a file of this version. */
export function missingFacts({ training, lastBarTs, decision }: JudgingFacts): string[] {
  const missing: string[] = [];
  if (decision === null) {
    missing.push(
      'the model file has no statistics for a decision, so nothing is taken, and selection and money of the model were not tested: only information, and the money of the primary; train again for all three',
    );
  }
  if (lastBarTs === null) {
    missing.push('the model file does not say which bars it was trained on: all signals are taken to come after them');
  }
  if (training.baseRate === null || training.nSamples === 0) {
    missing.push('the model file does not say how many signals paid in training: the base rate starts at one half');
  }
  return missing;
}
