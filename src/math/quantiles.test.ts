import { expect, test } from 'vitest';
import { quantilesOfSorted } from './index.ts';

test('quantiles interpolate between order statistics', () => {
  expect([...quantilesOfSorted(Float64Array.of(1, 2, 4, 8), 4)]).toEqual([1, 1.75, 3, 5, 8]); // np.quantile of NumPy 2
  expect([...quantilesOfSorted(Float64Array.of(3), 2)]).toEqual([3, 3, 3]);
});
