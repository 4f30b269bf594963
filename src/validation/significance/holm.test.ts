import { expect, test } from 'vitest';
import { Rng } from '../../core/index.ts';
import { holmAdjusted } from './holm.ts';

test('by hand, equal to p.adjust(method = "holm") of R', () => {
  const adjusted = holmAdjusted([0.01, 0.04, 0.03, 0.005]);
  [0.03, 0.06, 0.06, 0.02].forEach((p, k) => {
    expect(adjusted[k]).toBeCloseTo(p, 12);
  });
  expect(holmAdjusted([0.7, 0.8])).toEqual([1, 1]);
  expect(holmAdjusted([])).toEqual([]);
});

test('of 2,000 universes of 20 markets without an edge, at most about 5 % have one below 5 %', () => {
  const rng = new Rng(1);
  let nWrong = 0;
  for (let k = 0; k < 2000; k++) {
    const adjusted = holmAdjusted(Array.from({ length: 20 }, () => rng.nextFloat()));
    if (Math.min(...adjusted) < 0.05) nWrong++;
  }
  expect(nWrong / 2000).toBeLessThan(0.065);
  expect(nWrong / 2000, 'unadjusted it would be 64 %').toBeGreaterThan(0.03);
});
