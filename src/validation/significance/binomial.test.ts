import { expect, test } from 'vitest';
import { binomialQuantile } from './binomial.ts';

test('quantiles are those of SciPy 1.16: binom.ppf', () => {
  const expected = [
    [0.025, 10, 0.5, 2],
    [0.975, 10, 0.5, 8],
    [0.5, 1, 0.3, 0],
    [0.71, 1, 0.3, 1],
    [0.025, 5000, 0.4, 1932],
    [0.975, 5000, 0.4, 2068],
    [0.025, 200_000, 0.001, 173],
    [0.975, 30, 0.999, 30],
  ] as const;
  for (const [share, n, p, quantile] of expected) expect(binomialQuantile(share, n, p), `${n} × ${p}`).toBe(quantile);
});

test('nothing tried, nothing possible, everything certain', () => {
  expect(binomialQuantile(0.5, 0, 0.4)).toBe(0);
  expect(binomialQuantile(0.5, 8, 0)).toBe(0);
  expect(binomialQuantile(0.5, 8, 1)).toBe(8);
});
