import { expect, test } from 'vitest';
import { randomWalk } from '../../test/support/random-walk.ts';
import { Rng } from '../core/index.ts';
import { BarSeries, PRIMARIES } from '../domain/index.ts';
import { cusumFilter, primarySides, sampleEvents } from './index.ts';

/** AFML snippet 2.4, as printed: a list of differences, two sums. */
function snippetCusum(close: Float64Array, threshold: Float64Array): number[] {
  const events: number[] = [];
  let sPos = 0;
  let sNeg = 0;
  const diff = Array.from(close, (price, i) => Math.log(price / close[i - 1]));
  for (const [i, d] of diff.entries()) {
    if (i === 0 || Number.isNaN(threshold[i])) continue;
    [sPos, sNeg] = [Math.max(0, sPos + d), Math.min(0, sNeg + d)];
    if (sNeg < -threshold[i]) {
      sNeg = 0;
      events.push(i);
    } else if (sPos > threshold[i]) {
      sPos = 0;
      events.push(i);
    }
  }
  return events;
}
/** Thresholds that change from bar to bar, so that either sum may be away from zero when the other fires. */
function threshold(n: number, seed: number): Float64Array {
  const rng = new Rng(seed);
  return Float64Array.from({ length: n }, (_, i) => (i < 20 ? Number.NaN : 0.001 + 0.012 * rng.nextFloat()));
}

test('cusumFilter by hand: a threshold must be left, not reached, and only the side that fired starts again', () => {
  const step = Math.log(1.01);
  const close = Float64Array.of(100, 101, 102.01, 103.0301, 102.01);
  expect([...cusumFilter(close, new Float64Array(5).fill(1.5 * step))]).toEqual([2]);
  for (const [now, h, sampled] of [
    [2, Math.LN2, []],
    [0.5, Math.LN2, []],
    [2, 0.69, [1]],
    [0.5, 0.69, [1]],
  ] as const) {
    const found = cusumFilter(Float64Array.of(1, now), Float64Array.of(1, h));
    expect([...found], `from 1 to ${now}, threshold ${h}: reached is not left`).toEqual(sampled);
  }
  expect([...cusumFilter(new Float64Array(0), new Float64Array(0))]).toEqual([]);
});

test('cusumFilter agrees with the snippet and never looks ahead', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const { close } = randomWalk(400, seed);
    const h = threshold(400, seed);
    const found = [...cusumFilter(close, h)];
    expect(found, `seed ${seed}`).toEqual(snippetCusum(close, h));
    expect(found.length).toBeGreaterThan(20);
    const early = [...cusumFilter(close.subarray(0, 200), h.subarray(0, 200))];
    expect(early, `seed ${seed}: later bars changed earlier events`).toEqual(found.filter((i) => i < 200));
  }
});

/** EMAs as weighted sums over the whole past, no recursion. */
function slowEmaCross(close: Float64Array, i: number): number {
  const ema = (span: number): number => {
    const alpha = 2 / (span + 1);
    let value = (1 - alpha) ** i * close[0];
    for (let j = 1; j <= i; j++) value += alpha * (1 - alpha) ** (i - j) * close[j];
    return value;
  };
  return ema(12) - ema(26);
}

test('ema_cross is the sign of EMA12 - EMA26 started at the first close', () => {
  const bars = randomWalk(300, 3);
  const side = primarySides(bars, 'ema_cross');
  for (let i = 1; i < 300; i++) {
    const difference = slowEmaCross(bars.close, i);
    if (Math.abs(difference) > 1e-9) expect(side[i], `bar ${i}`).toBe(Math.sign(difference));
  }
  expect(side[0]).toBe(0);
});

test('momentum follows the 20-bar change, mean_reversion fades the distance from the 20-bar mean', () => {
  const bars = randomWalk(200, 4);
  const { close } = bars;
  for (let i = 20; i < 200; i++) {
    expect(primarySides(bars, 'momentum')[i]).toBe(Math.sign(close[i] / close[i - 20] - 1));
    const mean = close.subarray(i - 19, i + 1).reduce((sum, price) => sum + price / 20, 0);
    if (Math.abs(mean - close[i]) > 1e-9)
      expect(primarySides(bars, 'mean_reversion')[i]).toBe(Math.sign(mean - close[i]));
  }
});

test.each(PRIMARIES)('%s has no side where prices never move, whatever the price', (name) => {
  for (let tenths = 1; tenths <= 200; tenths++) {
    const price = tenths * 0.1;
    const row = { open: price, high: 1.01 * price, low: 0.99 * price, close: price, volume: 1 };
    const bars = Array.from({ length: 40 }, (_, i) => ({ ...row, tsEvent: BigInt(i) }));
    const sides = primarySides(BarSeries.fromBars(bars), name);
    expect(
      sides.every((side) => side === 0),
      `price ${price}: rounding must not pick a side`,
    ).toBe(true);
  }
});

test.each([0.00005, 0.01, 0.1, 0.25])(
  'ticks of %d: sides are those of whole numbers of ticks, ties included',
  (tick) => {
    const rng = new Rng(7);
    let now = Math.round(1 / tick) + 1000;
    const ticks = Array.from({ length: 3000 }, () => {
      now += rng.nextInt(5) - 2;
      return now;
    });
    const bars = ticks.map((n, i) => {
      const price = n * tick;
      return { open: price, high: price, low: price, close: price, volume: 1, tsEvent: BigInt(i) };
    });
    const reversion = primarySides(BarSeries.fromBars(bars), 'mean_reversion');
    const momentum = primarySides(BarSeries.fromBars(bars), 'momentum');
    let ties = 0;
    for (let i = 20; i < ticks.length; i++) {
      const distance = ticks.slice(i - 19, i + 1).reduce((sum, n) => sum + n - ticks[i], 0);
      if (distance === 0) ties++;
      expect(reversion[i], `bar ${i}: a close at its mean has no side`).toBe(Math.sign(distance));
      expect(momentum[i], `bar ${i}`).toBe(Math.sign(ticks[i] - ticks[i - 20]));
    }
    expect(ties).toBeGreaterThan(5);
  },
);

test.each(PRIMARIES)('%s never looks ahead', (name) => {
  const bars = randomWalk(300, 9);
  expect([...primarySides(bars.slice(0, 150), name)]).toEqual([...primarySides(bars, name).subarray(0, 150)]);
});

test('events need a full window and a side; change samples only flips', () => {
  const bars: BarSeries = randomWalk(8, 1);
  const side = Int8Array.of(1, 1, -1, 0, -1, 0, 1, 1);
  const options = { threshold: null, windowBars: 3 };
  expect([...sampleEvents(bars, side, { ...options, sampling: 'every' }).index]).toEqual([2, 4, 6, 7]);
  expect([...sampleEvents(bars, side, { ...options, sampling: 'change' }).index]).toEqual([2, 6]);
  expect([...sampleEvents(bars, side, { ...options, sampling: 'change' }).side]).toEqual([-1, 1]);
  expect(() => sampleEvents(bars, side, { ...options, sampling: 'cusum' })).toThrow(
    'threshold must be given for cusum sampling',
  );
});

test('cusum events are the sampled bars that have a full window and a side, and later bars change none of them', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const bars = randomWalk(400, seed);
    const other = randomWalk(400, seed + 100);
    const rng = new Rng(seed);
    const side = Int8Array.from({ length: 400 }, () => rng.nextInt(3) - 1);
    const options = { sampling: 'cusum', threshold: threshold(400, seed), windowBars: 100 } as const;
    const events = sampleEvents(bars, side, options);
    const expected = snippetCusum(bars.close, options.threshold).filter((i) => i >= 99 && side[i] !== 0);
    expect([...events.index], `seed ${seed}`).toEqual(expected);
    expect([...events.side]).toEqual(expected.map((i) => side[i]));
    const spliced = BarSeries.fromBars(Array.from({ length: 400 }, (_, i) => (i < 250 ? bars : other).bar(i)));
    const early = sampleEvents(spliced, side, options).index.filter((i) => i < 250);
    expect([...early], `seed ${seed}: later bars changed earlier events`).toEqual(expected.filter((i) => i < 250));
  }
});

test('every bar with a side is an event of every; without one there is none', () => {
  const bars = randomWalk(120, 2);
  const options = { sampling: 'every', threshold: null, windowBars: 100 } as const;
  expect([...sampleEvents(bars, new Int8Array(120).fill(-1), options).index]).toEqual(
    Array.from({ length: 21 }, (_, k) => 99 + k),
  );
  expect(sampleEvents(bars, new Int8Array(120), options).index.length).toBe(0);
  expect(() => sampleEvents(bars, new Int8Array(119), options)).toThrow('side must be as long as bars (120), was 119');
});

test('the first side there is flips nothing; a side that comes back after flat bars does not flip', () => {
  const change = { sampling: 'change', threshold: null, windowBars: 1 } as const;
  const flipsOf = (...side: number[]): number[] => [
    ...sampleEvents(randomWalk(side.length, 1), Int8Array.from(side), change).index,
  ];
  expect(flipsOf(1, 1, -1, 1)).toEqual([2, 3]);
  expect(flipsOf(0, -1, 0, -1, 0, 1)).toEqual([5]);
});

test('a threshold that does not cover the bars is refused', () => {
  expect(() => cusumFilter(new Float64Array(3).fill(1), new Float64Array(2))).toThrow(
    'threshold must be as long as close (3), was 2',
  );
});
