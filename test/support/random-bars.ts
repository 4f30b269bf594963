import { Rng } from '../../src/core/index.ts';
import { allocateBarColumns, BarSeries } from '../../src/domain/index.ts';

/** A seeded random walk around 100,000 with changing volatility, unchanged closes, empty bars and taker volume. */
export function randomBars(nBars: number, seed: number, hasTaker = true): BarSeries {
  const rng = new Rng(seed);
  const columns = allocateBarColumns(nBars, hasTaker);
  let price = 1e5;
  let turbulent = false;
  for (let i = 0; i < nBars; i++) {
    if (rng.nextFloat() < 0.03) turbulent = !turbulent;
    const open = price;
    if (rng.nextFloat() > 0.1) price *= Math.exp(rng.nextGaussian() * (turbulent ? 0.003 : 0.0008));
    columns.tsEvent[i] = BigInt(i + 1) * 60_000_000_000n;
    columns.open[i] = open;
    columns.close[i] = price;
    columns.high[i] = Math.max(open, price) * (rng.nextFloat() < 0.2 ? 1 : 1 + 0.001 * rng.nextFloat());
    columns.low[i] = Math.min(open, price) * (rng.nextFloat() < 0.2 ? 1 : 1 - 0.001 * rng.nextFloat());
    columns.volume[i] = rng.nextFloat() < 0.05 ? 0 : Math.exp(rng.nextGaussian());
    if (columns.takerBuyVolume !== null) columns.takerBuyVolume[i] = columns.volume[i] * rng.nextFloat();
  }
  return BarSeries.fromColumns(columns);
}

/** Bars with a constant price. @param volume - of every bar. */
export function flatBars(nBars: number, volume = 0): BarSeries {
  const columns = allocateBarColumns(nBars, false);
  columns.tsEvent.forEach((_, i) => {
    columns.tsEvent[i] = BigInt(i + 1);
  });
  for (const name of ['open', 'high', 'low', 'close'] as const) columns[name].fill(100);
  columns.volume.fill(volume);
  return BarSeries.fromColumns(columns);
}
