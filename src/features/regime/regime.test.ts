import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { randomBars } from '../../../test/support/random-bars.ts';
import { readTestBars } from '../../../test/support/read-test-bars.ts';
import { Rng } from '../../core/index.ts';
import type { RegimeModel } from '../../domain/index.ts';
import { checkRegimeModel, fitRegime, regimeWeight, turbulentProbability } from '../index.ts';
import { type BaumWelchParameters, baumWelchStep } from './baum-welch.ts';

const OPTIONS = { nStarts: 3, maxIterations: 50, maxBars: 20_000, seed: 42 };
const FREE = { varianceFloor: 0, probabilityMargin: 1e-12 };
const PLANTED: RegimeModel = { calmVariance: 4e-7, turbulentVariance: 4e-6, stayCalm: 0.98, stayTurbulent: 0.94 };

/** Closes of a market that follows `model`, with the state at each bar. */
function simulate(model: RegimeModel, nBars: number, seed: number): { close: Float64Array; turbulent: Uint8Array } {
  const rng = new Rng(seed);
  const close = new Float64Array(nBars).fill(100);
  const turbulent = new Uint8Array(nBars);
  for (let i = 1; i < nBars; i++) {
    const stay = turbulent[i - 1] === 1 ? model.stayTurbulent : model.stayCalm;
    turbulent[i] = rng.nextFloat() < stay ? turbulent[i - 1] : 1 - turbulent[i - 1];
    const variance = turbulent[i] === 1 ? model.turbulentVariance : model.calmVariance;
    close[i] = close[i - 1] * Math.exp(rng.nextGaussian() * Math.sqrt(variance));
  }
  return { close, turbulent };
}

const density = (square: number, variance: number): number =>
  Math.exp(-square / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);

/** Sums over all paths of states: P(returns), P(turbulent at each return | returns), expected numbers of transitions. */
function enumeratePaths(squares: Float64Array, p: BaumWelchParameters) {
  const n = squares.length;
  const stay = [p.stayCalm, p.stayTurbulent];
  const variance = [p.calmVariance, p.turbulentVariance];
  const mass = new Float64Array(n);
  const moves = [0, 0, 0, 0];
  let total = 0;
  for (let path = 0; path < 2 ** n; path++) {
    const state = (t: number): number => (path >> t) & 1;
    let likelihood = state(0) === 1 ? p.startTurbulent : 1 - p.startTurbulent;
    for (let t = 0; t < n; t++) {
      if (t > 0) likelihood *= state(t) === state(t - 1) ? stay[state(t)] : 1 - stay[state(t - 1)];
      likelihood *= density(squares[t], variance[state(t)]);
    }
    total += likelihood;
    for (let t = 0; t < n; t++) mass[t] += state(t) * likelihood;
    for (let t = 1; t < n; t++) moves[2 * state(t - 1) + state(t)] += likelihood;
  }
  return { total, smoothed: mass.map((m) => m / total), moves: moves.map((m) => m / total) };
}

const STICKY = { stayCalm: 0.8, stayTurbulent: 0.6, startTurbulent: 0.3 };
const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);

describe('Baum-Welch', () => {
  test('a step agrees with the sum over all paths', () => {
    const rng = new Rng(31);
    for (let round = 0; round < 20; round++) {
      const squares = Float64Array.from(
        { length: 10 },
        () => (rng.nextGaussian() * (rng.nextFloat() < 0.3 ? 3 : 1)) ** 2,
      );
      const p: BaumWelchParameters = {
        calmVariance: 0.3 + rng.nextFloat(),
        turbulentVariance: 2 + 5 * rng.nextFloat(),
        stayCalm: 0.2 + 0.7 * rng.nextFloat(),
        stayTurbulent: 0.2 + 0.7 * rng.nextFloat(),
        startTurbulent: rng.nextFloat(),
      };
      const { total, smoothed, moves } = enumeratePaths(squares, p);
      const step = baumWelchStep([squares], p, FREE, new Float64Array(10));
      expect(step.logLikelihood).toBeCloseTo(Math.log(total), 11);
      expect(step.occupancy).toBeCloseTo(sum(smoothed) / 10, 12);
      expect(step.next.startTurbulent).toBeCloseTo(smoothed[0], 12);
      expect(step.next.stayCalm).toBeCloseTo(moves[0] / (moves[0] + moves[1]), 12);
      expect(step.next.stayTurbulent).toBeCloseTo(moves[3] / (moves[2] + moves[3]), 12);
      const turbulentSquares = sum(squares.map((s, t) => s * smoothed[t]));
      expect(step.next.turbulentVariance).toBeCloseTo(turbulentSquares / sum(smoothed), 11);
      expect(step.next.calmVariance).toBeCloseTo((sum(squares) - turbulentSquares) / (10 - sum(smoothed)), 11);
    }
  });

  test('a step over several sequences agrees with the sums over the paths of each', () => {
    const rng = new Rng(32);
    const sequences = [7, 1, 9].map((n) => Float64Array.from({ length: n }, () => rng.nextGaussian() ** 2));
    const p: BaumWelchParameters = { calmVariance: 0.4, turbulentVariance: 3, ...STICKY };
    const paths = sequences.map((squares) => enumeratePaths(squares, p));
    const step = baumWelchStep(sequences, p, FREE, new Float64Array(9));
    const moves = [0, 1, 2, 3].map((m) => paths.reduce((total, path) => total + path.moves[m], 0));
    const mass = paths.reduce((total, { smoothed }) => total + sum(smoothed), 0);
    const squares = sequences.reduce((total, each, i) => total + sum(each.map((s, t) => s * paths[i].smoothed[t])), 0);
    expect(step.logLikelihood).toBeCloseTo(
      paths.reduce((total, path) => total + Math.log(path.total), 0),
      11,
    );
    expect(step.occupancy).toBeCloseTo(mass / 17, 12);
    expect(step.next.startTurbulent).toBeCloseTo(paths.reduce((total, { smoothed }) => total + smoothed[0], 0) / 3, 12);
    expect(step.next.stayCalm).toBeCloseTo(moves[0] / (moves[0] + moves[1]), 12);
    expect(step.next.stayTurbulent).toBeCloseTo(moves[3] / (moves[2] + moves[3]), 12);
    expect(step.next.turbulentVariance).toBeCloseTo(squares / mass, 11);
  });

  test('the log-likelihood never falls, bounds included', () => {
    for (let seed = 0; seed < 8; seed++) {
      const close = seed % 2 === 0 ? simulate(PLANTED, 800, seed).close : randomBars(800, seed).close;
      const squares = Float64Array.from({ length: 799 }, (_, i) => Math.log(close[i + 1] / close[i]) ** 2);
      const bounds = { varianceFloor: (0.4 * sum(squares)) / 799, probabilityMargin: 0.02 };
      let p: BaumWelchParameters = { ...PLANTED, calmVariance: bounds.varianceFloor, startTurbulent: 0.5 };
      let before = -Infinity;
      for (let k = 0; k < 60; k++) {
        const step = baumWelchStep([squares], p, seed < 4 ? bounds : FREE, new Float64Array(799));
        expect(step.logLikelihood, `seed ${seed}, step ${k}`).toBeGreaterThanOrEqual(before - 1e-8);
        before = step.logLikelihood;
        p = step.next;
      }
    }
  });

  test('agrees with hmmlearn, step for step', () => {
    const file = new URL('../../../test/golden/features/regime.json', import.meta.url);
    const golden = JSON.parse(readFileSync(file, 'utf8'));
    const squares = Float64Array.from(golden.returns as number[], (r) => r * r);
    const scratch = new Float64Array(squares.length);
    const startTurbulent: number = golden.start.start_turbulent;
    for (const fit of golden.fits) {
      let p: BaumWelchParameters = {
        calmVariance: golden.start.calm_variance,
        turbulentVariance: golden.start.turbulent_variance,
        stayCalm: golden.start.stay_calm,
        stayTurbulent: golden.start.stay_turbulent,
        startTurbulent,
      };
      for (let k = 0; k < fit.iterations; k++) p = baumWelchStep([squares], p, FREE, scratch).next;
      expect(p.calmVariance / fit.calm_variance).toBeCloseTo(1, 8);
      expect(p.turbulentVariance / fit.turbulent_variance).toBeCloseTo(1, 8);
      expect(p.stayCalm).toBeCloseTo(fit.stay_calm, 8);
      expect(p.stayTurbulent).toBeCloseTo(fit.stay_turbulent, 8);
      expect(p.startTurbulent).toBeCloseTo(fit.start_turbulent, 8);
      expect(baumWelchStep([squares], p, FREE, scratch).logLikelihood).toBeCloseTo(fit.log_likelihood, 7);
    }
  });

  test('a crash thousands of deviations wide stays finite', () => {
    const squares = new Float64Array(300).fill(1e-8);
    squares[150] = 1;
    const p = { calmVariance: 1e-8, turbulentVariance: 1e-6, stayCalm: 0.99, stayTurbulent: 0.9, startTurbulent: 0.5 };
    const step = baumWelchStep([squares], p, FREE, new Float64Array(300));
    const crash = -0.5 / 1e-6 - 0.5 * Math.log(2 * Math.PI * 1e-6);
    expect(Object.values(step.next).every(Number.isFinite)).toBe(true);
    expect(Math.abs(step.logLikelihood - crash), 'the crash dominates the likelihood').toBeLessThan(5000);
  });
});

describe('fitRegime', () => {
  test('recovers planted regimes', () => {
    const fit = fitRegime([simulate(PLANTED, 20_000, 5).close], OPTIONS);
    const model = fit.model as RegimeModel;
    expect(fit).toMatchObject({ degenerate: false, reason: null });
    expect(model.calmVariance / PLANTED.calmVariance).toBeCloseTo(1, 1);
    expect(model.turbulentVariance / PLANTED.turbulentVariance).toBeCloseTo(1, 1);
    expect(Math.abs(model.stayCalm - PLANTED.stayCalm)).toBeLessThan(0.006);
    expect(Math.abs(model.stayTurbulent - PLANTED.stayTurbulent)).toBeLessThan(0.015);
    expect(() => checkRegimeModel(model)).not.toThrow();
  });

  test('the same input and seed give the same bits; only the latest bars count', () => {
    const { close } = simulate(PLANTED, 6000, 6);
    const options = { ...OPTIONS, maxBars: 3000 };
    const fit = fitRegime([close], options);
    expect(fitRegime([close], options)).toEqual(fit);
    expect(fitRegime([close.slice(3000)], options)).toEqual(fit);
    expect(fitRegime([close.slice(3001)], options)).not.toEqual(fit);
  });

  test('returns without two regimes give no model, with a reason', () => {
    const outliers = simulate({ ...PLANTED, stayCalm: 1 }, 5000, 7).close;
    for (let i = 2000; i < outliers.length; i += 1000) outliers[i] *= 1.5;
    expect(fitRegime([outliers], OPTIONS)).toMatchObject({ model: null, degenerate: true, reason: /./ });
    expect(fitRegime([new Float64Array(500).fill(7)], OPTIONS).reason).toBe('the price never moves');
    expect(fitRegime([simulate(PLANTED, 99, 1).close], OPTIONS).reason).toBe('only 98 returns to fit on');
    expect(fitRegime([new Float64Array(0)], OPTIONS).model).toBeNull();
  });

  test('a state of under 1 % of the returns, here a crash, is degenerate', () => {
    const { close } = simulate({ ...PLANTED, stayCalm: 1 }, 4000, 9);
    for (let i = 2000; i < 4000; i++) close[i] *= 1.008;
    const fit = fitRegime([close], OPTIONS);
    expect(fit.degenerate).toBe(true);
    expect(['a state holds under 1 % of the returns', 'a variance ended on its floor']).toContain(fit.reason);
  });

  test('several series share the bars evenly, the unused part of a short one goes to the others, and series are not joined', () => {
    const long = simulate(PLANTED, 3000, 6).close;
    const other = simulate(PLANTED, 3000, 7).close;
    const short = simulate(PLANTED, 400, 8).close;
    const options = { ...OPTIONS, maxBars: 2000 };
    const fit = fitRegime([long, short, other], options);
    expect(fitRegime([long.slice(-800), short, other.slice(-800)], options)).toEqual(fit);
    expect(fitRegime([long.slice(-799), short, other.slice(-800)], options)).not.toEqual(fit);
    // If series were joined, this jump in price would be the largest return.
    expect(fitRegime([long, short.map((close) => 1000 * close), other], options).model?.turbulentVariance).toBeCloseTo(
      fit.model?.turbulentVariance ?? 0,
      12,
    );
  });

  test('options are checked', () => {
    expect(() => fitRegime([new Float64Array(200)], { ...OPTIONS, nStarts: 0 })).toThrow(
      'nStarts must be an integer >= 1',
    );
  });

  test('real bars: hourly bitcoin has two regimes', { tags: ['real-data'] }, () => {
    const fit = fitRegime([readTestBars('binance_BTCUSDT_1h_2022_2025Q3.csv.gz', 30_000).close], OPTIONS);
    expect(fit.model === null).toBe(fit.degenerate);
    expect(Number.isFinite(fit.logLikelihood)).toBe(true);
  });
});

describe('turbulentProbability', () => {
  /** The textbook filter on log odds, which do not underflow: predict, weigh by the two densities, normalise. */
  function referenceFilter(close: Float64Array, end: number, m: RegimeModel): number {
    let p = (1 - m.stayCalm) / (2 - m.stayCalm - m.stayTurbulent);
    for (let i = end - 98; i <= end; i++) {
      const square = Math.log(close[i] / close[i - 1]) ** 2;
      const predicted = i === end - 98 ? p : p * m.stayTurbulent + (1 - p) * (1 - m.stayCalm);
      const logOdds =
        Math.log(predicted / (1 - predicted)) +
        0.5 * Math.log(m.calmVariance / m.turbulentVariance) +
        0.5 * square * (1 / m.calmVariance - 1 / m.turbulentVariance);
      p = 1 / (1 + Math.exp(-logOdds));
    }
    return p;
  }

  test('agrees with the textbook filter, also after long certainty', () => {
    const { close } = simulate(PLANTED, 3000, 12);
    close.subarray(1500).forEach((price, i) => {
      close[1500 + i] = price * 3;
    });
    const wild = Float64Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 100 : 190));
    const quiet = Float64Array.from({ length: 400 }, (_, i) => 100 + 1e-9 * (i % 2));
    for (const series of [close, wild, quiet]) {
      for (let end = 99; end < series.length; end += 23) {
        const found = turbulentProbability(series, end, PLANTED);
        expect(Math.abs(found - referenceFilter(series, end, PLANTED)), `bar ${end}`).toBeLessThan(1e-9);
        expect(found >= 0 && found <= 1).toBe(true);
      }
    }
  });

  test('finds the state of simulated bars', () => {
    const { close, turbulent } = simulate(PLANTED, 6000, 13);
    let right = 0;
    for (let end = 99; end < 6000; end++) {
      if (turbulentProbability(close, end, PLANTED) > 0.5 === (turbulent[end] === 1)) right++;
    }
    expect(right / 5901).toBeGreaterThan(0.88);
  });

  test('takes a series or its closes, and refuses an incomplete window or an invalid model', () => {
    const bars = randomBars(120, 4);
    expect(turbulentProbability(bars, 110, PLANTED)).toBe(turbulentProbability(bars.close, 110, PLANTED));
    expect(() => turbulentProbability(bars, 98, PLANTED)).toThrow('endIndex must be in [99, 119], was 98');
    expect(() => turbulentProbability(bars, 120, PLANTED)).toThrow('endIndex must be in [99, 119], was 120');
    const broken = { ...PLANTED, stayCalm: Number.NaN };
    expect(() => turbulentProbability(bars, 110, broken)).toThrow('regime.stayCalm must be a number in');
  });
});

test('the regime weight runs from 1 in calm to the floor in turbulence', () => {
  expect([0, 0.5, 1].map((p) => regimeWeight(p, 0.4))).toEqual([1, 0.7, 0.4]);
});
