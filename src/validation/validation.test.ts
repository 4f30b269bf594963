import { describe, expect, test } from 'vitest';
import { golden } from '../../test/golden/golden.ts';
import { Rng } from '../core/index.ts';
import {
  accuracyScore,
  balancedAccuracyScore,
  brierScore,
  dieboldMariano,
  expectedCalibrationError,
  judgeEdge,
  logLoss,
  logLosses,
  longRunVariance,
  moneyFigures,
  overlapLag,
  prequentialBaseRate,
  reliabilityDeciles,
  rocAucScore,
  sameMeanExposure,
  studentUpperTail,
  walkForwardFolds,
} from './index.ts';

describe('agreement with scikit-learn, SciPy and statsmodels', () => {
  test.each(golden.metrics.map((each, i) => [i, each] as const))('scores, case %i', (_, each) => {
    const label = Uint8Array.from(each.label);
    const probability = Float64Array.from(each.probability);
    expect(rocAucScore(label, probability)).toBeCloseTo(each.auc, 12);
    expect(logLoss(label, probability)).toBeCloseTo(each.log_loss, 12);
    expect(brierScore(label, probability)).toBeCloseTo(each.brier, 12);
    expect(accuracyScore(label, probability)).toBeCloseTo(each.accuracy, 12);
    expect(balancedAccuracyScore(label, probability)).toBeCloseTo(each.balanced_accuracy, 12);
  });

  test('Student’s t', () => {
    for (const { t, degrees, upper } of golden.student_t) {
      expect(Math.abs(studentUpperTail(t, degrees) / upper - 1), `t ${t}, ${degrees} degrees`).toBeLessThan(1e-9);
    }
  });

  test('the Newey–West variance', () => {
    for (const { values, lag, variance } of golden.long_run_variance) {
      expect(longRunVariance(Float64Array.from(values), lag) / variance).toBeCloseTo(1, 12);
    }
  });
});

test('scores by hand: AUC .75, Brier .0375, a missing class, no events', () => {
  expect(rocAucScore(Uint8Array.of(0, 0, 1, 1), Float64Array.of(0.1, 0.4, 0.35, 0.8))).toBe(0.75);
  expect(brierScore(Uint8Array.of(0, 1, 1, 0), Float64Array.of(0.1, 0.9, 0.8, 0.3))).toBeCloseTo(0.0375, 15);
  expect(rocAucScore(Uint8Array.of(1, 1), Float64Array.of(0.2, 0.3))).toBeNaN();
  expect(accuracyScore(new Uint8Array(0), new Float64Array(0))).toBeNaN();
});

test('calibration error and deciles: right forecasts have none, overconfident ones have their excess', () => {
  const rng = new Rng(2);
  const n = 50_000;
  const probability = Float64Array.from({ length: n }, () => rng.nextFloat());
  const label = Uint8Array.from(probability, (p) => (rng.nextFloat() < p ? 1 : 0));
  expect(expectedCalibrationError(label, probability)).toBeLessThan(0.01);
  const sure = probability.map((p) => (p < 0.5 ? 0 : 1));
  expect(expectedCalibrationError(label, sure)).toBeCloseTo(0.25, 2);
  const deciles = reliabilityDeciles(label, probability);
  expect(deciles.map((bin) => bin.n)).toEqual(new Array(10).fill(n / 10));
  for (const bin of deciles) expect(Math.abs(bin.hitRate - bin.meanProbability)).toBeLessThan(0.03);
  expect(reliabilityDeciles(Uint8Array.of(1, 0, 1), Float64Array.of(0.4, 0.4, 0.4)).length, 'ties stay together').toBe(
    1,
  );
});

describe('walk-forward', () => {
  const options = { nFolds: 5, window: 'expanding', trainEvents: null, embargoBars: 0 } as const;

  test('blocks are equal and consecutive, and together they are every event but the first block', () => {
    const t0 = Int32Array.from({ length: 60 }, (_, k) => k * 10);
    const folds = walkForwardFolds(
      t0,
      t0.map((bar) => bar + 3),
      options,
    );
    expect(folds.map(({ test }) => [test[0], test.length])).toEqual([
      [10, 10],
      [20, 10],
      [30, 10],
      [40, 10],
      [50, 10],
    ]);
    expect(folds.map(({ train, nPurged }) => [train.length, nPurged])).toEqual([
      [10, 0],
      [20, 0],
      [30, 0],
      [40, 0],
      [50, 0],
    ]);
  });

  test('no training label touches a test block, embargo included (ten two-day events in two folds, and random ones)', () => {
    const twoDays = Int32Array.from({ length: 10 }, (_, k) => k);
    const check = (t0: Int32Array, t1: Int32Array, nFolds: number, embargoBars: number): number => {
      let purged = 0;
      for (const { train, test, nPurged } of walkForwardFolds(t0, t1, { ...options, nFolds, embargoBars })) {
        purged += nPurged;
        for (const row of train) expect(t1[row] + embargoBars).toBeLessThan(t0[test[0]]);
      }
      return purged;
    };
    expect(
      check(
        twoDays,
        twoDays.map((bar) => bar + 1),
        2,
        0,
      ),
    ).toBe(2);
    const rng = new Rng(3);
    for (let k = 0; k < 50; k++) {
      const t0 = Int32Array.from({ length: 200 }, () => rng.nextInt(600)).sort();
      check(
        t0,
        t0.map((bar) => bar + 1 + rng.nextInt(30)),
        4,
        rng.nextInt(10),
      );
    }
  });

  test('a rolling window trains on the latest events, and too few events are refused', () => {
    const t0 = Int32Array.from({ length: 60 }, (_, k) => k * 10);
    const folds = walkForwardFolds(t0, t0, { ...options, window: 'rolling', trainEvents: 15 });
    expect(folds.map(({ train }) => [train[0], train.length])).toEqual([
      [0, 10],
      [5, 15],
      [15, 15],
      [25, 15],
      [35, 15],
    ]);
    expect(() => walkForwardFolds(Int32Array.of(1, 2), Int32Array.of(1, 2), options)).toThrow(
      'events must be at least 6 for 5 folds, was 2',
    );
  });

  test('a purge that is off lets a known leak through, and the test sees it', () => {
    // Overlapping labels on a random walk: neighbours in time share most of their future. A memoriser that answers with the
    // label of the nearest training event knows nothing, unless labels reach from the training set into the test block.
    const auc = (purge: boolean): number => {
      const aucs: number[] = [];
      for (let seed = 0; seed < 20; seed++) {
        const rng = new Rng(100 + seed);
        const steps = Float64Array.from({ length: 1300 }, () => rng.nextGaussian());
        const t0 = Int32Array.from({ length: 1200 }, (_, k) => k);
        const t1 = t0.map((bar) => bar + 60);
        const label = Uint8Array.from(t0, (bar) =>
          steps.subarray(bar + 1, bar + 61).reduce((a, b) => a + b, 0) > 0 ? 1 : 0,
        );
        // Blocks of ten events: with the purge off, the nearest training event is at most ten bars away.
        for (const { train, test } of walkForwardFolds(t0, t1, { ...options, nFolds: 119, purge })) {
          if (train.length === 0) continue;
          const last = label[train[train.length - 1]];
          aucs.push(...Array.from(test, (row) => (label[row] === last ? 1 : 0)));
        }
      }
      return aucs.reduce((a, b) => a + b, 0) / aucs.length;
    };
    expect(auc(false), 'without the purge the leak shows').toBeGreaterThan(0.65);
    expect(Math.abs(auc(true) - 0.5), 'with it there is nothing').toBeLessThan(0.05);
  });
});

test('the prequential base rate counts the labels that had ended, and no others', () => {
  const t0 = Int32Array.of(0, 1, 5, 5, 20);
  const t1 = Int32Array.of(4, 9, 8, 19, 30);
  const label = Uint8Array.of(1, 1, 0, 1, 1);
  const rate = prequentialBaseRate(t0, t1, label);
  expect([...rate]).toEqual([1 / 2, 1 / 2, 2 / 3, 2 / 3, 4 / 6]);
  const changed = prequentialBaseRate(t0, t1, Uint8Array.of(1, 0, 1, 0, 0));
  expect([...changed].slice(0, 4), 'labels that had not ended change nothing').toEqual([...rate].slice(0, 4));
});

describe('Diebold–Mariano', () => {
  test('by hand: four differences, no lags', () => {
    const { statistic, pValue } = dieboldMariano(Float64Array.of(1, 2, 3, 4), 0);
    const t = (2.5 / Math.sqrt(1.25 / 4)) * Math.sqrt(3 / 4);
    expect(statistic).toBeCloseTo(t, 12);
    expect(pValue).toBeCloseTo(studentUpperTail(t, 3), 12);
  });

  test('differences that do not vary are no edge, whatever their mean', () => {
    expect(dieboldMariano(new Float64Array(50), 3)).toMatchObject({ statistic: 0, pValue: 1 });
    expect(dieboldMariano(new Float64Array(50).fill(0.1), 3).pValue).toBe(1);
    expect(judgeEdge(dieboldMariano(new Float64Array(50).fill(0.1), 3), 0.1).verdict).toBe('no_edge');
  });

  test('the lag is twice the most later events that start inside one span', () => {
    expect(overlapLag(Int32Array.of(0, 1, 2, 10), Int32Array.of(2, 3, 4, 12))).toBe(4);
    expect(overlapLag(Int32Array.of(0, 5), Int32Array.of(4, 9))).toBe(0);
  });

  test('forecasts that know nothing are called an edge in about 5 % of seeds although their labels overlap', () => {
    let edges = 0;
    const seeds = 400;
    for (let seed = 0; seed < seeds; seed++) {
      const rng = new Rng(5000 + seed);
      const n = 600;
      const steps = Float64Array.from({ length: n + 20 }, () => rng.nextGaussian());
      const label = Uint8Array.from({ length: n }, (_, k) =>
        steps.subarray(k, k + 10).reduce((a, b) => a + b, 0) > 0 ? 1 : 0,
      );
      let mood = 0; // the forecasts drift, as those of a fitted model do
      const probability = Float64Array.from({ length: n }, () => {
        mood = 0.9 * mood + 0.1 * rng.nextGaussian();
        return 0.5 + 0.2 * Math.tanh(2 * mood);
      });
      const t0 = Int32Array.from({ length: n }, (_, k) => k);
      // Against the loss each forecast can expect of a fair coin neither is better: what is left is the size of the test.
      const model = logLosses(label, probability);
      const difference = model.map((loss, k) => -(Math.log(probability[k]) + Math.log(1 - probability[k])) / 2 - loss);
      const test = dieboldMariano(
        difference,
        overlapLag(
          t0,
          t0.map((bar) => bar + 9),
        ),
      );
      if (test.pValue < 0.05) edges++;
    }
    // 5 % of 400 is 20; Newey–West is a little liberal under overlap; 40 would be 10 %.
    expect(edges).toBeLessThan(40);
    expect(edges).toBeGreaterThan(3);
  });
});

describe('money', () => {
  const DAY = 86_400_000_000_000n;
  const tsEvent = BigInt64Array.from({ length: 12 }, (_, i) => (BigInt(i) * DAY) / 2n); // two bars a day, six days
  const trades = { t1: Int32Array.of(1, 2, 3, 6), ret: Float64Array.of(0.01, -0.02, -0.01, 0.05) };

  test('returns are booked on the day the trade ends; drawdown is from the peak', () => {
    const money = moneyFigures(tsEvent, 0, trades, null);
    expect(money.netReturn).toBeCloseTo(0.03, 15);
    expect(money.maxDrawdown).toBeCloseTo(0.03, 15);
    expect(money.nTrades).toBe(4);
    const daily = [0.01, -0.03, 0, 0.05, 0, 0];
    const mean = 0.03 / 6;
    const deviation = Math.sqrt(daily.reduce((sum, r) => sum + (r - mean) ** 2, 0) / 5);
    expect(money.sharpe).toBeCloseTo((mean / deviation) * Math.sqrt(365.25), 10);
  });

  test('a market that trades five days a week has about 261 trading days a year', () => {
    const days = Array.from({ length: 700 }, (_, i) => BigInt(i)).filter((day) => day % 7n < 5n);
    const daily = BigInt64Array.from(days, (day) => day * DAY);
    const ret = Float64Array.from(days, (_, k) => (k % 2 === 0 ? 0.02 : -0.01));
    const { sharpe } = moneyFigures(daily, 0, { t1: Int32Array.from(days.keys()), ret }, null);
    expect((sharpe ?? 0) / (0.005 / 0.015015)).toBeCloseTo(Math.sqrt(261), 0);
  });

  test('stakes have the mean of the past, and no future changes them', () => {
    expect([...sameMeanExposure(Float64Array.of(0.2, 0.4, 0.6, 0.3))]).toEqual(
      [1, 2, 2, 0.75].map((x) => expect.closeTo(x, 12)),
    );
    const size = Float64Array.of(0.2, 0.4, 0.6, 0.3);
    expect([...sameMeanExposure(size.subarray(0, 2))]).toEqual([...sameMeanExposure(size).subarray(0, 2)]);
    expect(moneyFigures(tsEvent, 0, trades, sameMeanExposure(new Float64Array(4).fill(0.5)))).toEqual(
      moneyFigures(tsEvent, 0, trades, null),
    );
  });

  test('no trade and no movement have no Sharpe ratio', () => {
    const none = { t1: new Int32Array(0), ret: new Float64Array(0) };
    expect(moneyFigures(tsEvent, 0, none, null)).toEqual({ netReturn: 0, sharpe: null, maxDrawdown: 0, nTrades: 0 });
  });
});

test('the verdict says in one sentence what it rests on', () => {
  const edge = judgeEdge({ meanDifference: 0.01, statistic: 4, pValue: 0.0001, lag: 6 }, 0.02);
  expect(edge.verdict).toBe('edge');
  expect(edge.reason).toContain('2.00 % below');
  expect(judgeEdge({ meanDifference: 0.01, statistic: 1.6, pValue: 0.06, lag: 6 }, 0.02).verdict).toBe('no_edge');
  expect(judgeEdge({ meanDifference: -0.01, statistic: -9, pValue: 1, lag: 6 }, -0.02).reason).toContain(
    '2.00 % above',
  );
});
