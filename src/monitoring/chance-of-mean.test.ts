import { expect, test } from 'vitest';
import { chanceOfMean, leastEvents } from './paired-test.ts';

test('too few events for ten stretches tell nothing; a gain that never varies leaves no doubt', () => {
  const gain = Float64Array.from({ length: 100 }, (_, i) => 1 + (i % 3));
  expect(chanceOfMean(gain, 10)).toBe(1);
  expect(chanceOfMean(gain.subarray(0, 19), 0)).toBe(1);
  expect(chanceOfMean(gain, 9)).toBeLessThan(0.001);
  expect(chanceOfMean(new Float64Array(100).fill(0.1), 1)).toBe(0);
  expect(chanceOfMean(new Float64Array(100), 1)).toBe(1);
});

test('ten stretches need two events each, and more than labels overlap', () => {
  expect([0, 1, 2, 9].map(leastEvents)).toEqual([20, 20, 30, 100]);
});
