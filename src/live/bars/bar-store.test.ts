import { describe, expect, test } from 'vitest';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { Rng } from '../../core/index.ts';
import { type Bar, BarSeries } from '../../domain/index.ts';
import { BarStore } from './bar-store.ts';

const walk = randomWalk(400, 3);

function storeOf(options: { maxInstruments?: number; heldBars?: number } = {}): { store: BarStore; evicted: string[] } {
  const evicted: string[] = [];
  const { maxInstruments = 10, heldBars = 300 } = options;
  const store = new BarStore({ maxInstruments, heldBars, nextBarId: 7 });
  store.evicted.subscribe((id) => void evicted.push(id));
  return { store, evicted };
}

function rows(bars: BarSeries | null): Bar[] {
  return bars === null ? [] : Array.from({ length: bars.length }, (_, i) => bars.bar(i));
}

describe('one defined result for every bar', () => {
  test('new bars are added under consecutive ids', () => {
    const { store: held } = storeOf();
    const merged = held.merge('A', walk.slice(0, 3), false);
    expect(merged.counts).toEqual({ added: 3, repeated: 0, revised: 0, late: 0, too_old: 0 });
    expect([...merged.ids]).toEqual([7, 8, 9]);
    expect(merged.unknown?.firstId).toBe(7);
    expect(rows(held.series('A'))).toEqual(rows(walk.slice(0, 3)));
  });

  test('the same bar again changes nothing and keeps its id', () => {
    const { store: held } = storeOf();
    held.merge('A', walk.slice(0, 5), false);
    const again = held.merge('A', walk.slice(2, 7), false);
    expect(again.counts).toEqual({ added: 2, repeated: 3, revised: 0, late: 0, too_old: 0 });
    expect([...again.ids], 'the three known bars are still bars 9 to 11').toEqual([9, 10, 11, 12, 13]);
    expect(rows(again.unknown?.bars ?? null)).toEqual(rows(walk.slice(5, 7)));
  });

  test('other numbers at the same time are a revision, which stands from now on', () => {
    const { store: held } = storeOf();
    held.merge('A', walk.slice(0, 3), false);
    const revised = { ...walk.bar(1), volume: walk.bar(1).volume + 1 };
    const merged = held.merge('A', BarSeries.fromBars([revised]), false);
    expect(merged.counts.revised).toBe(1);
    expect([...merged.ids], 'a revision is a bar of its own').toEqual([10]);
    expect(rows(held.series('A'))).toEqual([walk.bar(0), revised, walk.bar(2)]);
  });

  test('a taker volume that was not there before is a revision too, for it changes toxicity', () => {
    const { store: held } = storeOf();
    held.merge('A', walk.slice(0, 1), false);
    const more = { ...walk.bar(0), takerBuyVolume: 1 };
    expect(held.merge('A', BarSeries.fromBars([more]), false).counts.revised).toBe(1);
    expect(held.merge('A', BarSeries.fromBars([more]), false).counts.repeated).toBe(1);
  });

  test('an older bar that is not held is late and put in its place', () => {
    const { store: held } = storeOf();
    held.merge('A', walk.slice(0, 2), false);
    held.merge('A', walk.slice(4, 6), false);
    expect(held.merge('A', walk.slice(2, 4), false).counts.late).toBe(2);
    expect(rows(held.series('A'))).toEqual(rows(walk.slice(0, 6)));
  });

  test('before all of a full series, a bar is too old to be held; only in the window of a signal it gets an id', () => {
    const { store: held } = storeOf({ heldBars: 100 });
    held.merge('A', walk.slice(10, 110), false);
    const alone = held.merge('A', walk.slice(9, 10), false);
    expect([alone.counts.too_old, alone.unknown, alone.ids[0]]).toEqual([1, null, -1]);
    const inWindow = held.merge('A', walk.slice(9, 10), true);
    expect([inWindow.counts.too_old, inWindow.unknown?.firstId, inWindow.ids[0]]).toEqual([1, 107, 107]);
    expect(rows(held.series('A'))).toEqual(rows(walk.slice(10, 110)));
  });
});

test('in whatever order and pieces bars come, what is held is the newest of the sorted series', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const rng = new Rng(seed);
    const { store: held } = storeOf({ heldBars: 120 });
    const known = new Map<bigint, Bar>();
    for (let step = 0; step < 60; step++) {
      const start = rng.nextInt(380);
      const piece = walk.slice(start, start + 1 + rng.nextInt(20));
      const bars = rng.nextFloat() < 0.3 ? revise(piece) : piece;
      const before = held.series('A');
      const [floor, isFull] = [before?.tsEvent[0] ?? 0n, before?.length === 120];
      held.merge('A', bars, false);
      for (const bar of rows(bars)) if (!isFull || bar.tsEvent >= floor) known.set(bar.tsEvent, bar);
      const newest = [...known.values()].sort((a, b) => (a.tsEvent < b.tsEvent ? -1 : 1)).slice(-120);
      expect(rows(held.series('A')), `seed ${seed}, step ${step}`).toEqual(newest);
      known.clear();
      for (const bar of newest) known.set(bar.tsEvent, bar);
    }
  }
});

function revise(bars: BarSeries): BarSeries {
  return BarSeries.fromBars(rows(bars).map((bar) => ({ ...bar, volume: bar.volume + 1 })));
}

describe('the window of a signal', () => {
  test('ends with the last bar that had closed by its timestamp', () => {
    const { store: held } = storeOf();
    held.merge('A', walk.slice(0, 200), false);
    const window = held.window('A', walk.tsEvent[150] + 59n, 100);
    expect(rows(window.bars)).toEqual(rows(walk.slice(51, 151)));
    expect(window.ids[99]).toBe(157);
  });

  test('does not change when its bars are revised later', () => {
    const { store: held } = storeOf();
    held.merge('A', walk.slice(0, 120), false);
    const window = held.window('A', walk.tsEvent[119], 100);
    held.merge('A', revise(walk.slice(0, 120)), false);
    expect(rows(window.bars)).toEqual(rows(walk.slice(20, 120)));
  });

  test('is the same copy for every signal until a bar changes', () => {
    const { store: held } = storeOf();
    const at = walk.tsEvent[119];
    held.merge('A', walk.slice(0, 120), false);
    const first = held.window('A', at, 100);
    expect(held.window('A', at, 100)).toBe(first);
    expect(held.window('A', walk.tsEvent[118], 100)).not.toBe(first);
    held.merge('A', revise(walk.slice(119, 120)), false);
    const revised = held.window('A', at, 100);
    expect(revised.bars.volume[99]).toBe(walk.volume[119] + 1);
  });

  test('carries taker volumes only when all of its bars do', () => {
    const { store: held } = storeOf();
    const taker = rows(walk.slice(0, 120)).map((bar, i) =>
      i === 0 ? bar : { ...bar, takerBuyVolume: bar.volume / 2 },
    );
    held.merge('A', BarSeries.fromBars(taker.slice(0, 1)), false);
    held.merge('A', BarSeries.fromBars(taker.slice(1)), false);
    const inside = held.window('A', walk.tsEvent[119], 100);
    const across = held.window('A', walk.tsEvent[99], 100);
    expect(inside.bars.takerBuyVolume?.length).toBe(100);
    expect(across.bars.takerBuyVolume).toBeNull();
  });

  test('too few bars: as many as there are', () => {
    const { store: held } = storeOf();
    held.merge('A', walk.slice(0, 120), false);
    expect(rows(held.window('A', walk.tsEvent[98], 100).bars)).toEqual(rows(walk.slice(0, 99)));
    expect(held.window('A', walk.tsEvent[0] - 1n, 100).ids).toHaveLength(0);
    expect(held.window('B', walk.tsEvent[98], 100)).toMatchObject({ ids: { length: 0 }, bars: { length: 0 } });
  });
});

test('instruments: the least recently used goes first, and using one by a window counts', () => {
  const { store: held, evicted } = storeOf({ maxInstruments: 2 });
  held.merge('A', walk.slice(0, 100), false);
  held.merge('B', walk.slice(0, 100), false);
  held.window('A', walk.tsEvent[99], 100);
  held.merge('C', walk.slice(0, 1), false);
  expect(evicted).toEqual(['B']);
  expect(held.series('B')).toBeNull();
  expect(held.nInstruments).toBe(2);
});
