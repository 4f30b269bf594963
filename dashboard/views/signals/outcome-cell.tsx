import type { JSX } from 'preact';
import { hasTrade } from '../../data/decision.ts';
import type { Shown } from '../../data/types.ts';
import { outcomeInShort } from '../../ui/outcome-words.ts';

/** How a signal ended, or that its trade is open. */
export function OutcomeCell({ one: { enriched, outcome } }: { one: Shown }): JSX.Element {
  if (outcome !== null) return <>{outcomeInShort(outcome)}</>;
  return <>{hasTrade(enriched) ? '… open' : '–'}</>;
}
