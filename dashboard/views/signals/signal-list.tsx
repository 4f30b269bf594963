import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { count } from '../../../src/core/index.ts';
import { verdictOf } from '../../data/decision.ts';
import { connection, shown } from '../../data/store.ts';
import type { Shown } from '../../data/types.ts';
import { reasonInShort } from '../../ui/decision-words.ts';
import { isNarrow } from '../../ui/screen.ts';
import { Empty } from '../../ui/text.tsx';
import { SignalCards } from './signal-cards.tsx';
import { SignalTable } from './signal-table.tsx';

/** Maximum number of signals that are listed; the chart shows more. */
const MAX_LISTED = 50;
/** Number of cards before more are asked for. */
const N_CARDS = 20;

/** The last signals: what was decided of each and why. */
export function SignalList(): JSX.Element {
  const [hasAll, setHasAll] = useState(false);
  const listed = shown.value.slice(0, MAX_LISTED);
  const cards = hasAll ? listed : listed.slice(0, N_CARDS);
  return (
    <section class="panel" aria-labelledby="signals-title">
      <h2 id="signals-title">Last signals</h2>
      {listed.length === 0 ? (
        <Empty>{connection.value === 'connecting' ? 'Loading …' : 'No signal since the service started.'}</Empty>
      ) : (
        <>
          <Summary listed={listed} />
          {isNarrow.value ? <SignalCards signals={cards} /> : <SignalTable signals={listed} />}
          {isNarrow.value && cards.length < listed.length && (
            <button type="button" class="more" onClick={() => setHasAll(true)}>
              Show {count(listed.length - cards.length)} more
            </button>
          )}
        </>
      )}
    </section>
  );
}

/** How many were taken, and why the others were not. */
function Summary({ listed }: { listed: readonly Shown[] }): JSX.Element {
  const nTaken = listed.filter(({ enriched }) => verdictOf(enriched) === 'take').length;
  const reasons = new Map<string, number>();
  for (const { enriched } of listed) {
    if (verdictOf(enriched) === 'take') continue;
    const reason = reasonInShort(enriched);
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const left = [...reasons].sort(([, a], [, b]) => b - a).map(([reason, n]) => `${reason} (${count(n)})`);
  return (
    <p class="muted" data-figure="taken">
      <strong>
        {count(nTaken)} of {count(listed.length)} taken
      </strong>
      {left.length > 0 && `; not taken: ${left.join(', ')}`}.
    </p>
  );
}
