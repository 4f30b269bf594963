import { expect, test } from 'vitest';
import { wilsonInterval } from './index.ts';

// statsmodels 0.14: proportion_confint(count, nobs, alpha=0.05, method='wilson').
test.each([
  { count: 0, n: 10, low: 0, high: 0.27753279986288926 },
  { count: 5, n: 10, low: 0.236593091, high: 0.763406909 },
  { count: 10, n: 10, low: 0.7224672001371106, high: 1 },
])('$count of $n', ({ count, n, low, high }) => {
  const interval = wilsonInterval(count / n, n);
  expect(interval.low).toBeCloseTo(low, 6);
  expect(interval.high).toBeCloseTo(high, 6);
});
