import { expect, test } from 'vitest';
import { expected } from '../../test/golden/validation/expected.ts';
import { Rng } from '../core/index.ts';
import { expectedCalibrationError, reliabilityDeciles } from './index.ts';

const label = Uint8Array.from(expected.calibration.label);
const probability = Float64Array.from(expected.calibration.probability);

test('calibration error and deciles are those of scikit-learn’s calibration curve', () => {
  expect(expectedCalibrationError(label, probability)).toBeCloseTo(expected.calibration.ece, 12);
  const deciles = reliabilityDeciles(label, probability);
  expect(deciles.map((bin) => bin.hitRate)).toEqual(
    expected.calibration.decile_hit_rate.map((rate) => expect.closeTo(rate, 12)),
  );
  expect(deciles.map((bin) => bin.meanProbability)).toEqual(
    expected.calibration.decile_mean_probability.map((mean) => expect.closeTo(mean, 12)),
  );
});

test('by hand: two bins, a probability of 1 counts in the last one', () => {
  const gap = expectedCalibrationError(Uint8Array.of(1, 0, 1, 1), Float64Array.of(0.25, 0.25, 1, 0.92));
  expect(gap).toBeCloseTo((2 * Math.abs(0.25 - 0.5) + 2 * Math.abs(0.96 - 1)) / 4, 15);
});

test('correct forecasts have no calibration error, overconfident ones have their excess', () => {
  const rng = new Rng(2);
  const n = 50_000;
  const fair = Float64Array.from({ length: n }, () => rng.nextFloat());
  const bins = Uint8Array.from(fair, (p) => (rng.nextFloat() < p ? 1 : 0));
  expect(expectedCalibrationError(bins, fair)).toBeLessThan(0.01);
  const sure = fair.map((p) => (p < 0.5 ? 0 : 1));
  expect(expectedCalibrationError(bins, sure)).toBeCloseTo(0.25, 2);
  for (const bin of reliabilityDeciles(bins, fair)) {
    expect(bin.n).toBe(n / 10);
    expect(Math.abs(bin.hitRate - bin.meanProbability)).toBeLessThan(0.03);
  }
});

test('half of the events with one probability form one group, and the other deciles are whole', () => {
  const steps = Float64Array.from({ length: 1000 }, (_, k) => (k < 500 ? 0.3 : 0.3 + k / 2000));
  expect(reliabilityDeciles(new Uint8Array(1000), steps).map((bin) => bin.n)).toEqual([500, 100, 100, 100, 100, 100]);
});

test('groups are at most ten, in order, disjoint and complete, for any ties', () => {
  const rng = new Rng(6);
  for (let k = 0; k < 200; k++) {
    const n = 1 + rng.nextInt(60);
    const nSteps = 1 + rng.nextInt(n);
    const tied = Float64Array.from({ length: n }, () => rng.nextInt(nSteps) / nSteps);
    const bins = reliabilityDeciles(new Uint8Array(n), tied);
    expect(bins.length, `draw ${k}`).toBeLessThanOrEqual(10);
    expect(
      bins.reduce((sum, bin) => sum + bin.n, 0),
      `draw ${k}`,
    ).toBe(n);
    for (let b = 1; b < bins.length; b++) expect(bins[b].low, `draw ${k}`).toBeGreaterThan(bins[b - 1].high);
  }
  expect(reliabilityDeciles(new Uint8Array(0), new Float64Array(0))).toEqual([]);
  expect(expectedCalibrationError(new Uint8Array(0), new Float64Array(0))).toBeNaN();
});

test('columns of different length are refused', () => {
  for (const measure of [expectedCalibrationError, reliabilityDeciles]) {
    expect(() => measure(Uint8Array.of(1, 0), Float64Array.of(0.5)), measure.name).toThrow(
      'probability must be as long as label (2), was 1',
    );
  }
});
