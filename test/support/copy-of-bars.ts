import { BarSeries } from '../../src/domain/index.ts';

/** A copy of bars [from, to), so that nothing outside of it can be read. */
export function copyOfBars(bars: BarSeries, from: number, to: number): BarSeries {
  const part = bars.slice(Math.max(0, from), to);
  return BarSeries.fromColumns({
    tsEvent: part.tsEvent.slice(),
    open: part.open.slice(),
    high: part.high.slice(),
    low: part.low.slice(),
    close: part.close.slice(),
    volume: part.volume.slice(),
    takerBuyVolume: part.takerBuyVolume?.slice() ?? null,
    columns: new Map(Array.from(part.columns, ([name, values]) => [name, values.slice()])),
  });
}
