import { expect, test } from 'vitest';
import { Rng } from '../core/index.ts';
import { type Bar, BarSeries, findBarFault } from './index.ts';

const bar = (over: Partial<Bar> = {}): Bar => ({
  open: 100,
  high: 102,
  low: 99,
  close: 101,
  volume: 5,
  tsEvent: 1_700_000_000_000_000_001n,
  ...over,
});
const after = (over: Partial<Bar> = {}): Bar => bar({ tsEvent: 1_700_000_000_000_000_002n, ...over });

test('bars one nanosecond apart remain distinct', () => {
  const series = BarSeries.fromBars([bar(), after()]);
  expect(series.bar(0)).toEqual(bar());
  expect(series.bar(1).tsEvent).toBe(1_700_000_000_000_000_002n);
  expect(series.slice(1, 2).length).toBe(1);
});

test.each<[Partial<Bar>, string]>([
  [{ open: Number.NaN }, 'bars[1].open must be a finite number > 0, was NaN'],
  [{ high: Infinity }, 'bars[1].high must be a finite number > 0, was Infinity'],
  [{ low: -1 }, 'bars[1].low must be a finite number > 0, was -1'],
  [{ close: 0 }, 'bars[1].close must be a finite number > 0, was 0'],
  [{ high: 100.5 }, 'bars[1].high must be >= max(open, close) = 101, was 100.5'],
  [{ low: 100.5 }, 'bars[1].low must be <= min(open, close) = 100, was 100.5'],
  [{ volume: -1 }, 'bars[1].volume must be a finite number >= 0, was -1'],
  [{ volume: Number.NaN }, 'bars[1].volume must be a finite number >= 0, was NaN'],
  [
    { tsEvent: 1_700_000_000_000_000_001n },
    'bars[1].tsEvent must be after the bar before it (1700000000000000001), was 1700000000000000001',
  ],
])('a broken rule is named: %o', (over, message) => {
  expect(() => BarSeries.fromBars([bar(), after(over)])).toThrow(message);
});

test('taker volume must lie within the volume, and counts only when every bar has it', () => {
  expect(() => BarSeries.fromBars([bar({ takerBuyVolume: 6 })])).toThrow(
    'takerBuyVolume must be in [0, volume = 5], was 6',
  );
  expect(BarSeries.fromBars([bar({ takerBuyVolume: 5 }), after()]).takerBuyVolume).toBeNull();
});

test('columns of unequal length are refused', () => {
  const series = BarSeries.fromBars([bar(), after()]);
  expect(() => BarSeries.fromColumns({ ...series, open: new Float64Array(1) })).toThrow(
    'bars.open must be as long as close (2), was 1',
  );
});

test('the fast check and the plain rules agree on random bars', () => {
  const rng = new Rng(3);
  for (let k = 0; k < 3000; k++) {
    const [open, high, low, close] = Array.from({ length: 4 }, () => Math.round(rng.nextGaussian() * 3) + 4);
    const one = bar({ open, high, low, close, volume: rng.nextInt(3) - 1 });
    const isValid =
      [open, high, low, close].every((price) => price > 0) &&
      low <= Math.min(open, close) &&
      high >= Math.max(open, close) &&
      one.volume >= 0;
    const columns = {
      tsEvent: BigInt64Array.of(1n),
      open: Float64Array.of(open),
      high: Float64Array.of(high),
      low: Float64Array.of(low),
      close: Float64Array.of(close),
      volume: Float64Array.of(one.volume),
      takerBuyVolume: null,
    };
    expect(findBarFault(columns) === null, `case ${k}: ${JSON.stringify([open, high, low, close])}`).toBe(isValid);
  }
});
