import { Rng } from '../../src/core/index.ts';
import { type Bar, BarSeries } from '../../src/domain/index.ts';

export interface WalkOptions {
  /** Share of bars whose open differs from the last close, [0, 1]. */
  readonly gaps?: number;
  /** Step of the prices; a coarse one makes exact touches and ties. */
  readonly tick?: number;
  readonly volume?: boolean;
  readonly price?: number;
}

/** A seeded random walk as valid one-minute bars. */
export function randomWalk(nBars: number, seed: number, options: WalkOptions = {}): BarSeries {
  const { gaps = 0.05, tick = 0.01, volume = true, price = 100 } = options;
  const rng = new Rng(seed);
  const grid = (x: number): number => Math.max(tick, Math.round(x / tick) * tick);
  let close = price;
  const bars = Array.from({ length: nBars }, (_, i): Bar => {
    const jump = rng.nextFloat() < gaps ? rng.nextGaussian() * 0.01 * price : 0;
    const open = grid(close + jump);
    close = grid(open + rng.nextGaussian() * 0.003 * price);
    const high = grid(Math.max(open, close) + Math.abs(rng.nextGaussian()) * 0.002 * price);
    const low = grid(Math.min(open, close) - Math.abs(rng.nextGaussian()) * 0.002 * price);
    const size = volume ? Math.ceil(rng.nextFloat() * 1000) : 0;
    const tsEvent = 1_700_000_000_000_000_000n + BigInt(i) * 60_000_000_000n;
    return { open, high: Math.max(high, open, close), low: Math.min(low, open, close), close, volume: size, tsEvent };
  });
  return BarSeries.fromBars(bars);
}
