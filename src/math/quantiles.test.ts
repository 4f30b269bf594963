import { expect, test } from 'vitest';
import { Rng } from '../core/index.ts';
import { innerQuantiles, quantilesOfSorted } from './index.ts';

test('quantiles interpolate between order statistics', () => {
  expect([...quantilesOfSorted(Float64Array.of(1, 2, 4, 8), 4)]).toEqual([1, 1.75, 3, 5, 8]); // np.quantile of NumPy 2
  expect([...quantilesOfSorted(Float64Array.of(3), 2)]).toEqual([3, 3, 3]);
});

test('without a sort they are the same numbers', () => {
  const rng = new Rng(7);
  for (const n of [1, 2, 3, 9, 10, 11, 64, 999, 4000]) {
    for (const nDistinct of [1, 3, 1e9]) {
      const values = Float64Array.from({ length: n }, () => rng.nextInt(nDistinct) - nDistinct / 2);
      for (const nIntervals of [1, 2, 10, 100]) {
        const sorted = quantilesOfSorted(values.toSorted(), nIntervals);
        expect([...innerQuantiles(values.slice(), nIntervals)], `${n}, ${nIntervals}`).toEqual(
          [...sorted].slice(1, -1),
        );
      }
    }
  }
});
