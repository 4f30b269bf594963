import { describe, expect, test } from 'vitest';
import { randomBars } from '../../test/support/random-bars.ts';
import {
  type BarSeries,
  BUILT_IN_FEATURE_NAMES,
  DEFAULT_VPIN_OPTIONS,
  FEATURE_NAMES,
  type FeatureName,
} from '../domain/index.ts';
import { averageTrueRange, computeFeatures, FEATURES, volatility, volatilityAt } from './index.ts';

const CONTEXT = { regime: null, vpin: DEFAULT_VPIN_OPTIONS };
const DIGITS = 60n;
const ONE = 10n ** DIGITS;

/* A second implementation from the definitions, in 60-digit fixed point; it shares no code with the kernels. */
const exact = {
  of(x: number): bigint {
    const parts = new DataView(new ArrayBuffer(8));
    parts.setFloat64(0, x);
    const word = parts.getBigUint64(0);
    const exponent = ((word >> 52n) & 0x7ffn) - 1075n;
    const mantissa = (word & 0xfffffffffffffn) | 0x10000000000000n;
    const scaled = exponent >= 0n ? (mantissa * ONE) << exponent : (mantissa * ONE) >> -exponent;
    return x === 0 ? 0n : x < 0 ? -scaled : scaled;
  },
  number: (x: bigint): number => Number(x) / 1e60,
  div: (a: bigint, b: bigint): bigint => (a * ONE) / b,
  mul: (a: bigint, b: bigint): bigint => (a * b) / ONE,
  abs: (a: bigint): bigint => (a < 0n ? -a : a),
  sum: (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n),
  sqrt(a: bigint): bigint {
    let x = BigInt(Math.floor(Math.sqrt(Number(a)))) * 10n ** (DIGITS / 2n) + 1n;
    for (let k = 0; k < 12; k++) x = (x + (a * ONE) / x) / 2n;
    return x;
  },
  ln(a: bigint, b: bigint): bigint {
    const s = exact.div(a - b, a + b);
    const square = exact.mul(s, s);
    let term = s;
    let sum = 0n;
    for (let n = 1n; term !== 0n; n += 2n, term = exact.mul(term, square)) sum += term / n;
    return 2n * sum;
  },
  deviation(values: readonly bigint[]): bigint {
    const n = BigInt(values.length);
    const mean = exact.sum(values) / n;
    return exact.sqrt(exact.sum(values.map((v) => exact.mul(v - mean, v - mean))) / (n - 1n));
  },
};

const steps = (n: number, last: number): number[] => Array.from({ length: n }, (_, i) => last - n + 1 + i);

function exactFeatures(bars: BarSeries, t: number, side: bigint): Partial<Record<FeatureName, number>> {
  const close = (i: number): bigint => exact.of(bars.close[i]);
  const returns = (i: number): bigint => exact.ln(close(i), close(i - 1));
  const volatilityAt = (i: number): bigint => exact.deviation(steps(20, i).map(returns));
  const sigma = volatilityAt(t);
  const move = exact.ln(close(t), close(t - 20));
  const sma = exact.sum(steps(20, t).map(close)) / 20n;
  const trueRange = (i: number): bigint => {
    const [h, l, c] = [exact.of(bars.high[i]), exact.of(bars.low[i]), close(i - 1)];
    return [h - l, exact.abs(h - c), exact.abs(l - c)].reduce((a, b) => (a > b ? a : b));
  };
  const meanVolume = exact.sum(steps(20, t).map((i) => exact.of(bars.volume[i]))) / 20n;
  return {
    volatility: exact.number(sigma),
    momentum: exact.number(side * move),
    trend_strength: exact.number(exact.div(exact.abs(move), exact.mul(sigma, exact.sqrt(20n * ONE)))),
    normalized_atr: exact.number(exact.div(exact.sum(steps(14, t).map(trueRange)) / 14n, close(t))),
    vol_of_vol: exact.number(exact.deviation(steps(20, t).map(volatilityAt))),
    mean_reversion: exact.number(side * exact.div(exact.div(close(t), sma) - ONE, sigma)),
    volume_ratio: exact.number(exact.div(exact.of(bars.volume[t]), meanVolume)),
  };
}

test('every rolling feature is within 1e-12 of exact arithmetic on prices around 100,000', () => {
  const bars = randomBars(1200, 17);
  const names = FEATURE_NAMES.slice(0, 8).filter((name) => name !== 'regime');
  for (let t = 99; t < bars.length; t += 53) {
    const side = t % 2 === 0 ? 1 : -1;
    const ours = computeFeatures(names, bars, Int32Array.of(t), Int8Array.of(side), CONTEXT);
    const expected = exactFeatures(bars, t, BigInt(side));
    names.forEach((name, j) => {
      const value = expected[name] as number;
      expect(Math.abs(ours[j] - value), `${name} at bar ${t}`).toBeLessThanOrEqual(1e-12 * Math.abs(value));
    });
  }
});

/** 100 bars whose close alternates between two prices, with known ranges and volumes. */
function zigzag(): BarSeries {
  const bars = randomBars(100, 1);
  for (let i = 0; i < 100; i++) {
    bars.close[i] = i % 2 === 0 ? 100 : 110;
    bars.open[i] = bars.close[i];
    bars.high[i] = bars.close[i] + 1;
    bars.low[i] = bars.close[i] - 1;
    bars.volume[i] = 4;
  }
  bars.volume[99] = 24;
  return bars;
}

test('by hand: closes alternating 100 and 110, ending on 110', () => {
  const bars = zigzag();
  const row = Int32Array.of(99);
  const value = (name: FeatureName, side = 1): number =>
    computeFeatures([name], bars, row, Int8Array.of(side), CONTEXT)[0];
  const sigma = Math.log(1.1) * Math.sqrt(20 / 19);
  expect(value('volatility')).toBeCloseTo(sigma, 14);
  expect(value('momentum'), 'twenty bars ago the price was the same').toBe(0);
  expect(value('trend_strength')).toBe(0);
  expect(value('normalized_atr'), 'every true range is 11: a bar of 2 beyond a close 10 away').toBeCloseTo(0.1, 15);
  expect(value('vol_of_vol')).toBeLessThan(1e-16);
  expect(value('mean_reversion')).toBeCloseTo((110 / 105 - 1) / sigma, 13);
  expect(value('mean_reversion', -1)).toBeCloseTo(-(110 / 105 - 1) / sigma, 13);
  expect(value('volume_ratio'), '24 against a mean of 5').toBeCloseTo(4.8, 14);
  expect(value('regime'), 'no model fitted').toBe(0.5);
  expect(averageTrueRange(bars)[99]).toBeCloseTo(11, 13);
});

test('volatility and averageTrueRange equal the features, and are NaN until enough bars are known', () => {
  const bars = randomBars(400, 23);
  const sigma = volatility(bars);
  const atr = averageTrueRange(bars);
  expect([...sigma.subarray(0, 20), ...atr.subarray(0, 14)].every(Number.isNaN)).toBe(true);
  expect(Number.isNaN(sigma[20]) || Number.isNaN(atr[14])).toBe(false);
  const rows = Int32Array.from({ length: 301 }, (_, k) => 99 + k);
  const values = computeFeatures(['volatility', 'normalized_atr'], bars, rows, new Int8Array(301), CONTEXT);
  rows.forEach((row, k) => {
    expect(values[2 * k]).toBe(sigma[row]);
    expect(values[2 * k + 1]).toBe(atr[row] / bars.close[row]);
  });
  for (let row = 0; row < 400; row++) expect(volatilityAt(bars, row), `bar ${row}`).toBe(sigma[row]);
  const short = bars.slice(0, 5);
  expect([...volatility(short), ...averageTrueRange(short)].every(Number.isNaN)).toBe(true);
});

describe('computeFeatures', () => {
  const bars = randomBars(150, 2, false);
  const rows = Int32Array.of(99, 149);
  const side = Int8Array.of(1, -1);

  test('accepts the first and last possible row and writes into the given array', () => {
    const out = new Float64Array(7).fill(-9);
    expect(computeFeatures(['momentum', 'volatility', 'regime'], bars, rows, side, CONTEXT, out)).toBe(out);
    expect(out[2]).toBe(0.5);
    expect(out[6], 'beyond the result').toBe(-9);
    expect(computeFeatures(['momentum'], bars, new Int32Array(0), new Int8Array(0), CONTEXT).length).toBe(0);
  });

  test('refuses wrong input by field, rule and value', () => {
    const call = (over: object): (() => Float64Array) => {
      const given = { names: ['volatility'] as FeatureName[], rows, side, context: CONTEXT, ...over };
      return () => computeFeatures(given.names, bars, given.rows, given.side, given.context);
    };
    expect(call({ rows: Int32Array.of(99, 98) })).toThrow('rows[1] must be in [99, 149], was 98');
    expect(call({ rows: Int32Array.of(150, 99) })).toThrow('rows[0] must be in [99, 149], was 150');
    expect(call({ side: Int8Array.of(1) })).toThrow('side must be as long as rows (2), was 1');
    expect(call({ side: Int8Array.of(1, 2) })).toThrow('side[1] must be -1, 0 or 1, was 2');
    expect(call({ names: ['volatilty'] })).toThrow('featureNames must be one of volatility, momentum');
    const aggressor = { ...DEFAULT_VPIN_OPTIONS, classifier: 'aggressor' };
    expect(call({ names: ['vpin'], context: { regime: null, vpin: aggressor } })).toThrow(
      'vpin.classifier must be other',
    );
    const upsideDown = { calmVariance: 2, turbulentVariance: 1, stayCalm: 0.9, stayTurbulent: 0.9 };
    expect(call({ names: ['regime'], context: { regime: upsideDown, vpin: DEFAULT_VPIN_OPTIONS } })).toThrow(
      'regime.turbulentVariance must be finite and > calmVariance, was 1',
    );
    const small = new Float64Array(1);
    expect(() => computeFeatures(['momentum'], bars, rows, side, CONTEXT, small)).toThrow(
      'out must be at least 2 long',
    );
  });

  test('every name has a definition', () => {
    expect(Object.keys(FEATURES)).toEqual([...BUILT_IN_FEATURE_NAMES]);
  });
});
