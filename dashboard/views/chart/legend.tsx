import type { JSX } from 'preact';
import type { Verdict } from '../../data/decision.ts';

const SHAPES: Readonly<Record<Verdict, string>> = {
  take: 'M6 1 11 10H1Z',
  skip: 'M6 1 11 10H1Z',
  none: 'M6 1 10 5.5 6 10 2 5.5Z',
};

/** What the marks and colours of the chart mean. */
export function Legend(): JSX.Element {
  return (
    <>
      <ul class="legend" aria-label="Marks">
        <Shape verdict="take" words="filled: take" />
        <Shape verdict="skip" words="outline: skip" />
        <Shape verdict="none" words="no verdict" />
        <li>below a candle: buy, above: sell</li>
        <li>✓ it paid, ✗ it did not</li>
        <li>short dashes: take profit, long ones: stop loss of the last open trades</li>
        <li>shading: darker where the regime weighs a signal down</li>
      </ul>
      <ul class="legend" aria-label="Colours">
        <li>confidence less break-even:</li>
        <li>
          <i class="dot far-below" /> −5 points and lower
        </li>
        <li>
          <i class="dot below" /> −5 to 0
        </li>
        <li>
          <i class="dot above" /> 0 to +5
        </li>
        <li>
          <i class="dot far-above" /> +5 and higher
        </li>
        <li>
          <i class="dot unknown" /> not known
        </li>
        <li class="notice">
          Charts by{' '}
          <a href="https://www.tradingview.com/" rel="noreferrer" target="_blank">
            TradingView Lightweight Charts™
          </a>
          , © 2025 TradingView, Inc.
        </li>
      </ul>
    </>
  );
}

function Shape({ verdict, words }: { verdict: Verdict; words: string }): JSX.Element {
  return (
    <li>
      <svg class={`shape ${verdict}`} viewBox="0 0 12 11" aria-hidden="true">
        <path d={SHAPES[verdict]} />
      </svg>{' '}
      {words}
    </li>
  );
}
