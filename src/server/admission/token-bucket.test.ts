import { expect, test } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

test('a burst passes at once, later messages at the rate', () => {
  const bucket = new TokenBucket(10, 5, 0);
  const take = (n: number, seconds: number): boolean => bucket.take(n, seconds * 1e9);
  expect([take(5, 0), take(1, 0)], 'the burst is spent').toEqual([true, false]);
  expect([take(1, 0.1), take(1, 0.1)], 'one came back in a tenth of a second').toEqual([true, false]);
  expect([take(5, 100), take(1, 100)], 'never more than the burst').toEqual([true, false]);
});

test('what is refused costs nothing', () => {
  const bucket = new TokenBucket(1, 4, 0);
  expect([bucket.take(9, 0), bucket.take(4, 0)]).toEqual([false, true]);
});
