import { describe, expect, test } from 'vitest';
import { randomWalk } from '../../test/support/random-walk.ts';
import { readTestBars } from '../../test/support/read-test-bars.ts';
import { Rng } from '../core/index.ts';
import { type Bar, BarSeries } from '../domain/index.ts';
import {
  BARRIER_KINDS,
  type Events,
  FILL_RULES,
  type FillRule,
  metaLabels,
  resolveBarrier,
  tripleBarrier,
} from './index.ts';

const HOLDING = 10;
const OPTIONS = { ptMultiplier: 2, slMultiplier: 1, maxHoldingBars: HOLDING };

type Row = readonly [open: number, high: number, low: number, close: number];

function series(...rows: readonly Row[]): BarSeries {
  return BarSeries.fromBars(
    rows.map(([open, high, low, close], i) => ({ open, high, low, close, volume: 1, tsEvent: BigInt(i) })),
  );
}

/** The rules once more, slow and obvious: objects, one sentence of the definition a line. */
function slowExit(
  bars: readonly Bar[],
  { entry, side, target }: { readonly entry: number; readonly side: number; readonly target: number },
  fill: FillRule,
  tick: number | null,
) {
  if (!(target > 0)) return { bar: -1, price: Number.NaN, kind: 'unresolved' };
  const entryPrice = bars[entry].close;
  const gain = (price: number): number => side * (price - entryPrice);
  const takePrice = slowTick(entryPrice + side * 2 * target, side, tick);
  const stopPrice = slowTick(entryPrice - side * 1 * target, -side, tick);
  const reachesStop = (price: number): boolean => (side === 1 ? price <= stopPrice : price >= stopPrice);
  const reachesTake = (price: number): boolean => (side === 1 ? price >= takePrice : price <= takePrice);
  for (let age = 1; age <= HOLDING; age++) {
    const bar = bars[entry + age];
    if (bar === undefined) return { bar: -1, price: Number.NaN, kind: 'unresolved' };
    const worst = gain(bar.low) < gain(bar.high) ? bar.low : bar.high;
    const best = worst === bar.low ? bar.high : bar.low;
    const end = (price: number, kind: string) => ({ bar: entry + age, price, kind });
    if (fill === 'close') {
      if (reachesStop(bar.close)) return end(bar.close, 'stop_loss');
      if (reachesTake(bar.close)) return end(bar.close, 'take_profit');
    } else {
      if (reachesStop(bar.open)) return end(fill === 'worst' ? worst : bar.open, 'stop_loss');
      if (reachesTake(bar.open)) return end(bar.open, 'take_profit');
      if (reachesStop(worst)) return end(fill === 'worst' ? worst : stopPrice, 'stop_loss');
      if (reachesTake(best)) return end(takePrice, 'take_profit');
    }
    if (age === HOLDING) return end(bar.close, 'vertical');
  }
  throw new Error('unreachable');
}

/** Counts whole ticks from 0, up to the price or down to it; ticks are powers of two here, so that nothing is rounded. */
function slowTick(price: number, direction: number, tick: number | null): number {
  if (tick === null || Number.isInteger(price / tick)) return price;
  const below = price - (((price % tick) + tick) % tick);
  return direction > 0 ? below + tick : below;
}

interface Comparison {
  readonly fill: FillRule;
  readonly tick: number | null;
  readonly seed: number;
}

/** @returns the number of kinds of exits that occurred. */
function compareWithSlow(bars: BarSeries, target: Float64Array, { fill, tick, seed }: Comparison): number {
  const rng = new Rng(seed);
  const objects = Array.from({ length: bars.length }, (_, i) => bars.bar(i));
  const index = Int32Array.from({ length: bars.length - 20 }, (_, k) => k + 20);
  const events: Events = { index, side: Int8Array.from(index, () => (rng.nextInt(2) === 0 ? -1 : 1)) };
  const barriers = tripleBarrier(bars, events, target, { ...OPTIONS, tickSize: tick }, fill);
  const kinds = new Set<string>();
  for (let k = 0; k < index.length; k++) {
    const entry = index[k];
    const slow = slowExit(objects, { entry, side: events.side[k], target: target[entry] }, fill, tick);
    const kind = BARRIER_KINDS[barriers.kind[k]];
    kinds.add(kind);
    const got = { bar: barriers.exit[k], price: barriers.exitPrice[k], kind };
    if (slow.bar !== got.bar || !Object.is(slow.price, got.price) || slow.kind !== kind) {
      expect(got, `seed ${seed}, fill ${fill}, tick ${tick}, event at bar ${entry}`).toEqual(slow);
    }
  }
  return kinds.size;
}

describe('triple barrier, by hand: entry at 100, target 1, so take-profit 102 and stop 99 for a buy', () => {
  const entry: Row = [100, 100.5, 99.5, 100];
  test.each<[string, readonly Row[], ReturnType<typeof resolveBarrier>]>([
    ['touches take-profit', [entry, [100, 102, 99.5, 101]], { bar: 1, price: 102, kind: 'take_profit' }],
    ['touches the stop exactly', [entry, [100, 101, 99, 100]], { bar: 1, price: 99, kind: 'stop_loss' }],
    ['touches both: a stop', [entry, [100, 103, 98, 100]], { bar: 1, price: 99, kind: 'stop_loss' }],
    ['opens below the stop: that open', [entry, [98, 103, 97, 100]], { bar: 1, price: 98, kind: 'stop_loss' }],
    ['opens above take-profit: that open', [entry, [103, 104, 98, 100]], { bar: 1, price: 103, kind: 'take_profit' }],
    ['not yet resolved', [entry, [100, 101, 99.5, 100]], { bar: -1, price: Number.NaN, kind: 'unresolved' }],
  ])('%s', (_, rows, exit) => {
    expect(resolveBarrier(series(...rows), 0, 1, 1, OPTIONS)).toEqual(exit);
  });

  test('the vertical barrier exits at the close of its bar, and not a bar early', () => {
    const quiet = [100, 101, 99.5, 100.25] as const;
    const rows = [entry, ...Array.from({ length: 10 }, () => quiet)];
    expect(resolveBarrier(series(...rows), 0, 1, 1, OPTIONS)).toEqual({ bar: 10, price: 100.25, kind: 'vertical' });
    expect(resolveBarrier(series(...rows.slice(0, 10)), 0, 1, 1, OPTIONS).bar).toBe(-1);
  });

  test('a sell mirrors a buy', () => {
    expect(resolveBarrier(series(entry, [100, 100.5, 98, 99]), 0, -1, 1, OPTIONS)).toEqual({
      bar: 1,
      price: 98,
      kind: 'take_profit',
    });
  });

  test('an open exactly at take-profit exits there, though the bar falls to the stop later', () => {
    const up = series(entry, [102, 103, 98, 100]);
    expect(resolveBarrier(up, 0, 1, 1, OPTIONS)).toEqual({ bar: 1, price: 102, kind: 'take_profit' });
    const down = series(entry, [98, 102, 97, 100]);
    expect(resolveBarrier(down, 0, -1, 1, OPTIONS)).toEqual({ bar: 1, price: 98, kind: 'take_profit' });
  });

  test.each<[number, number, ReturnType<typeof resolveBarrier>]>([
    [1, 3, { bar: 1, price: 97, kind: 'stop_loss' }],
    [-1, 3, { bar: 1, price: 103, kind: 'stop_loss' }],
    [1, 0.5, { bar: 1, price: 99.5, kind: 'stop_loss' }],
    [-1, 0.5, { bar: 1, price: 100.5, kind: 'stop_loss' }],
  ])('side %i: the stop is %d targets away', (side, slMultiplier, exit) => {
    const wide = series(entry, [100, 103, 97, 100]);
    expect(resolveBarrier(wide, 0, side, 1, { ptMultiplier: 4, slMultiplier, maxHoldingBars: 5 })).toEqual(exit);
  });

  test('without a range there is no barrier and no label', () => {
    expect(resolveBarrier(series(entry, [100, 110, 90, 100]), 0, 1, 0, OPTIONS).kind).toBe('unresolved');
    expect(resolveBarrier(series(entry, [100, 110, 90, 100]), 0, 1, Number.NaN, OPTIONS).kind).toBe('unresolved');
  });
});

describe.each(FILL_RULES)('under the fill %s, labels agree with the slow second implementation', (fill) => {
  test('on random walks with gaps, ties and exact touches, with ticks and without', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const bars = randomWalk(1000, seed, { gaps: 0.1, tick: seed % 2 === 0 ? 0.25 : 0.001 });
      const target = new Float64Array(bars.length).fill(seed % 3 === 0 ? 0.5 : 0.8);
      const tick = seed % 4 < 2 ? null : 0.25;
      expect(compareWithSlow(bars, target, { fill, tick, seed }), `seed ${seed}: every kind of exit occurs`).toBe(4);
    }
  });

  test('on real bars', { tags: ['real-data'] }, () => {
    const files = { 'us_equity_BKNG_1m_2024.csv.gz': null, 'cme_ESZ3_1m_2013-10.csv.gz': 0.25 };
    for (const [name, tick] of Object.entries(files)) {
      const bars = readTestBars(name, 20_000);
      const target = bars.close.map((price) => price * 0.001);
      expect(compareWithSlow(bars, target, { fill, tick, seed: 7 }), name).toBe(4);
    }
  });
});

describe('on a tick grid of 0.5, barriers are rounded away from the entry at 100', () => {
  const entry: Row = [100, 100.5, 99.5, 100];
  const TICKS = { ...OPTIONS, tickSize: 0.5 };
  test.each<[side: number, target: number, takeProfit: number, stop: number]>([
    [1, 0.7, 101.5, 99],
    [-1, 0.7, 98.5, 101],
    [1, 0.5, 101, 99.5],
    [-1, 0.5, 99, 100.5],
    [1, 0.01, 100.5, 99.5],
    [-1, 0.01, 99.5, 100.5],
  ])('side %i, target %d: take-profit %d, stop %d', (side, target, takeProfit, stop) => {
    const wide = (price: number): BarSeries => series(entry, [100, Math.max(100, price), Math.min(100, price), 100]);
    const exitAt = (price: number): unknown => resolveBarrier(wide(price), 0, side, target, TICKS);
    expect(exitAt(takeProfit)).toEqual({ bar: 1, price: takeProfit, kind: 'take_profit' });
    expect(exitAt(stop)).toEqual({ bar: 1, price: stop, kind: 'stop_loss' });
    expect(exitAt(takeProfit - side * 0.25), 'nearer is not touched').toMatchObject({ kind: 'unresolved' });
    expect(exitAt(stop + side * 0.25), 'nearer is not touched').toMatchObject({ kind: 'unresolved' });
  });
});

test('a resolved label never changes when the bars after its exit do', () => {
  const bars = randomWalk(600, 5);
  const other = randomWalk(600, 6);
  const target = new Float64Array(600).fill(0.5);
  for (const cut of [150, 300, 450]) {
    const spliced = BarSeries.fromBars(Array.from({ length: 600 }, (_, i) => (i <= cut ? bars : other).bar(i)));
    for (let i = 100; i < cut; i++) {
      const exit = resolveBarrier(bars, i, 1, target[i], OPTIONS);
      if (exit.bar < 0 || exit.bar > cut) continue;
      expect(resolveBarrier(spliced, i, 1, target[i], OPTIONS), `event ${i}, cut ${cut}`).toEqual(exit);
      expect(resolveBarrier(bars.slice(0, cut + 1), i, 1, target[i], OPTIONS)).toEqual(exit);
    }
  }
});

test('a label is 1 only when the return, less the cost it is made net of, is strictly above the least that counts', () => {
  const bars = series([100, 100, 100, 100], [100, 102, 99.5, 101]);
  const events: Events = { index: Int32Array.of(0), side: Int8Array.of(1) };
  const barriers = tripleBarrier(bars, events, Float64Array.of(1, 1), OPTIONS);
  const gross = metaLabels(bars, events, barriers, { minReturn: 0 }).ret[0];
  expect(gross).toBeCloseTo(0.02, 15);
  expect(metaLabels(bars, events, barriers, { minReturn: gross }).label[0], 'equal is not above').toBe(0);
  expect(metaLabels(bars, events, barriers, { minReturn: gross - 1e-12 }).label[0]).toBe(1);
  const net = (minReturn: number): object => metaLabels(bars, events, barriers, { minReturn, netCostBps: 50 });
  expect(net(0), 'the return stays gross').toMatchObject({ ret: Float64Array.of(gross), label: Uint8Array.of(1) });
  expect(net(gross - 0.005)).toMatchObject({ label: Uint8Array.of(0) });
  expect(net(gross - 0.005 - 1e-12)).toMatchObject({ label: Uint8Array.of(1) });
});

test.each([
  [{ ...OPTIONS, ptMultiplier: 0 }, 'ptMultiplier must be a finite number > 0, was 0'],
  [{ ...OPTIONS, slMultiplier: Number.NaN }, 'slMultiplier must be a finite number > 0, was NaN'],
  [{ ...OPTIONS, ptMultiplier: Infinity }, 'ptMultiplier must be a finite number > 0, was Infinity'],
  [{ ...OPTIONS, tickSize: 0 }, 'tickSize must be a finite number > 0, was 0'],
  [{ ...OPTIONS, maxHoldingBars: 0 }, 'maxHoldingBars must be an integer >= 1, was 0'],
])('barriers that cannot be set are refused: %#', (options, message) => {
  const events: Events = { index: Int32Array.of(0), side: Int8Array.of(1) };
  expect(() => tripleBarrier(series([1, 1, 1, 1]), events, Float64Array.of(1), options)).toThrow(message);
});

test('a target that does not cover the bars is refused', () => {
  const events: Events = { index: Int32Array.of(0), side: Int8Array.of(1) };
  expect(() => tripleBarrier(series([1, 1, 1, 1]), events, Float64Array.of(1, 1), OPTIONS)).toThrow(
    'target must be as long as bars (1), was 2',
  );
});

describe('fills at closes, by hand: entry at 100, target 1, so take-profit 102 and stop 99 for a buy, 98 and 101 for a sell', () => {
  const closes = (...prices: readonly number[]): BarSeries =>
    series(...prices.map((price): Row => [price, price + 5, price - 5, price]));
  const exitOf = (side: number, ...prices: readonly number[]): unknown => {
    const { bar, price, kind } = resolveBarrier(
      closes(...prices),
      1,
      side,
      1,
      { ...OPTIONS, maxHoldingBars: 3 },
      'close',
    );
    return [bar, price, kind];
  };

  test.each<[number, readonly number[], readonly [number, number, string]]>([
    [1, [90, 100, 101.9, 102], [3, 102, 'take_profit']],
    [1, [110, 100, 99.1, 98], [3, 98, 'stop_loss']],
    [-1, [90, 100, 98.1, 97], [3, 97, 'take_profit']],
    [-1, [110, 100, 100.9, 101], [3, 101, 'stop_loss']],
    [1, [90, 100, 101, 101, 101.5, 110], [4, 101.5, 'vertical']],
    [-1, [110, 100, 99, 99, 98.5, 90], [4, 98.5, 'vertical']],
    [1, [110, 100, 101, 101], [-1, Number.NaN, 'unresolved']],
    [-1, [90, 100, 99, 99], [-1, Number.NaN, 'unresolved']],
  ])('side %i, closes %j', (side, prices, exit) => {
    expect(exitOf(side, ...prices), 'bars before the entry and after the vertical barrier decide nothing').toEqual(
      exit,
    );
  });

  test('without a range there is none', () => {
    expect(resolveBarrier(closes(100, 100), 0, 1, 0, OPTIONS, 'close').kind).toBe('unresolved');
  });
});
