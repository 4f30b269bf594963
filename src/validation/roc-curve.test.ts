import { expect, test } from 'vitest';
import { Rng } from '../core/index.ts';
import { rocAucScore, rocCurve } from './index.ts';

const label = Uint8Array.of(0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0);
const score = Float64Array.of(0.1, 0.4, 0.35, 0.8, 0.8, 0.2, 0.35, 0.9, 0.6, 0.6, 0.35, 0.05);

test('the curve is scikit-learn’s (1.9.1, drop_intermediate=False), ties included', () => {
  const curve = rocCurve(label, score);
  const sixth = 1 / 6;
  expect(Array.from(curve?.threshold ?? [])).toEqual([Infinity, 0.9, 0.8, 0.6, 0.4, 0.35, 0.2, 0.1, 0.05]);
  const expectedFpr = [0, 0, sixth, 2 * sixth, 2 * sixth, 3 * sixth, 4 * sixth, 5 * sixth, 1];
  const expectedTpr = [0, sixth, 2 * sixth, 3 * sixth, 4 * sixth, 1, 1, 1, 1];
  expectedFpr.forEach((rate, k) => {
    expect(curve?.falsePositiveRate[k]).toBeCloseTo(rate, 14);
    expect(curve?.truePositiveRate[k]).toBeCloseTo(expectedTpr[k], 14);
  });
});

test('the area under its straight lines is the AUC, for any ties', () => {
  const rng = new Rng(5);
  for (const steps of [3, 10, 1000]) {
    const n = 400;
    const bins = Uint8Array.from({ length: n }, () => rng.nextInt(2));
    const scores = Float64Array.from({ length: n }, () => rng.nextInt(steps) / steps);
    const curve = rocCurve(bins, scores);
    const [x, y] = [curve?.falsePositiveRate ?? [], curve?.truePositiveRate ?? []];
    let area = 0;
    for (let k = 1; k < x.length; k++) area += ((x[k] - x[k - 1]) * (y[k] + y[k - 1])) / 2;
    expect(area, `${steps} distinct scores`).toBeCloseTo(rocAucScore(bins, scores), 12);
  }
});

test('there is no curve where a class is missing', () => {
  expect(rocCurve(Uint8Array.of(1, 1), Float64Array.of(0.2, 0.3))).toBeNull();
  expect(rocCurve(Uint8Array.of(0, 0), Float64Array.of(0.2, 0.3))).toBeNull();
  expect(rocCurve(new Uint8Array(0), new Float64Array(0))).toBeNull();
  expect(() => rocCurve(Uint8Array.of(1), Float64Array.of(0.2, 0.3))).toThrow(
    'score must be as long as label (1), was 2',
  );
});
