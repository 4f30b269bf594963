import { expect, test } from 'vitest';
import { golden } from '../../../test/golden/golden.ts';
import { Rng } from '../../core/index.ts';
import { calibrate, fitCalibrator } from './calibrator.ts';
import { fitIsotonic } from './isotonic.ts';
import { fitPlatt } from './platt.ts';

test('without pseudo-counts it equals scikit-learn’s isotonic regression', () => {
  for (const { raw, label, fitted } of golden.isotonic) {
    const steps = { kind: 'isotonic', ...fitIsotonic(Float64Array.from(raw), Uint8Array.from(label), 0) } as const;
    raw.forEach((score, k) => {
      expect(calibrate(steps, score), `score ${score}`).toBeCloseTo(fitted[k], 6); // their thresholds are float32
    });
  }
});

test('Platt scaling is unpenalised logistic regression on Platt’s targets', () => {
  const { raw, label, a, b } = golden.platt;
  const ours = fitPlatt(Float64Array.from(raw), Uint8Array.from(label));
  expect(ours.a).toBeCloseTo(a, 5);
  expect(ours.b).toBeCloseTo(b, 5);
});

function scores(n: number, seed: number, base = 0.2, slope = 0.3) {
  const rng = new Rng(seed);
  const raw = Float64Array.from({ length: n }, () => Math.fround(rng.nextFloat()));
  const label = Uint8Array.from(raw, (p) => (rng.nextFloat() < base + slope * p ? 1 : 0));
  return { raw, label };
}

test('every isotonic block has one pseudo-count of either class: no probability is 0 or 1, and none falls', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { raw, label } = scores(600, seed);
    label.fill(0, 0, 5);
    const { thresholds, values } = fitIsotonic(raw, label);
    for (let b = 0; b < values.length; b++) {
      expect(values[b] > 0 && values[b] < 1, `seed ${seed}, block ${b}`).toBe(true);
      if (b > 0)
        expect(values[b] > values[b - 1] && thresholds[b] > thresholds[b - 1], `seed ${seed}, block ${b}`).toBe(true);
      const inside = [...raw.keys()].filter((k) => raw[k] >= thresholds[b] && !(raw[k] >= thresholds[b + 1]));
      const ones = inside.reduce((sum, k) => sum + label[k], 0);
      expect(values[b]).toBeCloseTo((ones + 1) / (inside.length + 2), 14);
    }
  }
  expect([...fitIsotonic(Float64Array.of(0.1, 0.9), Uint8Array.of(0, 1)).values]).toEqual([1 / 3, 2 / 3]);
});

test('by hand: violators are pooled first without and then with pseudo-counts', () => {
  const steps = (...label: number[]) =>
    fitIsotonic(
      Float64Array.from(label, (_, k) => k),
      Uint8Array.from(label),
    );
  // Shares 8/10 and 5/5 rise, and so do 9/12 and 6/7; yet each of the five ones alone, (1 + 1) / (1 + 2), is below 9/12.
  const rising = steps(1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1);
  expect([...rising.thresholds]).toEqual([0, 10]);
  expect([...rising.values], 'a block of ones may stand above 2/3').toEqual([9 / 12, 6 / 7]);
  // Shares 8/10 and 1/1 rise, but 9/12 and 2/3 fall.
  const falling = steps(1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1);
  expect([...falling.thresholds]).toEqual([0]);
  expect([...falling.values]).toEqual([10 / 13]);
});

test('a score belongs to the block with the largest threshold at or below it, or to the first block', () => {
  const calibrator = {
    kind: 'isotonic',
    thresholds: Float32Array.of(0.25, 0.5),
    values: Float64Array.of(0.3, 0.6),
  } as const;
  expect([0, 0.25, 0.4999, 0.5, 1].map((raw) => calibrate(calibrator, raw))).toEqual([0.3, 0.3, 0.3, 0.6, 0.6]);
});

test('Platt below 500 samples, isotonic at 500 and above, the identity for one class or none', () => {
  const { raw, label } = scores(500, 3);
  expect(fitCalibrator(raw, label).kind).toBe('isotonic');
  expect(fitCalibrator(raw.subarray(1), label.subarray(1)).kind).toBe('platt');
  expect(fitCalibrator(raw, new Uint8Array(500)).kind).toBe('identity');
  expect(fitCalibrator(new Float64Array(0), new Uint8Array(0)).kind).toBe('identity');
  expect(calibrate({ kind: 'identity' }, 0.4)).toBe(0.4);
});

test('calibrated probabilities match the frequencies of new scores, also near 0 and 1', () => {
  for (const [n, base, slope] of [
    [400, 0.2, 0.3],
    [5000, 0.2, 0.3],
    [5000, 0, 1],
    [5000, 0.7, 0.3],
  ]) {
    const { raw, label } = scores(n, 4, base, slope);
    const calibrator = fitCalibrator(raw, label);
    for (const raw of [0.02, 0.1, 0.5, 0.9, 0.98]) {
      const error = calibrate(calibrator, raw) - (base + slope * raw);
      expect(Math.abs(error), `${n} samples of ${base} + ${slope} p at ${raw}`).toBeLessThan(0.1);
    }
  }
});
