import { describe, expect, test } from 'vitest';
import { golden } from '../../../test/golden/golden.ts';
import { expected } from '../../../test/golden/validation/expected.ts';
import { Rng } from '../../core/index.ts';
import { logLosses, longRunVariance, meanTest, overlapLag, prequentialBaseRate, studentUpperTail } from '../index.ts';

test('variance, statistic and chance are those of statsmodels’ HAC errors and SciPy’s t', () => {
  for (const { difference, lag, mean, variance, statistic, p_value } of expected.diebold_mariano) {
    const values = Float64Array.from(difference);
    const result = meanTest(values, lag);
    const name = `${values.length} differences, ${lag} lags`;
    expect(longRunVariance(values, lag) / variance, name).toBeCloseTo(1, 12);
    expect(result.mean, name).toBeCloseTo(mean, 12);
    expect(result.statistic, name).toBeCloseTo(statistic, 11);
    expect(Math.abs(result.pValue / p_value - 1), name).toBeLessThan(1e-10);
  }
  for (const { values, lag, variance } of golden.long_run_variance) {
    expect(longRunVariance(Float64Array.from(values), lag) / variance).toBeCloseTo(1, 12);
  }
});

test('by hand: four differences, no lags', () => {
  const { statistic, pValue } = meanTest(Float64Array.of(1, 2, 3, 4), 0);
  const t = (2.5 / Math.sqrt(1.25 / 4)) * Math.sqrt(3 / 4);
  expect(statistic).toBeCloseTo(t, 12);
  expect(pValue).toBeCloseTo(studentUpperTail(t, 3), 12);
});

test('swapping the forecasts negates the statistic', () => {
  const rng = new Rng(5);
  for (let k = 0; k < 50; k++) {
    const difference = Float64Array.from({ length: 2 + rng.nextInt(80) }, () => rng.nextGaussian() + 0.1);
    const lag = rng.nextInt(difference.length + 5);
    const forward = meanTest(difference, lag);
    const swapped = meanTest(
      difference.map((d) => -d),
      lag,
    );
    expect(swapped.statistic, `draw ${k}`).toBeCloseTo(-forward.statistic, 12);
    expect(forward.pValue + swapped.pValue, `draw ${k}`).toBeCloseTo(1, 12);
  }
});

test('two differences are the fewest that can be tested: 1 and 2 have t = 3 with one degree of freedom', () => {
  const { mean, statistic, pValue } = meanTest(Float64Array.of(1, 2), 0);
  expect(mean).toBe(1.5);
  expect(statistic).toBeCloseTo(3, 14);
  expect(pValue).toBeCloseTo(0.5 - Math.atan(3) / Math.PI, 14);
});

describe('differences that do not vary are no edge', () => {
  test.each<[string, Float64Array]>([
    ['no difference at all', new Float64Array(50)],
    ['the same difference everywhere', new Float64Array(50).fill(0.1)],
    ['one event', Float64Array.of(0.3)],
    ['no event', new Float64Array(0)],
  ])('%s', (_, difference) => {
    const result = meanTest(difference, 3);
    expect(result).toMatchObject({ statistic: 0, pValue: 1 });
    expect(result.mean, 'the mean, 0 for no event').toBeCloseTo(difference.at(0) ?? 0, 14);
  });

  test('rounding errors between two computations of one forecast are no edge', () => {
    const rng = new Rng(1);
    const label = Uint8Array.from({ length: 2000 }, () => (rng.nextFloat() < 0.37 ? 1 : 0));
    const one = new Float64Array(2000).fill(0.37);
    const other = one.map((p, k) => p + (label[k] === 1 ? 2e-16 : -2e-16));
    const better = logLosses(label, other);
    const difference = logLosses(label, one).map((loss, k) => loss - better[k]);
    expect(
      difference.some((d) => d !== 0),
      'they differ',
    ).toBe(true);
    expect(meanTest(difference, 4)).toMatchObject({ statistic: 0, pValue: 1 });
  });

  test('a lag as long as the data is reduced, and the test finds no edge', () => {
    const difference = Float64Array.of(1, 2, 3, 4);
    expect(meanTest(difference, 99)).toMatchObject({ lag: 3, statistic: 0, pValue: 0.5 });
    expect(() => meanTest(difference, -1)).toThrow('lag must be an integer >= 0, was -1');
  });
});

test('the lag is twice the most later events that start inside one span', () => {
  expect(overlapLag(Int32Array.of(0, 1, 2, 10), Int32Array.of(2, 3, 4, 12))).toBe(4);
  expect(overlapLag(Int32Array.of(0, 5), Int32Array.of(4, 9))).toBe(0);
  expect(overlapLag(Int32Array.of(0, 4), Int32Array.of(4, 9)), 'spans are closed').toBe(2);
  const rng = new Rng(7);
  for (let k = 0; k < 100; k++) {
    const t0 = Int32Array.from({ length: 40 }, () => rng.nextInt(120)).sort();
    const t1 = t0.map((bar) => bar + rng.nextInt(rng.nextInt(5) === 0 ? 60 : 8));
    const inside = Array.from(t0.keys(), (i) => t0.filter((bar, j) => j > i && bar <= t1[i]).length);
    expect(overlapLag(t0, t1), `draw ${k}`).toBe(2 * Math.max(...inside));
  }
});

test('spans of different length are refused', () => {
  expect(() => overlapLag(Int32Array.of(1, 2), Int32Array.of(1))).toThrow('t1 must be as long as t0 (2), was 1');
});

describe('forecasts without information', () => {
  const SEEDS = 400;
  const N = 600;
  // Of 400 tests at 5 %, 20 ± 4.4 reject; 34 or more do so in one of 500 runs, and 40 would be a size of 10 %.
  const MAX_EDGES = 34;

  /** Labels that look `span` bars ahead on a random walk, and a slow random score for each event. */
  function drawNull(
    seed: number,
    span: number,
  ): { t0: Int32Array; t1: Int32Array; label: Uint8Array; score: Float64Array } {
    const rng = new Rng(5000 + seed);
    const steps = Float64Array.from({ length: N + span }, () => rng.nextGaussian());
    const t0 = Int32Array.from({ length: N }, (_, k) => k);
    const label = Uint8Array.from(t0, (k) => (steps.subarray(k, k + span).reduce((a, b) => a + b, 0) > 0 ? 1 : 0));
    let level = 0;
    const scores = Float64Array.from(t0, () => {
      level = 0.9 * level + 0.1 * rng.nextGaussian();
      return level;
    });
    return { t0, t1: t0.map((bar) => bar + span - 1), label, score: scores };
  }

  /** Number of rejections when neither forecast is better: each loss minus its expectation under a fair coin. */
  function countEdges(span: number, lagOf: typeof overlapLag): number {
    let edges = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      const { t0, t1, label, score } = drawNull(seed, span);
      const probability = score.map((m) => 0.5 + 0.2 * Math.tanh(2 * m));
      const loss = logLosses(label, probability);
      const difference = loss.map((l, k) => -(Math.log(probability[k]) + Math.log(1 - probability[k])) / 2 - l);
      if (meanTest(difference, lagOf(t0, t1)).pValue < 0.05) edges++;
    }
    return edges;
  }

  test('get the verdict edge in 5 % of seeds when labels do not overlap', () => {
    const edges = countEdges(1, overlapLag);
    expect(edges).toBeLessThan(MAX_EDGES);
    expect(edges).toBeGreaterThan(6);
  });

  test('get the verdict edge hardly more often when ten labels overlap, thanks to the lags', () => {
    const edges = countEdges(10, overlapLag);
    expect(edges, 'Newey–West is a little liberal under overlap').toBeLessThan(40);
    expect(edges).toBeGreaterThan(6);
    expect(
      countEdges(10, () => 0),
      'without lags the test rejects far too often',
    ).toBeGreaterThan(60);
  });

  test('do not beat the base rate they started from', () => {
    let edges = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      const { t0, t1, label, score } = drawNull(seed, 10);
      const benchmark = prequentialBaseRate(t0, t1, label);
      const probability = benchmark.map((p, k) => 1 / (1 + ((1 - p) / p) * Math.exp(-0.2 * score[k])));
      const loss = logLosses(label, probability);
      const difference = logLosses(label, benchmark).map((l, k) => l - loss[k]);
      const tested = difference.subarray(N / 6);
      if (meanTest(tested, overlapLag(t0, t1)).pValue < 0.05) edges++;
    }
    expect(edges).toBeLessThan(MAX_EDGES);
  });
});
