import { expect, test } from 'vitest';
import { Rng } from '../core/index.ts';
import { prequentialBaseRate } from './index.ts';

test('counts the labels that ended before the event, and no others', () => {
  const t0 = Int32Array.of(0, 1, 5, 5, 20);
  const t1 = Int32Array.of(4, 9, 8, 19, 30);
  const rate = prequentialBaseRate(t0, t1, Uint8Array.of(1, 1, 0, 1, 1));
  expect([...rate]).toEqual([1 / 2, 1 / 2, 2 / 3, 2 / 3, 4 / 6]);
  const changed = prequentialBaseRate(t0, t1, Uint8Array.of(1, 0, 1, 0, 0));
  expect([...changed].slice(0, 4), 'labels that had not ended change nothing').toEqual([...rate].slice(0, 4));
});

test('a label that ends on the bar of entry is not yet known', () => {
  expect([...prequentialBaseRate(Int32Array.of(0, 4, 5), Int32Array.of(4, 8, 9), Uint8Array.of(1, 1, 1))]).toEqual([
    1 / 2,
    1 / 2,
    2 / 3,
  ]);
});

test('equals a count over all events, and is never 0 or 1', () => {
  const rng = new Rng(8);
  const n = 300;
  const t0 = Int32Array.from({ length: n }, () => rng.nextInt(500)).sort();
  const t1 = t0.map((bar) => bar + rng.nextInt(60));
  const label = Uint8Array.from({ length: n }, () => (rng.nextFloat() < 0.97 ? 1 : 0));
  const rate = prequentialBaseRate(t0, t1, label);
  for (let k = 0; k < n; k++) {
    const ended = [...label].filter((_, i) => t1[i] < t0[k]);
    expect(rate[k], `event ${k}`).toBe((ended.reduce((a, b) => a + b, 0) + 1) / (ended.length + 2));
    expect(rate[k]).toBeLessThan(1);
  }
  expect(() => prequentialBaseRate(t0, t1.subarray(1), label)).toThrow('t1 must be as long as t0 (300), was 299');
  expect(() => prequentialBaseRate(t0, t1, label.subarray(1))).toThrow('label must be as long as t0 (300), was 299');
});

test('known labels count as if they had ended before the first event', () => {
  const t0 = Int32Array.of(0, 5, 20);
  const t1 = Int32Array.of(4, 8, 30);
  const rate = prequentialBaseRate(t0, t1, Uint8Array.of(1, 0, 1), { baseRate: 0.25, n: 8 });
  expect([...rate]).toEqual([2 / 8, 3 / 9, 3 / 10]);
});
