import { expect, test } from 'vitest';
import { Rng } from '../core/index.ts';
import { histogramOfSorted, measureHistogram, populationStabilityIndex } from './population-stability-index.ts';

const QUARTERS = { edges: [1, 2, 3], shares: [0.25, 0.25, 0.25, 0.25] };

function gaussians(n: number, shift: number, seed: number): Float64Array {
  const rng = new Rng(seed);
  return Float64Array.from({ length: n }, () => rng.nextGaussian() + shift);
}

test('quarters that became tenths to four tenths: 0.228217', () => {
  const recent = Float64Array.of(0.5, 1.5, 1.5, 2.5, 2.5, 2.5, 3.5, 3.5, 3.5, 3.5);
  expect(populationStabilityIndex(QUARTERS, recent)).toBeCloseTo(0.228217, 6);
});

test('a value on an edge belongs to the bin under it', () => {
  expect(populationStabilityIndex(QUARTERS, Float64Array.of(1, 2, 3, 4))).toBe(0);
  expect(populationStabilityIndex(QUARTERS, Float64Array.of(-9, 1.1, 2.1, 3.1))).toBe(0);
});

test('an empty bin counts as a share of 0.0001', () => {
  const twoThirds = { edges: [0], shares: [0.5, 0.5] };
  const byHand = 0.5 * Math.log(2) + (1e-4 - 0.5) * Math.log(1e-4 / 0.5);
  expect(populationStabilityIndex(twoThirds, Float64Array.of(1, 2))).toBeCloseTo(byHand, 12);
});

test('deciles of the numbers 1 to 100 hold ten each', () => {
  const { edges, shares } = measureHistogram(Float64Array.from({ length: 100 }, (_, i) => 100 - i));
  expect(edges).toHaveLength(9);
  expect(edges[0]).toBeCloseTo(10.9, 12);
  for (const share of shares) expect(share).toBeCloseTo(0.1, 12);
});

test('few distinct values have few bins, and the index of no change is 0', () => {
  const values = Float64Array.of(0, 0, 0, 0, 0, 0, 0, 1, 1, 1);
  const histogram = measureHistogram(values);
  expect(histogram.edges[0]).toBe(0);
  expect(histogram.shares[0]).toBe(0.7);
  expect(histogram.edges).toEqual([...new Set(histogram.edges)]);
  expect(populationStabilityIndex(histogram, values)).toBe(0);
  expect(populationStabilityIndex(measureHistogram(Float64Array.of(5, 5, 5)), Float64Array.of(5))).toBe(0);
});

test('for unchanged values the index is about its documented expectation, for shifted ones far above', () => {
  const histogram = measureHistogram(gaussians(20_000, 0, 1));
  let sum = 0;
  for (let seed = 2; seed < 202; seed++) sum += populationStabilityIndex(histogram, gaussians(1000, 0, seed));
  const expected = 9 * (1 / 1000 + 1 / 20_000);
  expect(sum / 200 / expected).toBeGreaterThan(0.8);
  expect(sum / 200 / expected).toBeLessThan(1.2);
  expect(populationStabilityIndex(histogram, gaussians(1000, 0.5, 3))).toBeGreaterThan(0.15);
});

test('NaN, infinity, no value and a histogram that does not fit are refused', () => {
  expect(() => populationStabilityIndex(QUARTERS, Float64Array.of(1, Number.NaN))).toThrow(
    'values[1] must be a finite number',
  );
  expect(() => populationStabilityIndex(QUARTERS, Float64Array.of(Number.POSITIVE_INFINITY))).toThrow('values[0]');
  expect(() => populationStabilityIndex(QUARTERS, new Float64Array(0))).toThrow('at least one value');
  expect(() => populationStabilityIndex({ edges: [1], shares: [1] }, Float64Array.of(1))).toThrow(
    'shares must be as long as edges plus one (2), was 1',
  );
  expect(() => measureHistogram(Float64Array.of(Number.NaN))).toThrow('values[0]');
  expect(() => measureHistogram(new Float64Array(0))).toThrow('values must be at least one value, was 0');
  expect(() => measureHistogram(Float64Array.of(1), 1)).toThrow('nBins');
});

test.each([1, 2, 9, 10, 11, 1000])('a histogram of %i sorted values is that of the same values in any order', (n) => {
  const values = gaussians(n, 0, 3).map(Math.fround);
  const steps = values.map(Math.round);
  for (const each of [values, steps]) {
    expect(histogramOfSorted(Float32Array.from(each).sort())).toEqual(measureHistogram(each));
  }
  expect(() => histogramOfSorted(Float32Array.of(1), 1)).toThrow('nBins');
  expect(() => histogramOfSorted(new Float32Array(0))).toThrow('values must be at least one value, was 0');
});
