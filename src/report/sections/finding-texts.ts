import { MIN_SIGNALS, type ReplayFinding } from '../figures/replay-finding.ts';

/** A finding in words. */
export interface FindingText {
  readonly word: string;
  readonly sentence: string;
  readonly tone: 'good' | 'bad' | 'open';
}

export const REPLAY_FINDING_TEXTS: Readonly<Record<ReplayFinding, FindingText>> = {
  no_model: {
    word: 'NO MODEL',
    sentence: 'Every signal got the default confidence: there is nothing to judge.',
    tone: 'bad',
  },
  no_outcome: {
    word: 'NO OUTCOME YET',
    sentence: 'No signal has ended, so there is nothing to judge.',
    tone: 'open',
  },
  in_sample: {
    word: 'IN SAMPLE',
    sentence: 'Every signal lies in the time the model was trained on. These figures prove nothing.',
    tone: 'bad',
  },
  too_few_signals: {
    word: 'TOO FEW SIGNALS',
    sentence: `Fewer than ${MIN_SIGNALS} signals say nothing.`,
    tone: 'open',
  },
  not_held_up: {
    word: 'DID NOT HOLD UP',
    sentence: 'After its training, the confidences told no more than the base rate. Do not size by them.',
    tone: 'bad',
  },
  held_up: {
    word: 'HELD UP',
    sentence: 'After its training, the confidences told more than the base rate, as they had in it.',
    tone: 'good',
  },
  not_proven: {
    word: 'NOT PROVEN',
    sentence: 'The confidences told more than the base rate here, but the training found no edge.',
    tone: 'open',
  },
};
