import { Rng } from '../../core/index.ts';
import { allocateBarColumns, BarSeries } from '../../domain/index.ts';

const MINUTE_NS = 60_000_000_000n;

/** Seeded bars with calm and turbulent times, unchanged closes, bars without volume, and taker volume. */
export function ordinaryBars(nBars: number, seed: number): BarSeries {
  const rng = new Rng(seed);
  const columns = allocateBarColumns(nBars, true);
  let price = 1e4;
  let isTurbulent = false;
  for (let i = 0; i < nBars; i++) {
    if (rng.nextFloat() < 0.03) isTurbulent = !isTurbulent;
    const open = price;
    if (rng.nextFloat() > 0.1) price *= Math.exp(rng.nextGaussian() * (isTurbulent ? 0.004 : 0.001));
    columns.tsEvent[i] = BigInt(i + 1) * MINUTE_NS;
    columns.open[i] = open;
    columns.close[i] = price;
    columns.high[i] = Math.max(open, price) * (1 + 0.001 * rng.nextFloat());
    columns.low[i] = Math.min(open, price) * (1 - 0.001 * rng.nextFloat());
    columns.volume[i] = rng.nextFloat() < 0.05 ? 0 : Math.exp(rng.nextGaussian());
    if (columns.takerBuyVolume !== null) columns.takerBuyVolume[i] = columns.volume[i] * rng.nextFloat();
  }
  return BarSeries.fromColumns(columns);
}

/** Bars whose price stands still and of which nothing is traded. */
export function stillBars(nBars: number): BarSeries {
  const columns = allocateBarColumns(nBars, true);
  for (let i = 0; i < nBars; i++) columns.tsEvent[i] = BigInt(i + 1) * MINUTE_NS;
  for (const name of ['open', 'high', 'low', 'close'] as const) columns[name].fill(100);
  return BarSeries.fromColumns(columns);
}

/** A copy of the bars [start, end) in memory of its own. */
export function copyBars(bars: BarSeries, start = 0, end = bars.length): BarSeries {
  return BarSeries.fromColumns({
    tsEvent: bars.tsEvent.slice(start, end),
    open: bars.open.slice(start, end),
    high: bars.high.slice(start, end),
    low: bars.low.slice(start, end),
    close: bars.close.slice(start, end),
    volume: bars.volume.slice(start, end),
    takerBuyVolume: bars.takerBuyVolume?.slice(start, end) ?? null,
  });
}

/** A copy without taker volume. */
export function withoutTaker(bars: BarSeries): BarSeries {
  const { tsEvent, open, high, low, close, volume } = copyBars(bars);
  return BarSeries.fromColumns({ tsEvent, open, high, low, close, volume, takerBuyVolume: null });
}

/** A copy with other prices and volumes in the bars [from, to). */
export function changeBars(bars: BarSeries, from: number, to: number): BarSeries {
  const copy = copyBars(bars);
  for (let i = Math.max(0, from); i < Math.min(to, bars.length); i++) {
    const factor = 3 + Math.sin(i);
    for (const name of ['open', 'high', 'low', 'close'] as const) copy[name][i] *= factor;
    copy.high[i] *= 1.5;
    copy.low[i] *= 0.5;
    copy.volume[i] = 7 * copy.volume[i] + 1;
    if (copy.takerBuyVolume !== null) copy.takerBuyVolume[i] = 0.9 * copy.volume[i];
  }
  return BarSeries.fromColumns(copy);
}

/** The bits of every column, to see whether anything was changed. */
export function bitsOfBars({ tsEvent, open, high, low, close, volume, takerBuyVolume }: BarSeries): string {
  const columns = [tsEvent, open, high, low, close, volume, takerBuyVolume].filter((column) => column !== null);
  return columns
    .map(({ buffer, byteOffset, byteLength }) => new BigUint64Array(buffer, byteOffset, byteLength / 8).join())
    .join(';');
}
