import type { JSX } from 'preact';
import { instrument, instruments } from '../data/store.ts';
import { chooseInstrument } from '../data/stream.ts';
import { Empty } from '../ui/text.tsx';
import { PriceChart } from './price-chart.tsx';
import { SignalTable } from './signal-table.tsx';

export function Market(): JSX.Element {
  const ids = instruments.value;
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
          <PriceChart />
        )}
        <ul class="legend">
          <li>▲ buy, ▼ sell, number = confidence in percent</li>
          <li>
            <span class="dot c1" /> below 45
          </li>
          <li>
            <span class="dot c2" /> 45 to 55
          </li>
          <li>
            <span class="dot c3" /> 55 to 65
          </li>
          <li>
            <span class="dot c4" /> 65 and more
          </li>
          <li>✓ came true, ✗ did not</li>
          <li>shading: darker where the regime weighs a signal down</li>
          <li>
            Charts by{' '}
            <a href="https://www.tradingview.com/" rel="noreferrer" target="_blank">
              TradingView Lightweight Charts™
            </a>
            , © 2025 TradingView, Inc.
          </li>
        </ul>
      </section>
      <SignalTable />
    </>
  );
}
