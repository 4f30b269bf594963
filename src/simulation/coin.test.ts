import { describe, expect, test } from 'vitest';
import { type SimulatedMarket, simulateMarket } from './index.ts';

/*
 * A coin between barriers, written from the definition alone: a trade takes profit at twice the mean range of the last 14
 * bars and stops at once that, ten bars at most; the coin is the mean of its long and its short side. In a market without
 * an edge it earns nothing. Markets of 20,000 bars, an entry every third bar: about 130,000 trades.
 */

const SEEDS = Array.from({ length: 20 }, (_, k) => k + 1);
const N_BARS = 20_000;
const EVERY = 3;
/** Trades of one block are averaged, so that those that overlap count once. */
const BLOCK = 500;

type Bars = Pick<SimulatedMarket['bars'], 'high' | 'low' | 'close'>;

function meanRange({ high, low }: Bars, entry: number): number {
  let sum = 0;
  for (let i = entry - 13; i <= entry; i++) sum += high[i] - low[i];
  return sum / 14;
}

/** Profit of one side in price units; a bar that touches both barriers stops. */
function profit(bars: Bars, entry: number, side: number, unit: number, onCloses: boolean): number {
  const start = bars.close[entry];
  for (let i = entry + 1; i <= entry + 10; i++) {
    const best = side * ((onCloses ? bars.close : side > 0 ? bars.high : bars.low)[i] - start);
    const worst = side * ((onCloses ? bars.close : side > 0 ? bars.low : bars.high)[i] - start);
    if (worst <= -unit) return onCloses ? worst : -unit;
    if (best >= 2 * unit) return onCloses ? best : 2 * unit;
  }
  return side * (bars.close[entry + 10] - start);
}

/** What the coin earns, in units of the stop's distance, over all seeds. */
function coin(
  onCloses: boolean,
  change: (bars: Bars) => Bars = (bars) => bars,
): { mean: number; t: number; n: number } {
  const blocks: number[] = [];
  let n = 0;
  for (const seed of SEEDS) {
    const bars = change(simulateMarket({ nBars: N_BARS, edge: 0, breakAt: null, seed }).bars);
    for (let start = 100; start + BLOCK + 10 < N_BARS; start += BLOCK) {
      let sum = 0;
      let count = 0;
      for (let entry = start; entry < start + BLOCK; entry += EVERY) {
        const unit = meanRange(bars, entry);
        sum += (profit(bars, entry, 1, unit, onCloses) + profit(bars, entry, -1, unit, onCloses)) / 2 / unit;
        count++;
      }
      blocks.push(sum / count);
      n += count;
    }
  }
  const mean = blocks.reduce((sum, x) => sum + x, 0) / blocks.length;
  const variance = blocks.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (blocks.length - 1);
  return { mean, t: mean / Math.sqrt(variance / blocks.length), n };
}

const told = ({ mean, t, n }: { mean: number; t: number; n: number }): string =>
  `seeds 1 to ${SEEDS.length}, ${n} trades: the coin earns ${mean.toFixed(4)} of the stop’s distance, t = ${t.toFixed(1)}`;

describe('in a market without an edge a coin earns nothing', () => {
  test.each([
    ['barrier', false],
    ['close', true],
  ])('booked by the rule `%s`', (_, onCloses) => {
    const earned = coin(onCloses);
    expect(earned.n).toBeGreaterThan(100_000);
    expect(Math.abs(earned.t), told(earned)).toBeLessThan(3);
  });

  test('a path that is looked at on closes only would pay it, and this test would see it', () => {
    const earned = coin(false, ({ close }) => {
      const both = (pick: (a: number, b: number) => number): Float64Array =>
        close.map((price, i) => pick(price, close[Math.max(0, i - 1)]));
      return { close, high: both(Math.max), low: both(Math.min) };
    });
    expect(earned.t, told(earned)).toBeGreaterThan(20);
  });
});
