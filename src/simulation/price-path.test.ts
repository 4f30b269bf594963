import { describe, expect, test } from 'vitest';
import { Rng } from '../core/index.ts';
import { PricePath } from './price-path.ts';

const SEED = 20;
const SIGMA = 0.002;
const N = 40_000;

/** Close, high and low of many bars: log moves from the open in units of sigma. */
function drawBars(drift: number): { close: number; high: number; low: number }[] {
  const path = new PricePath(new Rng(SEED), new Rng(SEED + 1));
  return Array.from({ length: N }, () => {
    const { close, high, low } = path.drawBar(50, drift, SIGMA);
    const inSigmas = (price: number): number => Math.log(price / 50) / SIGMA;
    return { close: inSigmas(close), high: inSigmas(high), low: inSigmas(low) };
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

/** Largest distance of an empirical distribution from the uniform one, times the root of the number of values. */
function kolmogorov(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const largest = sorted.reduce((most, x, i) => Math.max(most, Math.abs(x - i / N), Math.abs(x - (i + 1) / N)), 0);
  return largest * Math.sqrt(N);
}

describe('extremes are those of a continuous path', () => {
  test.each([0, 0.0006])(
    'given its close, P(high > m) = exp(-2 m (m - close)), and the low mirrors it; drift %d',
    (drift) => {
      const bars = drawBars(drift);
      // So these are uniform. 1.95 is exceeded once in a thousand; high and low of a grid of 64 points a bar give 28.
      const ofHigh = kolmogorov(bars.map(({ close, high }) => Math.exp(-2 * high * (high - close))));
      const ofLow = kolmogorov(bars.map(({ close, low }) => Math.exp(-2 * low * (low - close))));
      expect(ofHigh, `seed ${SEED}: high`).toBeLessThan(1.95);
      expect(ofLow, `seed ${SEED}: low`).toBeLessThan(1.95);
    },
  );

  test('high and low belong together: mean and mean square of the range are those of Feller and Parkinson', () => {
    const ranges = drawBars(0).map(({ high, low }) => high - low);
    const squares = ranges.map((range) => range * range);
    const error = (values: readonly number[]): number =>
      Math.sqrt((mean(values.map((x) => x * x)) - mean(values) ** 2) / N);
    const [first, second] = [Math.sqrt(8 / Math.PI), 4 * Math.log(2)];
    expect(Math.abs(mean(ranges) - first) / error(ranges), `seed ${SEED}: mean range`).toBeLessThan(3);
    expect(Math.abs(mean(squares) - second) / error(squares), `seed ${SEED}: mean square`).toBeLessThan(3);
  });

  test('the price has no drift: its mean stays, and that of the logarithm falls by half the variance', () => {
    const path = new PricePath(new Rng(SEED), new Rng(SEED + 1));
    const sigma = 0.5; // so large that half the variance is 50 standard errors
    const closes = Array.from({ length: N }, () => path.drawBar(1, 0, sigma).close);
    const error = Math.sqrt((Math.exp(sigma * sigma) - 1) / N);
    expect(Math.abs(mean(closes) - 1) / error, `seed ${SEED}: price`).toBeLessThan(3);
    const logs = mean(closes.map((close) => Math.log(close)));
    expect(Math.abs(logs + (sigma * sigma) / 2) / (sigma / Math.sqrt(N)), `seed ${SEED}: logarithm`).toBeLessThan(3);
  });
});

test('closes depend on the moves alone', () => {
  const closes = (seed: number): number[] => {
    const path = new PricePath(new Rng(SEED), new Rng(seed));
    return Array.from({ length: 20 }, () => path.drawBar(50, 0, SIGMA).close);
  };
  expect(closes(1)).toEqual(closes(2));
});
