import { expect, test } from 'vitest';
import { cosineTest, stretchTest } from '../../validation/index.ts';
import { chanceByCosines, chanceByStretches, leastForCosines, leastForStretches } from './chance-of-gain.ts';

const gain = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => 0.1 + (i % 3) + Math.sin(i / 7));

test('20 stretches where each is twice as long as labels overlap, fewer where not, none below ten', () => {
  const p = (n: number, lag: number): number => chanceByStretches(gain(n), lag);
  expect(p(800, 19)).toBe(stretchTest(gain(800), 20).pValue);
  expect(p(800, 3), 'never more than 20').toBe(stretchTest(gain(800), 20).pValue);
  expect(p(799, 19), '20 stretches would be 39 long').toBe(stretchTest(gain(799), 19).pValue);
  expect(p(399, 19), 'never fewer than ten').toBe(stretchTest(gain(399), 10).pValue);
  expect(p(200, 19)).toBe(stretchTest(gain(200), 10).pValue);
  expect(p(199, 19)).toBe(1);
  expect([0, 1, 2, 9].map(leastForStretches)).toEqual([20, 20, 30, 100]);
});

test('12 cosines where half a wave is longer than labels overlap', () => {
  expect(chanceByCosines(gain(240), 19)).toBe(cosineTest(gain(240), 12).pValue);
  expect(chanceByCosines(gain(239), 19)).toBe(1);
  expect([0, 1, 2, 9].map(leastForCosines)).toEqual([24, 24, 36, 120]);
});

test.each([chanceByStretches, chanceByCosines])(
  '$name: a loss proves nothing, a gain that never varies leaves no doubt',
  (chance) => {
    const loss = gain(500).map((each) => -each);
    expect(chance(loss, 4)).toBe(1);
    expect(chance(new Float64Array(500), 4)).toBe(1);
    expect(chance(new Float64Array(500).fill(0.1), 4)).toBe(0);
  },
);
