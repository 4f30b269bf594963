import type { AnswerEdition } from '../domain/index.ts';

/** What one edition answers otherwise than another. */
export interface EditionRules {
  /** What is said where a model serves and has no word. */
  readonly unknown: 'default_confidence' | 'base_rate';
  /** Source of an answer to bars that lack a column of the model. */
  readonly missingInput: 'default' | 'missing_input';
  /** Source of an answer after a learner of the caller failed. */
  readonly failedLearner: 'default' | 'out_of_distribution';
  /** Whether a window without a range is out of distribution. */
  readonly needsRange: boolean;
  /** Whether signals are taken or skipped; if not, every answer is sized by its confidence alone. */
  readonly decides: boolean;
}

export const EDITION_RULES: Readonly<Record<AnswerEdition, EditionRules>> = {
  '0.1': {
    unknown: 'default_confidence',
    missingInput: 'default',
    failedLearner: 'default',
    needsRange: false,
    decides: false,
  },
  '0.2': {
    unknown: 'base_rate',
    missingInput: 'missing_input',
    failedLearner: 'out_of_distribution',
    needsRange: true,
    decides: true,
  },
};
