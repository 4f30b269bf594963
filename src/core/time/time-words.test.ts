import { expect, test } from 'vitest';
import { Rng } from '../rng.ts';
import { findTime, longestStep, nanosBetween, nanosSince } from './time-words.ts';

const EDGES = [
  0n,
  1n,
  -1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 53n + 1n,
  1_700_000_000_000_000_001n,
  -(2n ** 62n),
  2n ** 63n - 1n,
];

test('a difference is what the difference of the bigints rounds to', () => {
  for (const from of EDGES) {
    for (const to of EDGES) expect(nanosBetween(from, to), `${from} to ${to}`).toBe(Number(to - from));
  }
});

test('times since another are the differences one by one, of a view too', () => {
  const times = BigInt64Array.from([7n, ...EDGES]).subarray(1);
  for (const from of EDGES) {
    expect([...nanosSince(from, times)]).toEqual(EDGES.map((to) => nanosBetween(from, to)));
  }
});

test('the longest step, and the place of a time, are those by bigints', () => {
  const rng = new Rng(3);
  for (const stretch of [1, 2 ** 20, 2 ** 33]) {
    let ts = -5n * BigInt(stretch);
    const all = BigInt64Array.from({ length: 60 }, () => (ts += 1n + BigInt(Math.floor(rng.nextFloat() * stretch))));
    const times = all.subarray(3); // a view that does not begin with its memory
    const steps = [...times].slice(11, 40).map((time, k) => Number(time - times[10 + k]));
    expect(longestStep(times, 10, 40)).toBe(Math.max(...steps));
    for (const time of times) {
      for (const ts of [time - 1n, time, time + 1n]) {
        const expected = [...times].findIndex((other) => other >= ts);
        expect(findTime(times, ts)).toBe(expected < 0 ? times.length : expected);
      }
    }
    expect(findTime(times, times[30], 5, 20)).toBe(20);
    expect(findTime(times, times[1], 5, 20)).toBe(5);
  }
  expect(longestStep(new BigInt64Array(1), 0, 1)).toBe(0);
});
