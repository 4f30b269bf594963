import { expect, test } from 'vitest';
import { Rng } from '../../core/index.ts';
import { ExponentialBuckets } from './exponential-buckets.ts';

test('seven values with two buckets a size, by hand', () => {
  const window = new ExponentialBuckets(2);
  for (const value of [1, 3, 5, 7, 9, 11, 13]) window.add(value);
  expect(window.oldestFirst()).toEqual([
    { size: 4, total: 16, squares: 20 },
    { size: 2, total: 20, squares: 2 },
    { size: 1, total: 13, squares: 0 },
  ]);
});

test('a million values take logarithmic room, and their sums are right', () => {
  const window = new ExponentialBuckets(5);
  const rng = new Rng(1);
  let total = 0;
  let totalSquares = 0;
  const n = 1_000_000;
  for (let i = 0; i < n; i++) {
    const value = rng.nextGaussian() + 3;
    total += value;
    totalSquares += value * value;
    window.add(value);
  }
  expect(window.oldestFirst().length).toBeLessThanOrEqual(5 * Math.ceil(Math.log2(n)));
  const sum = window.sum();
  expect(sum.size).toBe(n);
  expect(window.size).toBe(n);
  expect(sum.total / total).toBeCloseTo(1, 10);
  expect(sum.squares / (totalSquares - (total * total) / n)).toBeCloseTo(1, 8);
});
