import { expect, test } from 'vitest';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { BarSeries } from '../../domain/index.ts';
import type { PastTrade } from '../../ports/index.ts';
import { featuresAt, firstOf, isCompleteAt, pastColumns } from './past-columns.ts';

const walk = randomWalk(6, 3);
const bars = BarSeries.fromColumns({
  ...walk,
  columns: new Map([['f', Float64Array.of(Number.NaN, 1, Number.NaN, 3, Number.NaN, 5)]]),
});
const trade = (bar: number, columnValues: PastTrade['columnValues'], strength = 1): PastTrade => ({
  entryTs: walk.tsEvent[bar],
  signal: 1,
  strength,
  columnValues,
  told: null,
});

test('what was read at each signal: its record, else what its bars had by then; nothing where there is no signal', () => {
  const signals = [
    trade(0, null),
    trade(2, null, 0.5), // of before the column was read
    trade(3, { f: 7 }),
    trade(4, { f: null }),
    trade(5, { other: 2 }),
  ];
  const columns = pastColumns(['f', 'signal_strength', 'g'], { bars, signals });
  const nan = Number.NaN;
  expect(Object.fromEntries(columns)).toEqual({
    f: Float64Array.of(nan, nan, 1, 7, nan, 5),
    signal_strength: Float64Array.of(1, nan, 0.5, 1, 1, 1),
    g: Float64Array.of(nan, nan, nan, nan, nan, nan),
  });
  expect(featuresAt(columns, 2)).toEqual({ f: 1, signal_strength: 0.5, g: nan });
  expect([...(firstOf(columns, 3).get('f') ?? [])]).toEqual([nan, nan, 1]);
});

test('no columns are wanted', () => {
  expect(pastColumns([], { bars, signals: [trade(1, { f: 1 })] }).size).toBe(0);
  expect(featuresAt(new Map(), 0)).toBeNull();
});

test('a row is complete where every value is one that a float32 holds', () => {
  const columns = new Map([
    ['f', Float64Array.of(1, 1, Number.NaN, 1)],
    ['g', Float64Array.of(2, 1e300, 2, Number.POSITIVE_INFINITY)],
  ]);
  expect([0, 1, 2, 3].map((bar) => isCompleteAt(columns, bar))).toEqual([true, false, false, false]);
});
