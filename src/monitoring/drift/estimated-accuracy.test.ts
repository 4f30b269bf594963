import { expect, test } from 'vitest';
import { Rng } from '../../core/index.ts';
import { estimateAccuracy, measureAccuracyGap } from './estimated-accuracy.ts';

test('four confidences, by hand', () => {
  const { nSignals, accuracy, standardError } = estimateAccuracy(Float64Array.of(0.9, 0.2, 0.5, 0.6));
  expect(nSignals).toBe(4);
  expect(accuracy).toBeCloseTo((0.9 + 0.8 + 0.5 + 0.6) / 4, 12);
  expect(standardError).toBeCloseTo(Math.sqrt(0.09 + 0.16 + 0.25 + 0.24) / 4, 12);
});

test('the gap to what came true, by hand; 0.5 decides for 1', () => {
  const { realised, gap, nErrors, estimated } = measureAccuracyGap(
    Float64Array.of(0.9, 0.2, 0.5, 0.6),
    Uint8Array.of(1, 1, 1, 0),
  );
  expect(realised).toBe(0.5);
  expect(gap).toBeCloseTo(0.2, 12);
  expect(nErrors).toBeCloseTo(0.2 / estimated.standardError, 12);
});

/** @param trust - what of a confidence's distance from 0.5 is true. */
function simulate(trust: number, seed: number): { confidence: Float64Array; label: Uint8Array } {
  const rng = new Rng(seed);
  const confidence = Float64Array.from({ length: 500 }, () => 0.2 + 0.6 * rng.nextFloat());
  const label = Uint8Array.from(confidence, (p) => Number(rng.nextFloat() < 0.5 + trust * (p - 0.5)));
  return { confidence, label };
}

test('where confidences are calibrated the gap is zero within its standard error; where they are not it shows', () => {
  let sum = 0;
  let squares = 0;
  const n = 1000;
  for (let seed = 0; seed < n; seed++) {
    const { confidence, label } = simulate(1, seed);
    const { nErrors } = measureAccuracyGap(confidence, label);
    sum += nErrors;
    squares += nErrors ** 2;
  }
  expect(Math.abs(sum / n)).toBeLessThan(0.12);
  expect(squares / n).toBeGreaterThan(0.85);
  expect(squares / n).toBeLessThan(1.15);
  const { confidence, label } = simulate(0, 1);
  expect(measureAccuracyGap(confidence, label).nErrors).toBeGreaterThan(4);
});

test('a confidence that is none is refused', () => {
  expect(() => estimateAccuracy(new Float64Array(0))).toThrow('confidence must be at least one confidence, was 0');
  expect(() => estimateAccuracy(Float64Array.of(0.5, 1.2))).toThrow('confidence[1]');
  expect(() => estimateAccuracy(Float64Array.of(Number.NaN))).toThrow('confidence[0]');
  expect(() => measureAccuracyGap(Float64Array.of(0.5), new Uint8Array(2))).toThrow(
    'label must be as long as confidence (1), was 2',
  );
});
