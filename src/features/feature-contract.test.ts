import { describe, expect, test } from 'vitest';
import { copyOfBars } from '../../test/support/copy-of-bars.ts';
import { flatBars, randomBars } from '../../test/support/random-bars.ts';
import { readTestBars } from '../../test/support/read-test-bars.ts';
import { Rng } from '../core/index.ts';
import {
  allocateBarColumns,
  BarSeries,
  type BuiltInFeatureName,
  DEFAULT_VPIN_OPTIONS,
  FEATURE_NAMES,
  TRADE_CLASSIFIERS,
  WINDOW_BARS,
} from '../domain/index.ts';
import { computeFeatures, FEATURES, type FeatureContext } from './index.ts';

const REGIME = { calmVariance: 6e-7, turbulentVariance: 8e-6, stayCalm: 0.97, stayTurbulent: 0.95 };
const CONTEXT: FeatureContext = { regime: REGIME, vpin: DEFAULT_VPIN_OPTIONS };
const CONTEXTS: readonly FeatureContext[] = [
  ...TRADE_CLASSIFIERS.map((classifier) => ({ regime: REGIME, vpin: { ...DEFAULT_VPIN_OPTIONS, classifier } })),
  { regime: null, vpin: { nBuckets: 7, bucketVolume: 3, classifier: 'bvc' } },
];

/** Sum of the 100 weights of `frac_diff`: (-1)^99 binomial(-0.6, 99), by the law of partial sums of (1 - B)^0.4. */
const WEIGHTS_SUM = Array.from({ length: 99 }, (_, k) => 1 - 0.4 / (k + 1)).reduce((product, x) => product * x, 1);
/** What a feature becomes when all prices are multiplied by a factor, where it does not stay the same. */
const UNIT_LAWS: Partial<Record<BuiltInFeatureName, (value: number, factor: number, side: number) => number>> = {
  amihud_illiquidity: (value, factor) => value / factor,
  frac_diff: (value, factor, side) => value + side * Math.log(factor) * WEIGHTS_SUM,
};

const bits = (values: Float64Array): BigUint64Array => new BigUint64Array(values.slice().buffer);
const everyRow = (bars: BarSeries): Int32Array =>
  Int32Array.from({ length: bars.length - WINDOW_BARS + 1 }, (_, k) => k + WINDOW_BARS - 1);
const sidesOf = (rows: Int32Array): Int8Array => Int8Array.from(rows, (row) => (row % 3) - 1);

/** The features that can be computed of bars: not every file has taker volume. */
const namesOf = ({ takerBuyVolume }: BarSeries): readonly BuiltInFeatureName[] =>
  FEATURE_NAMES.filter((name) => takerBuyVolume !== null || !FEATURES[name].needs.includes('taker_buy_volume'));

/** Features of one row from a series of exactly its own window, as for a live signal. */
function live(bars: BarSeries, row: number, side: number, context: FeatureContext): Float64Array {
  const window = copyOfBars(bars, row - WINDOW_BARS + 1, row + 1);
  return computeFeatures(namesOf(bars), window, Int32Array.of(WINDOW_BARS - 1), Int8Array.of(side), context);
}

/** A copy of the bars with other prices and volumes in [from, to). */
function perturbed(bars: BarSeries, from: number, to: number): BarSeries {
  const copy = copyOfBars(bars, 0, bars.length);
  for (let i = Math.max(0, from); i < Math.min(to, bars.length); i++) {
    for (const field of ['open', 'high', 'low', 'close'] as const) copy[field][i] *= 3 + Math.sin(i);
    copy.high[i] = Math.max(copy.open[i], copy.close[i], copy.high[i]) * 1.5;
    copy.low[i] = Math.min(copy.open[i], copy.close[i], copy.low[i]) * 0.5;
    copy.volume[i] = copy.volume[i] * 7 + 1;
    if (copy.takerBuyVolume !== null) copy.takerBuyVolume[i] = copy.volume[i] * 0.9;
  }
  return copyOfBars(copy, 0, copy.length);
}

function expectLiveEqualsBatch(bars: BarSeries, step: number, context: FeatureContext): void {
  const rows = everyRow(bars);
  const side = sidesOf(rows);
  const batch = computeFeatures(namesOf(bars), bars, rows, side, context);
  const width = namesOf(bars).length;
  for (let k = 0; k < rows.length; k += step) {
    const row = bits(batch.subarray(k * width, (k + 1) * width));
    expect(row, `live and batch differ at bar ${rows[k]}`).toEqual(bits(live(bars, rows[k], side[k], context)));
  }
}

describe('batch equals live, to the last bit', () => {
  test.each(CONTEXTS)('on random walks: $vpin', (context) => {
    for (const seed of [1, 2]) expectLiveEqualsBatch(randomBars(3300, seed), 7, context);
  });

  test('on real bars', { tags: ['real-data'] }, () => {
    expectLiveEqualsBatch(readTestBars('binance_BTCUSDT_15m_2025.csv.gz', 6000), 11, CONTEXT);
    expectLiveEqualsBatch(readTestBars('bitmex_XBTUSD_1m_2018H2.csv.gz', 6000), 11, CONTEXT);
    expectLiveEqualsBatch(readTestBars('us_equity_BKNG_1m_2024.csv.gz', 3000), 11, CONTEXT);
  });

  test('for any rows, order of rows and columns in a call', () => {
    const bars = randomBars(5000, 3);
    const rng = new Rng(4);
    const all = computeFeatures(FEATURE_NAMES, bars, everyRow(bars), new Int8Array(bars.length - 99).fill(1), CONTEXT);
    const rows = Int32Array.from({ length: 400 }, () => WINDOW_BARS - 1 + rng.nextInt(bars.length - WINDOW_BARS + 1));
    for (let round = 0; round < 40; round++) {
      const names = FEATURE_NAMES.filter(() => rng.nextFloat() < 0.4).reverse();
      const some = computeFeatures(names, bars, rows, new Int8Array(rows.length).fill(1), CONTEXT);
      rows.forEach((row, k) => {
        names.forEach((name, j) => {
          const expected = all[(row - WINDOW_BARS + 1) * FEATURE_NAMES.length + FEATURE_NAMES.indexOf(name)];
          if (some[k * names.length + j] !== expected)
            expect.fail(`${name} at bar ${row} depends on the other rows or columns of the call`);
        });
      });
      rows.sort((a, b) => (round % 2 === 0 ? a - b : b - a));
    }
  });
});

describe.each(FEATURE_NAMES)('%s', (name: BuiltInFeatureName) => {
  const definition = FEATURES[name];
  const bars = randomBars(700, 5);
  const compute = (series: BarSeries, row: number, context = CONTEXT, side = 1): bigint =>
    bits(computeFeatures([name], series, Int32Array.of(row), Int8Array.of(side), context))[0];

  test('is described', () => {
    expect(definition.name).toBe(name);
    expect(definition.lookback).toBeLessThanOrEqual(WINDOW_BARS);
    expect(Math.min(definition.formula.length, definition.source.length, definition.unit.length)).toBeGreaterThan(3);
  });

  test('looks neither ahead nor behind its window', () => {
    for (const context of CONTEXTS) {
      for (let row = 150; row < 600; row += 37) {
        const before = compute(bars, row, context);
        expect(compute(perturbed(bars, row + 1, 700), row, context), `later bars changed bar ${row}`).toBe(before);
        const start = row - definition.lookback + 1;
        expect(compute(perturbed(bars, 0, start), row, context), `bars before ${start} changed bar ${row}`).toBe(
          before,
        );
      }
    }
  });

  test('reads the whole of the window it declares', () => {
    // With the usual model the window's first bar no longer changes a bit of the result; with this slow one it does.
    const slow = { calmVariance: 1e-6, turbulentVariance: 1.1e-6, stayCalm: 0.999, stayTurbulent: 0.999 };
    const context = { ...CONTEXT, regime: slow };
    const changes = [400, 437, 474, 511].map((row) => {
      const start = row - definition.lookback + 1;
      return compute(perturbed(bars, start, start + 1), row, context) !== compute(bars, row, context);
    });
    expect(changes, 'the window is declared too long').toContain(true);
  });

  test('flips with the side exactly when it is directional', () => {
    const rows = everyRow(bars);
    const long = computeFeatures([name], bars, rows, new Int8Array(rows.length).fill(1), CONTEXT);
    const short = computeFeatures([name], bars, rows, new Int8Array(rows.length).fill(-1), CONTEXT);
    const sign = definition.directional ? -1 : 1;
    expect(short.map((value) => value * sign + 0)).toEqual(long);
    expect(
      short.some((value) => Object.is(value, -0)),
      'text does not keep the sign of a negative zero',
    ).toBe(false);
  });

  test(`does not depend on the unit of price${name in UNIT_LAWS ? ', except as it says' : ''}`, () => {
    const rows = everyRow(bars);
    const side = sidesOf(rows);
    const scaled = (factor: number): Float64Array => {
      const copy = copyOfBars(bars, 0, bars.length);
      for (const field of ['open', 'high', 'low', 'close'] as const) {
        for (let i = 0; i < copy.length; i++) copy[field][i] *= factor;
      }
      return computeFeatures([name], copy, rows, side, CONTEXT);
    };
    const plain = computeFeatures([name], bars, rows, side, CONTEXT);
    const law = UNIT_LAWS[name];
    if (law === undefined) expect(bits(scaled(2 ** -20)), 'scaling by a power of two is exact').toEqual(bits(plain));
    else expect(definition.unit).toContain('unit of price');
    scaled(0.37).forEach((value, k) => {
      const expected = law?.(plain[k], 0.37, side[k]) ?? plain[k];
      expect(Math.abs(value - expected), `row ${k}`).toBeLessThanOrEqual(1e-9 * (1e-3 + Math.abs(expected)));
    });
  });

  test('is finite on flat prices, without volume, and on a single jump', () => {
    const jump = flatBars(300, 2);
    const columns = allocateBarColumns(300, false);
    for (const field of ['tsEvent', 'open', 'low', 'volume'] as const) columns[field].set(jump[field] as never);
    columns.close.set(jump.close.map((close, i) => (i >= 200 ? close * 50 : close)));
    columns.high.set(columns.close);
    const noVolume = flatBars(300);
    for (const series of [noVolume, flatBars(300, 2), BarSeries.fromColumns(columns), bars]) {
      if (definition.needs.includes('taker_buy_volume') && series.takerBuyVolume === null) continue;
      const isMissing = name === 'amihud_illiquidity' && series === noVolume;
      const rows = everyRow(series);
      for (const { regime, vpin } of CONTEXTS.filter((c) => c.vpin.classifier !== 'aggressor')) {
        const values = computeFeatures([name], series, rows, sidesOf(rows), { regime, vpin });
        expect(values.every(isMissing ? Number.isNaN : Number.isFinite)).toBe(true);
      }
    }
  });
});
