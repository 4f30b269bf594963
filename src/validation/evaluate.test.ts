import { expect, test } from 'vitest';
import { Rng } from '../core/index.ts';
import {
  brierScore,
  evaluateForecasts,
  logLoss,
  logLosses,
  meanTest,
  moneyFigures,
  overlapLag,
  prequentialBaseRate,
  rocAucScore,
  sameMeanExposure,
  scoreForecasts,
  type TestedForecasts,
} from './index.ts';

const HOUR = 3_600_000_000_000n;

/** Events whose true probability is 0.4 ± `knowledge`; the forecast is the true probability or a random one of the two. */
function drawForecasts(seed: number, knowledge: number, isInformed: boolean): TestedForecasts {
  const rng = new Rng(seed);
  const n = 900;
  const t0 = Int32Array.from({ length: n }, (_, k) => 2 * k + 100);
  const t1 = t0.map((bar) => bar + 1 + rng.nextInt(8));
  const truth = Float64Array.from({ length: n }, () => 0.4 + knowledge * (rng.nextInt(2) === 1 ? 1 : -1));
  const label = Uint8Array.from(truth, (p) => (rng.nextFloat() < p ? 1 : 0));
  return {
    t0,
    t1,
    label,
    ret: Float64Array.from(label, (bin) => (bin === 1 ? 0.02 : -0.01)),
    probability: isInformed ? truth : Float64Array.from(truth, () => 0.4 + knowledge * (rng.nextInt(2) === 1 ? 1 : -1)),
    benchmark: prequentialBaseRate(t0, t1, label),
    tsEvent: BigInt64Array.from({ length: 2 * n + 120 }, (_, i) => BigInt(i) * HOUR),
  };
}

test('every figure equals that of its own function on the same columns', () => {
  const forecasts = drawForecasts(1, 0.1, true);
  const { t0, t1, label, ret, probability, benchmark, tsEvent } = forecasts;
  const fold = { fold: 0, nTrain: 100, nPurged: 4, ...scoreForecasts(forecasts) };
  const metrics = evaluateForecasts(forecasts, [fold]);
  const loss = logLoss(label, probability);
  const modelLoss = logLosses(label, probability);
  const lag = overlapLag(t0, t1);
  const test = meanTest(
    logLosses(label, benchmark).map((each, k) => each - modelLoss[k]),
    lag,
  );
  expect(lag).toBe(8);
  expect(metrics).toMatchObject({
    nTested: 900,
    auc: rocAucScore(label, probability),
    logLoss: loss,
    benchmarkLogLoss: logLoss(label, benchmark),
    logLossSkill: 1 - loss / logLoss(label, benchmark),
    brier: brierScore(label, probability),
    majorityAccuracy: 1 - metrics.baseRate,
    pValue: test.pValue,
    statistic: test.statistic,
    lag,
    primaryOnly: moneyFigures(tsEvent, t0[0], { t1, ret }, null),
    sized: moneyFigures(tsEvent, t0[0], { t1, ret }, sameMeanExposure(probability)),
    folds: [fold],
  });
});

test('a planted edge is an edge, and the same odds on the wrong events are not', () => {
  for (let seed = 0; seed < 10; seed++) {
    const edge = evaluateForecasts(drawForecasts(seed, 0.15, true), []);
    expect(edge.verdict, `seed ${seed}: ${edge.reason}`).toBe('edge');
    expect(edge.logLossSkill, `seed ${seed}`).toBeGreaterThan(0);
    expect(edge.sized.netReturn, `seed ${seed}: confidence pays`).toBeGreaterThan(edge.primaryOnly.netReturn);
    const none = evaluateForecasts(drawForecasts(seed, 0.15, false), []);
    expect(none.verdict, `seed ${seed}: ${none.reason}`).toBe('no_edge');
    expect(none.logLossSkill, `seed ${seed}`).toBeLessThan(0);
  }
});

test('the base rate against itself has no skill and no edge', () => {
  const forecasts = drawForecasts(3, 0.1, true);
  const metrics = evaluateForecasts({ ...forecasts, probability: forecasts.benchmark }, []);
  expect(metrics).toMatchObject({ logLossSkill: 0, statistic: 0, pValue: 1, verdict: 'no_edge' });
});

test('the AUC is null without one of the classes; no events and columns of different length are refused', () => {
  const forecasts = drawForecasts(2, 0.1, true);
  expect(scoreForecasts({ ...forecasts, label: new Uint8Array(900) }).auc).toBeNull();
  expect(() => evaluateForecasts({ ...forecasts, ret: new Float64Array(3) }, [])).toThrow(
    'ret must be as long as label (900), was 3',
  );
  expect(() => scoreForecasts({ ...forecasts, benchmark: new Float64Array(3) })).toThrow('as long as label (900)');
  const nothing = { ...forecasts, label: new Uint8Array(0) };
  expect(() => evaluateForecasts(nothing, [])).toThrow('forecasts must be of at least one event, was 0');
});
