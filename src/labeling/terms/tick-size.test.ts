import { describe, expect, test } from 'vitest';
import { readTestBars } from '../../../test/support/read-test-bars.ts';
import { Rng } from '../../core/index.ts';
import { estimateTickSize, roundToTick } from './tick-size.ts';

/** The double that a decimal number is read as. */
const decimal = (digits: bigint, exponent: number): number => Number(`${digits}e${exponent}`);
/** `n` closes that are random multiples of digits · 10^exponent, around 20,000 of them. */
function onGrid(n: number, digits: bigint, exponent: number, seed = 1): Float64Array {
  const rng = new Rng(seed);
  return Float64Array.from({ length: n }, () => decimal(digits * BigInt(10_000 + rng.nextInt(20_000)), exponent));
}
/** Prices with all digits, as adjusted or simulated ones. */
function ofAllDigits(n: number, seed = 1): Float64Array {
  const rng = new Rng(seed);
  return Float64Array.from({ length: n }, () => 100 + rng.nextGaussian());
}

describe('the tick size is the coarsest step on which the closes lie', () => {
  const exponents = [-9, -8, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3];
  test.each(exponents)('of 1, 2, 2.5 and 5 times 10^%i', (k) => {
    expect(estimateTickSize(onGrid(3000, 1n, k))).toBe(Number(`1e${k}`));
    expect(estimateTickSize(onGrid(3000, 2n, k))).toBe(Number(`2e${k}`));
    expect(estimateTickSize(onGrid(3000, 25n, k - 1))).toBe(Number(`2.5e${k}`));
    expect(estimateTickSize(onGrid(3000, 5n, k))).toBe(Number(`5e${k}`));
  });

  test.each([1, 2, 3, 5, 6, 8, 12, 20])('of 2^-%i', (k) => {
    const step = 2 ** -k;
    expect(estimateTickSize(onGrid(3000, 1n, 0).map((n) => n * step))).toBe(step);
  });

  test('a step that none of these is has the finer one that it lies on', () => {
    expect(estimateTickSize(onGrid(3000, 3n, -1)), 'multiples of 0.3').toBe(0.1);
    expect(estimateTickSize(onGrid(3000, 15n, 0)), 'multiples of 15').toBe(5);
  });

  test('adjusted and simulated prices have none', () => {
    expect(estimateTickSize(ofAllDigits(3000))).toBeNull();
    const adjusted = onGrid(3000, 1n, -2).map((price) => price * 0.98765432109);
    expect(estimateTickSize(adjusted)).toBeNull();
  });

  test('prices that never move have none, nor has one alone', () => {
    expect(estimateTickSize(new Float64Array(3000).fill(100))).toBeNull();
    expect(estimateTickSize(Float64Array.of(100))).toBeNull();
  });

  test.each([1000, 3000, 7000, 9000, 20_000])('one close in a thousand may lie off the grid, of %i', (n) => {
    const close = onGrid(n, 5n, -1);
    const off = ofAllDigits(n, 2);
    for (let k = 0; k < n / 1000; k++) close[7 + 900 * k] = off[k];
    expect(estimateTickSize(close), 'exactly 99.9 %').toBe(0.5);
    close[3] = off[n - 1];
    expect(estimateTickSize(close), 'one more').toBeNull();
  });

  test('of fewer than a thousand, none', () => {
    const close = onGrid(999, 5n, -1);
    close[500] = 7777.123456789012;
    expect(estimateTickSize(close)).toBeNull();
  });

  test('the latest 20,000 closes decide', () => {
    const close = new Float64Array(50_000);
    close.set(ofAllDigits(30_000));
    close.set(onGrid(20_000, 25n, -2), 30_000);
    expect(estimateTickSize(close)).toBe(0.25);
    close.copyWithin(1, 0, 49_979);
    expect(estimateTickSize(close.subarray(0, 49_979)), '22 that are older').toBeNull();
  });

  test('a step under 1e-8 of the median close is none', () => {
    const millionths = (price: bigint): Float64Array => {
      const rng = new Rng(3);
      return Float64Array.from({ length: 3001 }, () => decimal(price * 1_000_000n + BigInt(rng.nextInt(9999)), -6));
    };
    expect(estimateTickSize(millionths(99n))).toBe(1e-6);
    expect(estimateTickSize(millionths(101n))).toBeNull();
    const median = onGrid(3001, 1n, -6).map((price, k) => (k % 3 === 0 ? price * 3e4 : price));
    expect(estimateTickSize(median), 'the median, not the mean').toBe(1e-6);
  });

  test('of real files', { tags: ['real-data'] }, () => {
    const ticks: Readonly<Record<string, number>> = {
      bitmex_XBTUSD_1m_2018H2: 0.5,
      cme_ESZ3_1m_2013_10: 0.25,
      cme_6EH4_1m_2024_01: 0.00005,
      binance_BTCUSDT_1h_2022_2025Q3: 0.01,
      binance_DOGEUSDT_15m_2025: 0.00001,
      fxcm_GBPUSD_1m_bid_2012_02: 0.00001,
      lean_oanda_EURUSD_1h_2013_on: 0.000005,
      lean_IBM_1h_2000_2012: 0.01,
      us_equity_BKNG_1m_2024: 0.0001,
    };
    for (const [name, tick] of Object.entries(ticks)) {
      const { close } = readTestBars(`${name.replace(/_(10|01|02)$/, '-$1')}.csv.gz`);
      expect(estimateTickSize(close), name).toBe(tick);
    }
  });
});

describe('a price is rounded to the tick', () => {
  test.each<[price: number, up: number, down: number, tick: number]>([
    [101.3, 101.5, 101, 0.5],
    [101.5, 101.5, 101.5, 0.5],
    [0.1 + 0.2, 0.3, 0.3, 0.1],
    [1.23456, 1.2346, 1.2345, 0.0001],
    [99.9999999999, 100, 100, 0.01],
    [4001, 4002.5, 4000, 2.5],
    [1.3, 1.5, 1.2, 0.3],
  ])('%d, by %d and %d, of %d', (price, up, down, tick) => {
    expect(roundToTick(price, 1, tick)).toBe(up);
    expect(roundToTick(price, -1, tick)).toBe(down);
  });

  test('of no grid it stays what it is', () => expect(roundToTick(1.2345678901, 1, null)).toBe(1.2345678901));

  test.each<[bigint, number]>([
    [1n, -1],
    [1n, -2],
    [5n, -2],
    [25n, -3],
    [5n, -5],
    [3n, -1],
    [78125n, -7],
  ])('to the double that a file would have, of %i · 10^%i', (digits, exponent) => {
    const tick = decimal(digits, exponent);
    for (let n = 1n; n <= 600n; n++) {
      const price = decimal(n * digits, exponent);
      expect(roundToTick(price, 1, tick)).toBe(price);
      expect(roundToTick(price, -1, tick)).toBe(price);
      expect(roundToTick(Number(n) * tick, 1, tick), `${n} ticks added up`).toBe(price);
      const between = decimal(n * digits * 10n + digits * 3n, exponent - 1);
      expect(roundToTick(between, -1, tick)).toBe(price);
      expect(roundToTick(between, 1, tick)).toBe(decimal((n + 1n) * digits, exponent));
    }
  });
});
