import { describe, expect, test } from 'vitest';
import { Rng } from '../../src/core/index.ts';
import {
  BarSeries,
  type BuiltInFeatureName,
  DEFAULT_VPIN_OPTIONS,
  FEATURE_NAMES,
  type FeatureName,
  WINDOW_BARS,
} from '../../src/domain/index.ts';
import { averageTrueRange, computeFeatures, FEATURES, fitRegime, volatility } from '../../src/features/index.ts';
import { randomWalk } from '../support/random-walk.ts';
import { readTestBars } from '../support/read-test-bars.ts';

const REGIME = { calmVariance: 4e-6, turbulentVariance: 2.5e-5, stayCalm: 0.97, stayTurbulent: 0.93 };
const CONTEXT = { regime: REGIME, vpin: DEFAULT_VPIN_OPTIONS };

/** The features that can be computed of bars; a random walk has no taker volume. */
const namesOf = ({ takerBuyVolume }: BarSeries): readonly FeatureName[] =>
  FEATURE_NAMES.filter((name) => takerBuyVolume !== null || !FEATURES[name].needs.includes('taker_buy_volume'));

/** The bits of the features of one bar, as a live call computes them from a window of exactly W bars. */
function liveBits(bars: BarSeries, row: number, side: number, names = namesOf(bars)): bigint[] {
  const window = bars.slice(row - WINDOW_BARS + 1, row + 1);
  const values = computeFeatures(names, window, Int32Array.of(WINDOW_BARS - 1), Int8Array.of(side), CONTEXT);
  return [...new BigUint64Array(values.buffer)];
}

function expectBatchIsLive(bars: BarSeries, step: number): void {
  const rows = Int32Array.from({ length: Math.floor((bars.length - 99) / step) }, (_, k) => 99 + k * step);
  const side = Int8Array.from(rows, (row) => (row % 3 === 0 ? -1 : 1));
  const batch = new BigUint64Array(computeFeatures(namesOf(bars), bars, rows, side, CONTEXT).buffer);
  rows.forEach((row, k) => {
    const width = namesOf(bars).length;
    expect([...batch.subarray(k * width, (k + 1) * width)], `bar ${row}`).toEqual(liveBits(bars, row, side[k]));
  });
}

describe('every feature', () => {
  test('is the same bit for bit in batch and live, on random walks', () => {
    for (let seed = 1; seed <= 5; seed++) expectBatchIsLive(randomWalk(700, seed), 7);
  });

  test('is the same bit for bit in batch and live, on real bars', { tags: ['real-data'] }, () => {
    expectBatchIsLive(readTestBars('binance_ETHUSDT_15m_2025.csv.gz', 3000), 11);
    expectBatchIsLive(readTestBars('lean_oanda_EURUSD_1h_2013_on.csv.gz', 3000), 11);
  });

  test('reads nothing after its bar and nothing before its window', () => {
    const bars = randomWalk(400, 21);
    const other = randomWalk(400, 22);
    const blind = new Map<FeatureName, number>();
    for (const row of [120, 200, 280]) {
      const inWindow = (i: number): boolean => i > row - WINDOW_BARS && i <= row;
      const spliced = BarSeries.fromBars(Array.from({ length: 400 }, (_, i) => (inWindow(i) ? bars : other).bar(i)));
      for (const name of namesOf(bars)) {
        const of = (series: BarSeries): number =>
          computeFeatures([name], series, Int32Array.of(row), Int8Array.of(1), CONTEXT)[0];
        expect(Object.is(of(bars), of(spliced)), `${name} at bar ${row}`).toBe(true);
        const own = BarSeries.fromBars(Array.from({ length: 400 }, (_, i) => (inWindow(i) ? other : bars).bar(i)));
        if (name !== 'regime' && of(own) === of(bars)) blind.set(name, (blind.get(name) ?? 0) + 1);
      }
    }
    for (const [name, nRows] of blind) expect(nRows, `${name} does not look at its own window`).toBeLessThan(3);
  });

  test('never looks further back than it says', () => {
    const bars = randomWalk(300, 31);
    const other = randomWalk(300, 32);
    for (const name of namesOf(bars)) {
      const from = 250 - FEATURES[name as BuiltInFeatureName].lookback + 1;
      const spliced = BarSeries.fromBars(Array.from({ length: 300 }, (_, i) => (i >= from ? bars : other).bar(i)));
      const of = (series: BarSeries): number =>
        computeFeatures([name], series, Int32Array.of(250), Int8Array.of(1), CONTEXT)[0];
      // Volume buckets and the regime start at the window's edge, so their windows are exactly W.
      expect(Object.is(of(bars), of(spliced)), name).toBe(true);
    }
  });

  test('turns with the side when it is directional, and only then', () => {
    const bars = randomWalk(200, 41);
    const rows = Int32Array.of(150, 150);
    const names = namesOf(bars);
    const values = computeFeatures(names, bars, rows, Int8Array.of(1, -1), CONTEXT);
    names.forEach((name, j) => {
      const [long, short] = [values[j], values[names.length + j]];
      expect(short, name).toBe(FEATURES[name as BuiltInFeatureName].directional ? -long : long);
    });
  });

  test('is finite on prices that do not move, and without volume', () => {
    const flat = { open: 5, high: 5, low: 5, close: 5, volume: 0 };
    const bars = BarSeries.fromBars(Array.from({ length: 120 }, (_, i) => ({ ...flat, tsEvent: BigInt(i) })));
    const names = namesOf(bars);
    const values = computeFeatures(names, bars, Int32Array.of(119), Int8Array.of(1), CONTEXT);
    const byName = Object.fromEntries(names.map((name, j) => [name, values[j]]));
    expect(byName).toMatchObject({ volatility: 0, trend_strength: 0, mean_reversion: 0, volume_ratio: 1, vpin: 0 });
    expect(byName).toMatchObject({ rsi: 0, macd_histogram: 0, bollinger_b: 0, adx: 0, efficiency_ratio: 0 });
    const missing = names.filter((name) => !Number.isFinite(byName[name]));
    expect(missing, 'how illiquid it is, nothing says').toEqual(['amihud_illiquidity']);
  });

  test('does not care in which currency prices are, up to rounding', () => {
    const bars = randomWalk(200, 51);
    const scale = (x: Float64Array): Float64Array => x.map((price) => price * 1024); // a power of two scales exactly
    const scaled = BarSeries.fromColumns({
      ...bars,
      open: scale(bars.open),
      high: scale(bars.high),
      low: scale(bars.low),
      close: scale(bars.close),
    });
    const names = namesOf(bars).filter((name) => !FEATURES[name as BuiltInFeatureName].unit.includes('unit of price'));
    expect(liveBits(scaled, 180, 1, names)).toEqual(liveBits(bars, 180, 1, names));
  });
});

test('the definitions, written out once more at one bar', () => {
  const bars = randomWalk(200, 61);
  const t = 170;
  const c = (i: number): number => bars.close[i];
  const last = (n: number): number[] => Array.from({ length: n }, (_, k) => t - n + 1 + k);
  const sd = (values: number[]): number => {
    const m = values.reduce((a, b) => a + b, 0) / values.length;
    return Math.sqrt(values.reduce((a, b) => a + (b - m) ** 2, 0) / (values.length - 1));
  };
  const vol = (end: number): number => sd(Array.from({ length: 20 }, (_, k) => Math.log(c(end - k) / c(end - k - 1))));
  const tr = (i: number): number =>
    Math.max(bars.high[i] - bars.low[i], Math.abs(bars.high[i] - c(i - 1)), Math.abs(bars.low[i] - c(i - 1)));
  const sma = last(20).reduce((sum, i) => sum + c(i) / 20, 0);
  const atr = last(14).reduce((sum, i) => sum + tr(i) / 14, 0);
  const expected: Partial<Record<BuiltInFeatureName, number>> = {
    volatility: vol(t),
    momentum: -Math.log(c(t) / c(t - 20)),
    trend_strength: Math.abs(Math.log(c(t) / c(t - 20))) / (vol(t) * Math.sqrt(20)),
    normalized_atr: atr / c(t),
    vol_of_vol: sd(last(20).map(vol)),
    mean_reversion: -(c(t) / sma - 1) / vol(t),
    volume_ratio: bars.volume[t] / last(20).reduce((sum, i) => sum + bars.volume[i] / 20, 0),
  };
  for (const [name, value] of Object.entries(expected)) {
    const ours = computeFeatures([name as BuiltInFeatureName], bars, Int32Array.of(t), Int8Array.of(-1), CONTEXT)[0];
    expect(Math.abs(ours / value - 1), name).toBeLessThan(1e-12);
  }
  expect(volatility(bars)[t]).toBeCloseTo(vol(t), 15);
  expect(volatility(bars)[19]).toBeNaN();
  expect(averageTrueRange(bars)[t]).toBeCloseTo(atr, 12);
  expect(averageTrueRange(bars)[13]).toBeNaN();
});

test('a row without a full window is refused', () => {
  const bars = randomWalk(120, 1);
  const at = (row: number) => () => computeFeatures(['momentum'], bars, Int32Array.of(row), Int8Array.of(1), CONTEXT);
  expect(at(98)).toThrow('rows[0] must be in [99, 119], was 98');
  expect(at(120)).toThrow('rows[0] must be in [99, 119], was 120');
});

test('a regime fitted on a planted market finds its parameters, and a flat one is degenerate', () => {
  const rng = new Rng(8);
  let turbulent = false;
  let price = 100;
  const close = Float64Array.from({ length: 20_000 }, () => {
    turbulent = rng.nextFloat() < (turbulent ? 0.95 : 0.02);
    price *= Math.exp(rng.nextGaussian() * (turbulent ? 0.01 : 0.003));
    return price;
  });
  const fit = fitRegime([close], { nStarts: 3, maxIterations: 50, maxBars: 20_000, seed: 1 });
  expect(fit.degenerate).toBe(false);
  expect(Math.sqrt(fit.model?.calmVariance ?? 0)).toBeCloseTo(0.003, 4);
  expect(Math.sqrt(fit.model?.turbulentVariance ?? 0)).toBeCloseTo(0.01, 3);
  expect(fit.model?.stayCalm).toBeCloseTo(0.98, 2);
  expect(Math.abs((fit.model?.stayTurbulent ?? 0) - 0.95)).toBeLessThan(0.015);
  const flat = fitRegime([new Float64Array(500).fill(7)], { nStarts: 3, maxIterations: 50, maxBars: 20_000, seed: 1 });
  expect(flat).toMatchObject({ model: null, degenerate: true, reason: 'the price never moves' });
});
