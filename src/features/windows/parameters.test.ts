import { describe, expect, test } from 'vitest';
import { randomBars } from '../../../test/support/random-bars.ts';
import {
  BarSeries,
  type BuiltInFeatureName,
  DEFAULT_VPIN_OPTIONS,
  FEATURE_NAMES,
  TRADE_CLASSIFIERS,
} from '../../domain/index.ts';
import { normalCdf } from '../../math/index.ts';
import { computeFeatures, FEATURES, type FeatureDefinition } from '../index.ts';

const REGIME = { calmVariance: 6e-7, turbulentVariance: 8e-6, stayCalm: 0.97, stayTurbulent: 0.95 };
const bars = randomBars(1700, 31);

function valuesOf(feature: FeatureDefinition, series: BarSeries, rows: Int32Array, side = 1): Float64Array {
  const context = { regime: REGIME, vpin: DEFAULT_VPIN_OPTIONS };
  return computeFeatures([feature], series, rows, new Int8Array(rows.length).fill(side), context);
}

function withParameter(name: BuiltInFeatureName, n: number): FeatureDefinition {
  const feature = FEATURES[name].withParameter?.(n);
  if (feature === undefined) throw new Error(`${name} has no parameter`);
  return feature;
}

/** The parameters that a feature is tried with: the lowest, one below its usual one, and one above it. */
function parametersOf(name: BuiltInFeatureName): readonly number[] {
  const { lowest = 0, usual = 0 } = FEATURES[name].parameter ?? {};
  return [lowest, Math.max(lowest, Math.round(usual / 2)), 2 * usual + 1];
}

describe.each(FEATURE_NAMES)('%s(n)', (name) => {
  test('with the usual n is the plain feature, to the bit', () => {
    const { parameter, lookback } = FEATURES[name];
    const usual = withParameter(name, parameter?.usual ?? 0);
    expect([usual.name, usual.lookback]).toEqual([`${name}(${parameter?.usual})`, lookback]);
    const rows = Int32Array.from({ length: 200 }, (_, k) => 400 + 6 * k);
    expect(valuesOf(usual, bars, rows, -1)).toEqual(valuesOf(FEATURES[name], bars, rows, -1));
  });

  test('reads its own window, and the same bits wherever the row is', () => {
    for (const n of parametersOf(name)) {
      const feature = withParameter(name, n);
      const rows = Int32Array.of(1699, 1000, 1001, 1100, 999, 1690);
      const batch = valuesOf(feature, bars, rows);
      rows.forEach((row, k) => {
        // At least 100 bars, which every call needs; those before the window are others.
        const from = Math.min(row - feature.lookback, row - 99);
        const start = row - feature.lookback + 1;
        const other = randomBars(row + 1 - from, 77);
        const live = BarSeries.fromBars(
          Array.from({ length: row + 1 - from }, (_, i) => {
            return { ...(from + i < start ? other : bars).bar(from + i < start ? i : from + i), tsEvent: BigInt(i) };
          }),
        );
        expect(Object.is(valuesOf(feature, live, Int32Array.of(live.length - 1))[0], batch[k]), `${n} at ${row}`).toBe(
          true,
        );
      });
    }
  });

  test('stays within its range, and turns with the side where it is directional', () => {
    for (const n of parametersOf(name)) {
      const { range, directional, ...feature } = withParameter(name, n);
      const rows = Int32Array.from({ length: 150 }, (_, k) => 1550 + k);
      const long = valuesOf({ range, directional, ...feature }, bars, rows);
      const short = valuesOf({ range, directional, ...feature }, bars, rows, -1);
      const [low, high] = range ?? [-Infinity, Infinity];
      expect(long.every((value) => Number.isNaN(value) || (value >= low && value <= high))).toBe(true);
      expect(short).toEqual(long.map((value) => (directional ? -value + 0 : value)));
    }
  });

  test('refuses what is no parameter of it', () => {
    const { lowest = 0, counts } = FEATURES[name].parameter ?? {};
    for (const n of [lowest - 1, 10_001, 20.5, Number.NaN]) {
      expect(() => withParameter(name, n)).toThrow(
        `${name}(n) must be with an integer n in [${lowest}, 10000], the number of ${counts}, was ${n}`,
      );
    }
  });
});

test('vpin(n) splits the volume of n bars, by every classifier', () => {
  const rows = Int32Array.of(1699);
  for (const classifier of TRADE_CLASSIFIERS) {
    const context = { regime: null, vpin: { ...DEFAULT_VPIN_OPTIONS, classifier } };
    const at = (series: BarSeries, n: number): number =>
      computeFeatures(
        [withParameter('vpin', n)],
        series,
        Int32Array.of(series.length - 1),
        Int8Array.of(0),
        context,
      )[0];
    for (const n of [3, 50, 101, 102]) {
      const value = computeFeatures([withParameter('vpin', n)], bars, rows, Int8Array.of(0), context)[0];
      expect(value).toBeGreaterThanOrEqual(0);
      expect(at(bars.slice(1700 - Math.max(n, 100), 1700), n), `${classifier} ${n}`).toBe(value);
    }
  }
});

test.each([3, 4, 5, 50, 102])('vpin(%i) by bulk volume, in one bucket, is its definition', (n) => {
  const options = { nBuckets: 1, bucketVolume: null, classifier: 'bvc' } as const;
  const context = { regime: null, vpin: options };
  const ours = computeFeatures([withParameter('vpin', n)], bars, Int32Array.of(1000), Int8Array.of(0), context)[0];
  const at = Array.from({ length: n - 1 }, (_, k) => 1000 - n + 2 + k);
  const changes = at.map((i) => bars.close[i] - bars.close[i - 1]);
  const mean = changes.reduce((sum, change) => sum + change, 0) / (n - 1);
  const sigma = Math.sqrt(changes.reduce((sum, change) => sum + (change - mean) ** 2, 0) / (n - 2));
  const signed = at.reduce((sum, i, k) => sum + bars.volume[i] * (2 * normalCdf(changes[k] / sigma) - 1), 0);
  const total = at.reduce((sum, i) => sum + bars.volume[i], bars.volume[1000 - n + 1]);
  expect(ours).toBeCloseTo(Math.abs(signed) / total, 12);
});
