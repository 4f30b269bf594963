import { expect, test } from 'vitest';
import { expected } from '../../../test/golden/significance/expected.ts';
import { cosineTest } from './cosine-test.ts';
import { stretchTest } from './stretch-test.ts';

test('12 cosines and 20 stretches, by SciPy', () => {
  for (const { values, cosines, stretches } of expected.mean_tests) {
    const column = Float64Array.from(values);
    const byCosines = cosineTest(column, 12);
    expect(byCosines.statistic).toBeCloseTo(cosines.statistic, 10);
    expect(byCosines.pValue / cosines.p_value).toBeCloseTo(1, 9);
    const byStretches = stretchTest(column, 20);
    expect(byStretches.statistic).toBeCloseTo(stretches.statistic, 10);
    expect(byStretches.pValue / stretches.p_value).toBeCloseTo(1, 9);
  }
});

test('one cosine on three values, by hand', () => {
  // Deviations of 0, 1, 5 from 2 are -2, -1, 3; cos(π/6), 0, cos(5π/6): weight √(2/3)·(-2 - 3)·√3/2.
  const { mean, statistic, standardError } = cosineTest(Float64Array.of(0, 1, 5), 1);
  expect(mean).toBe(2);
  expect(standardError).toBeCloseTo(Math.sqrt((2 / 3) * 25 * 0.75) / Math.sqrt(3), 12);
  expect(statistic).toBeCloseTo(mean / standardError, 12);
});

test('what does not vary tells nothing', () => {
  for (const constant of [0, 0.1]) {
    expect(cosineTest(new Float64Array(50).fill(constant), 12)).toMatchObject({ statistic: 0, pValue: 1 });
    expect(stretchTest(new Float64Array(50).fill(constant), 20)).toMatchObject({ statistic: 0, pValue: 1 });
  }
});

test('too few values, stretches or cosines are refused', () => {
  expect(() => cosineTest(new Float64Array(12), 12)).toThrow(/more values than 12 cosines/);
  expect(() => cosineTest(new Float64Array(12), 0)).toThrow(/nCosines/);
  expect(() => stretchTest(new Float64Array(19), 20)).toThrow(/at least one value in each of 20 stretches/);
  expect(() => stretchTest(new Float64Array(19), 1)).toThrow(/nStretches/);
});
