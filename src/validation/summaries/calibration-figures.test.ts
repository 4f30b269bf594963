import { expect, test } from 'vitest';
import { expected } from '../../../test/golden/summaries/expected.ts';
import { Rng } from '../../core/index.ts';
import { expectedCalibrationError } from '../calibration.ts';
import { effectiveTrades } from '../claims/effective.ts';
import { calibrationFigures } from './calibration-figures.ts';
import { fitRecalibration } from './recalibration.ts';

const { calibration: golden } = expected;
const trades = {
  t0: Int32Array.from(golden.t0),
  end: Int32Array.from(golden.end),
  instrument: Int32Array.from(golden.instrument),
  label: Uint8Array.from(golden.label),
  probability: Float64Array.from(golden.probability),
};
const near = (value: number): unknown => expect.closeTo(value, 10);

test('errors of folds that cancel are told fold by fold, as NumPy has them', () => {
  const { error, errorByChance } = calibrationFigures(trades, golden.fold);
  expect(error).toBeCloseTo(golden.error, 12);
  expect(errorByChance).toBeCloseTo(golden.error_by_chance, 12);
  expect(expectedCalibrationError(trades.label, trades.probability)).toBeCloseTo(golden.pooled_error, 12);
  expect(golden.error, 'the case is one in which they cancel').toBeGreaterThan(2 * golden.pooled_error);
  const order = Int32Array.from(golden.t0.keys());
  expect(effectiveTrades(trades, trades.instrument, order)).toBeCloseTo(golden.n_effective, 9);
});

test('groups of the same size have the consistency bars of SciPy’s binomial, of as many signals as are independent', () => {
  const { bins } = calibrationFigures(trades, golden.fold);
  expect(
    bins.map(({ n, nEffective, meanProbability, hitRate, consistencyLow, consistencyHigh }) => ({
      n,
      n_effective: nEffective,
      mean_probability: meanProbability,
      hit_rate: hitRate,
      consistency_low: consistencyLow,
      consistency_high: consistencyHigh,
    })),
  ).toEqual(
    golden.bins.map((bin) => Object.fromEntries(Object.entries(bin).map(([name, value]) => [name, near(value)]))),
  );
});

test('the bars are those that resampling gives, as Bröcker and Smith published it', () => {
  const { probability, low, high } = expected.broecker_smith;
  const n = probability.length;
  const t0 = Int32Array.from({ length: n }, (_, k) => k);
  const independent = {
    t0,
    end: t0,
    instrument: new Int32Array(n),
    label: new Uint8Array(n),
    probability: Float64Array.from(probability),
  };
  const { bins } = calibrationFigures(independent, new Uint8Array(n));
  expect(bins).toHaveLength(low.length);
  bins.forEach(({ consistencyLow, consistencyHigh }, k) => {
    expect(Math.abs(consistencyLow - low[k])).toBeLessThan(0.006);
    expect(Math.abs(consistencyHigh - high[k])).toBeLessThan(0.006);
  });
});

test('calibrated probabilities err as much as is said of chance', () => {
  const [n, nSeeds] = [1000, 40];
  let [error, byChance] = [0, 0];
  for (let seed = 0; seed < nSeeds; seed++) {
    const rng = new Rng(seed);
    const t0 = Int32Array.from({ length: n }, (_, k) => k);
    const probability = Float64Array.from({ length: n }, () => 0.2 + 0.5 * rng.nextFloat());
    const label = Uint8Array.from(probability, (p) => (rng.nextFloat() < p ? 1 : 0));
    const calibrated = { t0, end: t0, instrument: new Int32Array(n), label, probability };
    const figures = calibrationFigures(calibrated, new Uint8Array(n));
    error += (figures.error ?? Number.NaN) / nSeeds;
    byChance += (figures.errorByChance ?? Number.NaN) / nSeeds;
  }
  expect(Math.abs(error / byChance - 1)).toBeLessThan(0.1);
});

test('slope and intercept are those of statsmodels’ logistic regression', () => {
  const counted = {
    logOdds: trades.probability.map((p) => Math.log(p / (1 - p))),
    ones: Float64Array.from(trades.label),
    zeros: Float64Array.from(trades.label, (label) => 1 - label),
  };
  expect(fitRecalibration(counted)).toEqual({ slope: near(golden.slope), intercept: near(golden.intercept) });
});

test('one probability, one label, and labels that a probability separates have no slope', () => {
  const slopeOf = (logOdds: number[], ones: number[], zeros: number[]): number =>
    fitRecalibration({
      logOdds: Float64Array.from(logOdds),
      ones: Float64Array.from(ones),
      zeros: Float64Array.from(zeros),
    }).slope;
  expect(slopeOf([0.3], [4], [6])).toBeNaN();
  expect(slopeOf([-1, 1], [4, 6], [0, 0])).toBeNaN();
  expect(slopeOf([-1, 1], [0, 6], [5, 0])).toBeNaN();
  expect(slopeOf([-1, 0, 1], [2, 5, 8], [8, 5, 2])).toBeCloseTo(Math.log(4), 9); // odds 1/4, 1, 4 at -1, 0, 1
  expect(
    calibrationFigures(
      { ...trades, t0: new Int32Array(0), label: new Uint8Array(0), probability: new Float64Array(0) },
      [],
    ),
  ).toEqual({ error: null, errorByChance: null, bins: [] });
});
