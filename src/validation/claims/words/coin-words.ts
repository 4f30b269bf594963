import type { CoinKnowledge } from '../claims.ts';

/** Words for what trades are compared with, where a sentence or the head of a column needs them. */
export interface CoinWords {
  /** What the excess is over. */
  readonly rival: string;
  /** Who takes as many trades and picks them by chance. */
  readonly chance: string;
  /** What the probabilities know, as far as the tests can tell. */
  readonly knows: string;
}

const WORDS: Readonly<Record<CoinKnowledge, CoinWords>> = {
  known: { rival: 'a coin', chance: 'a coin', knows: 'the better side' },
  unknown: {
    rival: 'the same side before',
    chance: 'a choice by chance',
    knows: 'more than the base rate',
  },
};

/** The words that are right where the other side of the events is known, or is not. */
export function coinWords(coin: CoinKnowledge): CoinWords {
  return WORDS[coin];
}

/** What it means that the other side is unknown. */
export const COIN_UNKNOWN_TEXT =
  'coin: unknown. Given labels say nothing of the other side: the first test compares with the base rate, excess is the return less the mean return of the same side in events that had ended before, and nothing is claimed of the primary, whose timing nobody can tell from drift';
