import { BarSeries } from '../../../src/domain/index.ts';
import { MARKET } from '../../support/played-feed.ts';

/** Decimals of a price and of a volume, as an instrument of a node has them. */
const DECIMALS = { open: 4, high: 4, low: 4, close: 4, volume: 2 } as const;

/** Bars of one minute, rounded as a node writes them. */
export const NODE_MARKET: BarSeries = rounded(MARKET);

/** The same bars with as many decimals as an instrument of a node has. */
export function rounded(bars: BarSeries): BarSeries {
  const all = Array.from({ length: bars.length }, (_, i) => {
    const bar = bars.bar(i);
    const numbers = Object.entries(textsOf(bar)).map(([name, text]) => [name, Number(text)]);
    return { ...bar, ...Object.fromEntries(numbers) };
  });
  return BarSeries.fromBars(all);
}

/** Bars `from` to `to - 1` of a series as lines for the feed of a node. */
export function barLines(bars: BarSeries, from: number, to: number, barType: string): string {
  const lines = Array.from({ length: to - from }, (_, i) => {
    const bar = bars.bar(from + i);
    return `${JSON.stringify({ bar_type: barType, ts_event: String(bar.tsEvent), ...textsOf(bar) })}\n`;
  });
  return lines.join('');
}

function textsOf(bar: object): Readonly<Record<string, string>> {
  const values = bar as Readonly<Record<string, number>>;
  return Object.fromEntries(Object.entries(DECIMALS).map(([name, n]) => [name, values[name].toFixed(n)]));
}
