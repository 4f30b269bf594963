import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { randomBars } from '../../../test/support/random-bars.ts';
import { readTestBars } from '../../../test/support/read-test-bars.ts';
import { BarSeries, frameNs } from '../../domain/index.ts';
import { resample } from './resample.ts';

interface Golden {
  readonly max_bars: number;
  readonly files: Readonly<
    Record<string, readonly (Record<'frame' | 'end' | PriceName, string> & { readonly volume: number })[]>
  >;
  readonly synthetic: {
    readonly bars: readonly (readonly number[])[];
    readonly frames: Readonly<
      Record<string, { readonly frames: readonly (readonly number[])[]; readonly last_end_ms: readonly number[] }>
    >;
  };
}
type PriceName = 'open' | 'high' | 'low' | 'close';
const PRICES: readonly PriceName[] = ['open', 'high', 'low', 'close'];

/** What pandas says; made by `make.py` beside it. */
const path = new URL('../../../test/golden/frames/frames.json', import.meta.url);
const GOLDEN = JSON.parse(readFileSync(path, 'utf8')) as Golden;

const NS_PER_MS = 1_000_000n;
const digest = (column: Float64Array | BigInt64Array): string =>
  createHash('sha256')
    .update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))
    .digest('hex');

describe('frames are those of pandas', () => {
  const { bars: rows, frames } = GOLDEN.synthetic;
  const bars = BarSeries.fromBars(
    rows.map(([ms, open, high, low, close, volume]) => ({
      tsEvent: BigInt(ms) * NS_PER_MS,
      open,
      high,
      low,
      close,
      volume,
    })),
  );

  test.each(Object.keys(frames))('of bars with holes, off the grid, before 1970: %s', (frame) => {
    const made = resample(bars, frameNs(frame));
    const ms = Array.from(made.bars.tsEvent, (ts) => Number(ts / NS_PER_MS));
    const table = ms.map((end, f) => [end, ...[...PRICES, 'volume' as const].map((name) => made.bars[name][f])]);
    expect(table).toEqual(frames[frame].frames);
    expect(Array.from(made.closed, (f) => (f < 0 ? null : ms[f]))).toEqual(frames[frame].last_end_ms);
  });

  test.each(Object.keys(GOLDEN.files))('of %s', { tags: ['real-data'] }, (name) => {
    const real = readTestBars(name, GOLDEN.max_bars);
    for (const expected of GOLDEN.files[name]) {
      const made = resample(real, frameNs(expected.frame));
      const at = (column: Float64Array): Float64Array => Float64Array.from(made.closed, (f) => (f < 0 ? 0 : column[f]));
      const ends = BigInt64Array.from(made.closed, (f) => (f < 0 ? 0n : made.bars.tsEvent[f]));
      const ours = Object.fromEntries(PRICES.map((price) => [price, digest(at(made.bars[price]))]));
      const volume = at(made.bars.volume).reduce((a, b) => a + b, 0);
      expect({ ...expected, volume: 0, ...ours, end: digest(ends) }).toEqual({ ...expected, volume: 0 });
      expect(Math.abs(volume - expected.volume)).toBeLessThanOrEqual(1e-12 * expected.volume);
    }
  });
});

test('a frame holds what its bars hold, by a second way of saying it', () => {
  const bars = randomBars(1000, 3);
  const { bars: hours, first, closed } = resample(bars, frameNs('1h'));
  for (let f = 0; f < hours.length; f++) {
    const inside = Array.from(bars.tsEvent.keys()).filter(
      (i) => bars.tsEvent[i] > hours.tsEvent[f] - frameNs('1h') && bars.tsEvent[i] <= hours.tsEvent[f],
    );
    expect(first[f]).toBe(inside[0]);
    expect(hours.bar(f)).toMatchObject({
      open: bars.open[inside[0]],
      high: Math.max(...inside.map((i) => bars.high[i])),
      low: Math.min(...inside.map((i) => bars.low[i])),
      close: bars.close[inside.at(-1) ?? -1],
      volume: inside.reduce((sum, i) => sum + bars.volume[i], 0),
      takerBuyVolume: inside.reduce((sum, i) => sum + (bars.takerBuyVolume?.[i] ?? Number.NaN), 0),
    });
  }
  expect(closed[58]).toBe(-1);
  expect(closed[59], 'a bar that ends with a frame closes it').toBe(0);
  expect(closed[118]).toBe(0);
});

test('no bars, no frames', () => {
  const { bars, first, closed } = resample(BarSeries.fromBars([]), frameNs('1h'));
  expect([bars.length, first.length, closed.length]).toEqual([0, 0, 0]);
});
