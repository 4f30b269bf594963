import type { JSX } from 'preact';
import { percent } from '../../src/core/index.ts';
import { connection, opened, shown } from '../data/store.ts';
import type { Shown } from '../data/types.ts';
import { duration, moment, threeDigits } from '../ui/format.ts';
import { Empty, Foreign, Scroll } from '../ui/text.tsx';

/** Number of rows that are drawn; the chart shows more signals. */
const MAX_ROWS = 50;
const SIDES = { '-1': '▼ sell', '0': '■ flat', '1': '▲ buy' } as const;

export function SignalTable(): JSX.Element {
  const rows = shown.value.slice(0, MAX_ROWS);
  return (
    <section class="panel" aria-labelledby="signals-title">
      <h2 id="signals-title">Last signals</h2>
      {rows.length === 0 ? (
        <Empty>{connection.value === 'connecting' ? 'Loading …' : 'No signal since the service started.'}</Empty>
      ) : (
        <Scroll label="Table of the last signals">
          <table>
            <thead>
              <tr>
                {[
                  'Bar',
                  'Instrument',
                  'Side',
                  'Confidence',
                  'Raw',
                  'Regime',
                  'Toxicity',
                  'Size',
                  'Source',
                  'Latency',
                  'Outcome',
                ].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((one) => (
                <Row key={one.enriched.signal_id} one={one} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}

function Row({ one }: { one: Shown }): JSX.Element {
  const { enriched, outcome } = one;
  const { signal_event: event } = enriched;
  const open = (): void => {
    opened.value = one;
  };
  return (
    <tr data-signal={enriched.signal_id}>
      <td>
        <button
          type="button"
          class="link"
          onClick={open}
          aria-label={`explain the signal of ${moment(event.last_bar_ts / 1e6)}`}
        >
          {moment(event.last_bar_ts / 1e6)}
        </button>
      </td>
      <td>
        <Foreign text={event.instrument_id} />
      </td>
      <td>{SIDES[event.signal]}</td>
      <td data-cell="confidence">{percent(enriched.meta_confidence)}</td>
      <td>{percent(enriched.raw_confidence)}</td>
      <td>{threeDigits(enriched.regime_weight)}</td>
      <td>{enriched.toxicity_available ? threeDigits(enriched.toxicity) : '–'}</td>
      <td>{threeDigits(enriched.size)}</td>
      <td title={enriched.reason?.slice(0, 600) ?? ''}>{enriched.source}</td>
      <td>{duration(enriched.latency_ns / 1e9)}</td>
      <td data-cell="outcome">{outcomeText(one)}</td>
    </tr>
  );

  function outcomeText({ enriched: { signal_event } }: Shown): string {
    if (outcome === null) return signal_event.signal === 0 ? '–' : '… open';
    const mark = outcome.label === null ? '?' : outcome.label === 1 ? '✓' : '✗';
    const gained = outcome.return === null ? '' : ` ${percent(outcome.return, 2)}`;
    return `${mark} ${outcome.outcome.replace('_', ' ')}${gained}`;
  }
}
