import type { JSX } from 'preact';
import { verdictOf } from '../data/decision.ts';
import type { Answer } from '../data/types.ts';
import { VERDICT_WORDS } from './decision-words.ts';

/** Take or skip as a word; a taken one is filled, a skipped one is an outline. */
export function VerdictChip({ answer }: { answer: Pick<Answer, 'take'> }): JSX.Element {
  const verdict = verdictOf(answer);
  return <strong class={`chip ${verdict}`}>{VERDICT_WORDS[verdict]}</strong>;
}
