import type { TrustReport } from '../data/types.ts';

interface TrustWord {
  readonly word: string;
  /** Tells it without colour. */
  readonly sign: string;
  readonly tone: 'good' | 'bad' | 'open';
}

/** The answer in a word or three. */
export const TRUST_WORDS: Readonly<Record<TrustReport['verdict'], TrustWord>> = {
  keeps: { word: 'Yes, so far.', sign: '✓', tone: 'good' },
  breaks: { word: 'No.', sign: '✕', tone: 'bad' },
  decayed: { word: 'Not any more.', sign: '✕', tone: 'bad' },
  too_early: { word: 'Not known yet.', sign: '?', tone: 'open' },
  knows: { word: 'It bets nothing.', sign: '○', tone: 'open' },
  not_better: { word: 'It bets nothing.', sign: '○', tone: 'open' },
  worse: { word: 'No.', sign: '✕', tone: 'bad' },
  promises_nothing: { word: 'Not known.', sign: '?', tone: 'open' },
  computing: { word: 'Not known yet.', sign: '…', tone: 'open' },
  no_model: { word: 'No model.', sign: '○', tone: 'open' },
};

/** How much a feature has changed, by its population stability index. */
export function shiftInWords(psi: number): string {
  if (psi > 0.25) return '▲ much changed';
  return psi > 0.1 ? '△ somewhat changed' : '● little changed';
}
