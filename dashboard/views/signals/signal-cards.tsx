import type { JSX } from 'preact';
import { percent } from '../../../src/core/index.ts';
import { barMs, distanceOf, nearnessOf, verdictOf } from '../../data/decision.ts';
import { opened } from '../../data/store.ts';
import type { Shown } from '../../data/types.ts';
import { reasonInShort, SIDES } from '../../ui/decision-words.ts';
import { DistanceScale } from '../../ui/distance.tsx';
import { moment, threeDigits } from '../../ui/format.ts';
import { ofR, points } from '../../ui/number-words.ts';
import { Foreign } from '../../ui/text.tsx';
import { VerdictChip } from '../../ui/verdict.tsx';
import { OutcomeCell } from './outcome-cell.tsx';

/** Signals as cards, for screens on which a row of the table does not fit. */
export function SignalCards({ signals }: { signals: readonly Shown[] }): JSX.Element {
  return (
    <ol class="cards">
      {signals.map((one) => (
        <Card key={one.enriched.signal_id} one={one} />
      ))}
    </ol>
  );
}

function Card({ one }: { one: Shown }): JSX.Element {
  const { enriched } = one;
  const { signal_event: event } = enriched;
  const bar = moment(barMs(enriched));
  const distance = distanceOf(enriched);
  const open = (): void => {
    opened.value = one;
  };
  return (
    <li data-signal={enriched.signal_id} class={`card ${verdictOf(enriched)}`}>
      <p class="card-line">
        <span data-cell="decision">
          <VerdictChip answer={enriched} />
        </span>
        <span data-cell="why">{reasonInShort(enriched)}</span>
        <span class="card-end">{SIDES[event.signal]}</span>
      </p>
      <p class="card-line">
        <Foreign text={event.instrument_id} />
        <button type="button" class="link card-end" onClick={open} aria-label={`explain the signal of ${bar}`}>
          {bar}
        </button>
      </p>
      <DistanceScale answer={enriched} />
      <dl class="card-figures">
        <CardFigure name="Confidence" cell="confidence" value={percent(enriched.meta_confidence)} />
        {distance !== null && (
          <>
            <CardFigure name="Break-even" cell="break-even" value={percent(enriched.break_even)} />
            <div>
              <dt>Distance</dt>
              <dd data-cell="distance" class={`distance ${nearnessOf(enriched)}`}>
                {points(distance)}
              </dd>
            </div>
            <CardFigure name="Expected" cell="expected" value={ofR(enriched.expected_r)} />
          </>
        )}
        <CardFigure name="Size" cell="size" value={threeDigits(enriched.size)} />
        <div>
          <dt>Outcome</dt>
          <dd data-cell="outcome">
            <OutcomeCell one={one} />
          </dd>
        </div>
      </dl>
    </li>
  );
}

function CardFigure({ name, cell, value }: { name: string; cell: string; value: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-cell={cell}>{value}</dd>
    </div>
  );
}
