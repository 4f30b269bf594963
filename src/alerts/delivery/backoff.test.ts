import { expect, test } from 'vitest';
import { backoffMs, retryAfterMs } from './backoff.ts';

test('the wait doubles up to 15 minutes, and is between half of it and all', () => {
  expect([1, 2, 3, 10, 11, 5000].map((n) => backoffMs(n, 1))).toEqual([1000, 2000, 4000, 512_000, 900_000, 900_000]);
  expect([1, 2, 11].map((n) => backoffMs(n, 0))).toEqual([500, 1000, 450_000]);
});

test.each([
  ['120', 120_000],
  ['0.35', 350],
  ['Thu, 01 Jan 1970 00:01:00 GMT', 50_000],
  ['Thu, 01 Jan 1970 00:00:01 GMT', 0],
  ['99999999', 86_400_000],
  ['soon', 0],
  ['-5', 0],
  ['', 0],
  [null, 0],
])('Retry-After %j asks for %d ms', (header, ms) => {
  expect(retryAfterMs(header, 10_000)).toBe(ms);
});
