import { expect, test } from 'vitest';
import { smallModel } from '../../../test/support/small-model.ts';
import { Rng } from '../../core/index.ts';
import { MetaModel } from '../../model/index.ts';
import { featureBounds, rowsWithin } from './feature-bounds.ts';
import { profileFeatures } from './feature-profiles.ts';

const NAMES = ['volatility', 'momentum'] as const;

/** (n, 2) rows: a lognormal column, above 0, and one with Student tails of three degrees, both sides. */
function rows(n: number, seed: number): Float32Array {
  const rng = new Rng(seed);
  return Float32Array.from({ length: 2 * n }, (_, i) => {
    const z = rng.nextGaussian();
    if (i % 2 === 0) return Math.exp(0.8 * z - 7);
    const chi = rng.nextGaussian() ** 2 + rng.nextGaussian() ** 2 + rng.nextGaussian() ** 2;
    return 0.01 * (z / Math.sqrt(chi / 3));
  });
}

function shareOutside(x: Float32Array, profiles: ReturnType<typeof profileFeatures>): number {
  let outside = 0;
  for (let k = 0; k < x.length; k += 2) {
    if (NAMES.some((name, j) => x[k + j] < profiles[name].low || x[k + j] > profiles[name].high)) outside++;
  }
  return outside / (x.length / 2);
}

test('rows like those of the training lie outside about as rarely as stated: one in a thousand', () => {
  for (const n of [300, 3000, 30_000]) {
    let sum = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const profiles = profileFeatures(NAMES, rows(n, seed));
      expect(shareOutside(rows(n, seed), profiles), 'what was seen is never outside').toBe(0);
      sum += shareOutside(rows(20_000, 1000 + seed), profiles);
    }
    expect(sum / 20, `${n} rows`).toBeLessThan(0.002); // Student tails are heavier than exponential ones
  }
});

test('a feature far outside is outside, on either side; one that never varied may not', () => {
  const { volatility, momentum } = profileFeatures(NAMES, rows(3000, 1));
  const typical = Math.exp(-7);
  expect(volatility.high).toBeLessThan(typical * 100);
  expect(volatility.low).toBeGreaterThan(typical / 100);
  expect(volatility.low, 'it was always above 0').toBeGreaterThan(0);
  expect(Math.max(-momentum.low, momentum.high)).toBeLessThan(1);
  const constant = profileFeatures(
    NAMES,
    Float32Array.from({ length: 400 }, () => 0.1),
  );
  expect(constant.volatility).toMatchObject({ low: Math.fround(0.1), high: Math.fround(0.1) });
});

test('rows are answered where every feature is within the bounds of a profile, the bounds themselves included', () => {
  const x = rows(3000, 5);
  const bounds = featureBounds(2, x);
  const profiles = profileFeatures(NAMES, x);
  expect(bounds).toEqual(NAMES.map((name) => ({ low: profiles[name].low, high: profiles[name].high })));
  expect(rowsWithin(bounds, x)).toEqual(new Uint8Array(3000).fill(1));
  const [{ low, high }, momentum] = bounds;
  const next = Math.fround(high * (1 + 2 ** -23));
  const probes = Float32Array.of(low, 0, high, 0, next, 0, 0, 0, high, momentum.high * 2, Number.NaN, 0);
  expect([...rowsWithin(bounds, probes)]).toEqual([1, 1, 0, 0, 0, 0]);
});

/** Bounds of a column by their definition: all rows sorted, the last twentieth of each side followed by Hill's estimator. */
function plainBounds(column: readonly number[]): { low: number; high: number } {
  const sorted = [...column].sort((a, b) => a - b);
  const [n, nTail] = [sorted.length, Math.ceil(0.05 * sorted.length)];
  const reach = (distances: readonly number[]): number => {
    const threshold = distances[Math.max(0, n - nTail - 1)];
    if (!(threshold > 0)) return distances[n - 1];
    const excess = distances.slice(n - nTail).reduce((sum, each) => sum + Math.log(each / threshold), 0);
    return threshold * (0.05 / (0.001 / 4)) ** (excess / nTail);
  };
  const falling = [...sorted].reverse();
  const median = sorted[n >> 1];
  const isPositive = sorted[0] > 0;
  const high = isPositive ? reach(sorted) : median + reach(sorted.map((value) => value - median));
  const low = isPositive
    ? 1 / reach(falling.map((value) => 1 / value))
    : median - reach(falling.map((value) => median - value));
  return { low: Math.min(Math.fround(low), sorted[0]), high: Math.max(Math.fround(high), sorted[n - 1]) };
}

test('bounds are those of fully sorted rows, to the last bit', () => {
  for (const n of [1, 2, 3, 19, 20, 21, 22, 40, 41, 100, 1000, 3001]) {
    for (const step of [0, 0.5]) {
      const x = rows(n, n).map((value) => (step === 0 ? value : step * Math.round((100 * value) / step)));
      const plain = NAMES.map((_, j) => plainBounds([...x].filter((_, i) => i % 2 === j)));
      expect(featureBounds(2, x), `${n} rows in steps of ${step}`).toEqual(plain);
    }
  }
});

test('a model says out of distribution of exactly the rows that are not answered', () => {
  const x = rows(3000, 6);
  const wide = rows(3000, 7).map((value, i) => (i % 40 < 2 ? 30 * value : value));
  const parts = { ...smallModel(), featureNames: NAMES };
  const metadata = { ...parts.metadata, featureProfiles: profileFeatures(NAMES, x) };
  const model = MetaModel.fromDecoded({ version: 'm-1', parts: { ...parts, metadata } });
  const answered = Array.from({ length: 3000 }, (_, k) =>
    model.outlier(Float64Array.of(wide[2 * k], wide[2 * k + 1])) < 0 ? 1 : 0,
  );
  expect([...rowsWithin(featureBounds(2, x), wide)]).toEqual(answered);
  expect(answered.filter((each) => each === 0).length).toBeGreaterThan(20);
});
