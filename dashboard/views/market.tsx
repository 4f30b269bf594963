import type { JSX } from 'preact';
import { faultyFeeds } from '../data/feeds.ts';
import { instrument, instruments } from '../data/store.ts';
import { chooseInstrument } from '../data/stream/stream.ts';
import { Empty } from '../ui/text.tsx';
import { Legend } from './chart/legend.tsx';
import { PriceChart } from './chart/price-chart.tsx';
import { SignalList } from './signals/signal-list.tsx';

export function Market(): JSX.Element {
  const ids = instruments.value;
  const faulty = new Set(faultyFeeds().map(({ instrument_id: id }) => id));
  return (
    <>
      <section class="panel" aria-labelledby="market-title">
        <header>
          <h2 id="market-title">Price and signals</h2>
          {ids !== null && ids.length > 0 && (
            <label>
              Instrument{' '}
              <select value={instrument.value ?? ''} onChange={(event) => chooseInstrument(event.currentTarget.value)}>
                {ids.map((id) => (
                  <option key={id} value={id}>
                    {faulty.has(id) ? '✕ ' : ''}
                    {id.length > 40 ? `\u2068${id.slice(0, 40)}…\u2069` : `\u2068${id}\u2069`}
                  </option>
                ))}
              </select>
            </label>
          )}
        </header>
        {ids?.length === 0 ? (
          <Empty>No bars yet. Send some to /v1/bars, or signals with their bars.</Empty>
        ) : (
          <>
            <PriceChart />
            <Legend />
          </>
        )}
      </section>
      <SignalList />
    </>
  );
}
