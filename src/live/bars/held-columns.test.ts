import { describe, expect, test } from 'vitest';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { Rng } from '../../core/index.ts';
import { type Bar, BarSeries } from '../../domain/index.ts';
import { BarStore } from './bar-store.ts';

const walk = randomWalk(400, 3);

const storeOf = (heldBars = 300): BarStore => new BarStore({ maxInstruments: 10, heldBars, nextBarId: 0 });
/** Bar `i` of the walk with columns. */
const barWith = (i: number, features: Record<string, number>): Bar => ({ ...walk.bar(i), features });
const one = (bar: Bar): BarSeries => BarSeries.fromBars([bar]);
const heldOf = (store: BarStore, name: string): number[] => [...(store.series('A')?.columns.get(name) ?? [])];

describe('columns of bars are held with them', () => {
  test('each from the first bar that has it, without a value where a bar has none', () => {
    const store = storeOf();
    store.merge('A', walk.slice(0, 2), false);
    expect(store.series('A')?.columns.size).toBe(0);
    store.merge('A', BarSeries.fromBars([barWith(2, { f: 2 }), walk.bar(3), barWith(4, { g: 4 })]), false);
    expect(heldOf(store, 'f')).toEqual([NaN, NaN, 2, NaN, NaN]);
    expect(heldOf(store, 'g')).toEqual([NaN, NaN, NaN, NaN, 4]);
    expect(store.window('A', walk.tsEvent[2], 2).bars.columns.get('f')).toEqual(Float64Array.of(NaN, 2));
  });

  test('a bar again is repeated with the same values or without them, and revised with others', () => {
    const store = storeOf();
    store.merge('A', one(barWith(0, { f: 1 })), false);
    expect(store.merge('A', one(barWith(0, { f: 1 })), false).counts.repeated).toBe(1);
    expect(store.merge('A', walk.slice(0, 1), false).counts.repeated, 'it does not say that there is none').toBe(1);
    expect(store.merge('A', one(barWith(0, { f: Number.NaN })), false).counts.repeated).toBe(1);
    const revised = store.merge('A', one(barWith(0, { g: 5 })), false);
    expect([revised.counts.revised, [...revised.ids]]).toEqual([1, [1]]);
    expect(revised.unknown?.bars.bar(0).features, 'what is written has both').toEqual({ f: 1, g: 5 });
    expect([heldOf(store, 'f'), heldOf(store, 'g')]).toEqual([[1], [5]]);
  });

  test('a revision of the prices alone keeps them, in what is written too', () => {
    const store = storeOf();
    store.merge('A', one(barWith(0, { f: 1 })), false);
    const merged = store.merge('A', one({ ...walk.bar(0), volume: 1 }), false);
    expect(merged.unknown?.bars.bar(0)).toEqual({ ...walk.bar(0), volume: 1, features: { f: 1 } });
  });

  test('more than 256 names of one series are refused, and nothing is taken in', () => {
    const store = storeOf();
    const names = (from: number, n: number) =>
      Object.fromEntries(Array.from({ length: n }, (_, i) => [`a${from + i}`, i]));
    store.merge('A', one(barWith(0, names(0, 200))), false);
    expect(() => store.merge('A', one(barWith(1, names(150, 107))), false)).toThrow(
      'bars.features must be at most 256 names a series, was 257',
    );
    expect(store.series('A')?.length).toBe(1);
    expect(store.merge('A', one(barWith(1, names(150, 106))), false).counts.added).toBe(1);
  });

  test('random bars in any order: what is held is what a map by time would hold, and so is what was written', () => {
    const rng = new Rng(5);
    const limit = 40;
    const store = storeOf(limit);
    const naive = new Map<bigint, Bar>();
    const written = new Map<bigint, Bar>();
    for (let step = 0; step < 600; step++) {
      const i = Math.min(399, Math.max(0, Math.floor(step / 2 + 60 * (rng.nextFloat() - 0.7))));
      const named = ['f', 'g', 'h'].filter(() => rng.nextFloat() < 0.4);
      const features = Object.fromEntries(named.map((name) => [name, Math.floor(rng.nextFloat() * 3)]));
      const offered = named.length === 0 ? walk.bar(i) : barWith(i, features);
      const oldest = [...naive.keys()].sort((a, b) => Number(a - b))[0];
      const isTooOld = naive.size === limit && walk.tsEvent[i] < oldest;
      const merged = store.merge('A', one(offered), false);
      if (merged.unknown !== null) {
        const bar = merged.unknown.bars.bar(0);
        written.set(bar.tsEvent, bar);
      }
      if (isTooOld) continue;
      const before = naive.get(walk.tsEvent[i])?.features ?? {};
      naive.set(walk.tsEvent[i], { ...walk.bar(i), features: { ...before, ...features } });
      if (naive.size > limit) naive.delete([...naive.keys()].sort((a, b) => Number(a - b))[0]);
    }
    const plain = (bar: Bar): unknown => ({ ts: bar.tsEvent, ...bar.features });
    const expected = [...naive.values()].sort((a, b) => Number(a.tsEvent - b.tsEvent)).map(plain);
    const held = store.series('A') as BarSeries;
    expect(Array.from({ length: held.length }, (_, i) => plain(held.bar(i)))).toEqual(expected);
    expect([...naive.keys()].sort().map((ts) => plain(written.get(ts) as Bar))).toEqual(expected);
  });
});
