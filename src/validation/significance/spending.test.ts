import { expect, test } from 'vitest';
import { expected } from '../../../test/golden/significance/expected.ts';
import { normalCdf } from '../../math/index.ts';
import { obrienFlemingLevels } from './spending.ts';

test('levels of the looks, by another quadrature', () => {
  for (const { alpha, n_looks, levels } of expected.spending) {
    const found = obrienFlemingLevels(alpha, n_looks);
    expect(found.length).toBe(n_looks);
    for (const [k, level] of levels.entries()) {
      expect(Math.abs(found[k] / level - 1), `alpha ${alpha}, look ${k + 1} of ${n_looks}`).toBeLessThan(1e-6);
    }
  }
});

test('four looks at 2.5 % are the published bounds of Lan and DeMets', () => {
  const bounds = [4.3326, 2.9631, 2.359, 2.0141]; // as ldbounds and East print them
  const found = obrienFlemingLevels(0.025, 4);
  for (const [k, bound] of bounds.entries()) expect(found[k] / normalCdf(-bound)).toBeCloseTo(1, 3);
});

test('one look may use all of it, and many looks the least at the first', () => {
  expect(obrienFlemingLevels(0.05, 1)[0]).toBeCloseTo(0.05, 12);
  const levels = obrienFlemingLevels(0.05, 10);
  for (let k = 1; k < 10; k++) expect(levels[k]).toBeGreaterThan(levels[k - 1]);
  expect(levels[9]).toBeLessThan(0.05);
});

test.each([0, 0.51, Number.NaN])('a rate of %d is refused', (alpha) => {
  expect(() => obrienFlemingLevels(alpha, 4)).toThrow(/alpha must be in \(0, 0\.5\]/);
});

test('no look is refused', () => {
  expect(() => obrienFlemingLevels(0.05, 0)).toThrow(/nLooks/);
});
