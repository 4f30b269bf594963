import type { JSX } from 'preact';
import { percent } from '../../../src/core/index.ts';
import { barMs, distanceOf, nearnessOf, verdictOf } from '../../data/decision.ts';
import { opened } from '../../data/store.ts';
import type { Shown } from '../../data/types.ts';
import { reasonInShort, SIDES } from '../../ui/decision-words.ts';
import { DistanceScale } from '../../ui/distance.tsx';
import { moment, shortMoment, threeDigits } from '../../ui/format.ts';
import { ofR, points } from '../../ui/number-words.ts';
import { Foreign, Scroll } from '../../ui/text.tsx';
import { VerdictChip } from '../../ui/verdict.tsx';
import { OutcomeCell } from './outcome-cell.tsx';

const HEAD = [
  'Bar',
  'Instrument',
  'Side',
  'Decision, and why',
  'Confidence',
  'Break-even',
  'Distance',
  'Expected',
  'Size',
  'Outcome',
] as const;

export function SignalTable({ signals }: { signals: readonly Shown[] }): JSX.Element {
  return (
    <Scroll label="Table of the last signals">
      <table class="signals">
        <thead>
          <tr>
            {HEAD.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {signals.map((one) => (
            <Row key={one.enriched.signal_id} one={one} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Row({ one }: { one: Shown }): JSX.Element {
  const { enriched } = one;
  const { signal_event: event } = enriched;
  const ms = barMs(enriched);
  const open = (): void => {
    opened.value = one;
  };
  return (
    <tr data-signal={enriched.signal_id} class={verdictOf(enriched)}>
      <td>
        <button type="button" class="link" onClick={open} aria-label={`explain the signal of ${moment(ms)}`}>
          {shortMoment(ms)}
        </button>
      </td>
      <td>
        <Foreign text={event.instrument_id} />
      </td>
      <td>{SIDES[event.signal]}</td>
      <td title={enriched.reason?.slice(0, 600) ?? ''}>
        <span data-cell="decision">
          <VerdictChip answer={enriched} />
        </span>{' '}
        <span data-cell="why">{reasonInShort(enriched)}</span>
      </td>
      <td data-cell="confidence">{percent(enriched.meta_confidence)}</td>
      <td data-cell="break-even">{percent(enriched.break_even)}</td>
      <td data-cell="distance">
        <span class={`distance ${nearnessOf(enriched)}`}>{points(distanceOf(enriched))}</span>{' '}
        <DistanceScale answer={enriched} />
      </td>
      <td data-cell="expected">{ofR(enriched.expected_r)}</td>
      <td data-cell="size">{threeDigits(enriched.size)}</td>
      <td data-cell="outcome">
        <OutcomeCell one={one} />
      </td>
    </tr>
  );
}
