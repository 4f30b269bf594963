import { expect, test } from 'vitest';
import { Rng } from '../core/index.ts';
import {
  accuracyScore,
  brierScore,
  expectedCalibrationError,
  logLoss,
  prequentialBaseRate,
  rocAucScore,
  type ScoredForecasts,
  scoreForecasts,
} from './index.ts';

/** Events whose true probability is 0.4 ± `knowledge`; the forecast is the true probability or a random one of the two. */
function drawForecasts(seed: number, knowledge: number, isInformed: boolean): ScoredForecasts {
  const rng = new Rng(seed);
  const n = 900;
  const t0 = Int32Array.from({ length: n }, (_, k) => 2 * k + 100);
  const t1 = t0.map((bar) => bar + 1 + rng.nextInt(8));
  const truth = Float64Array.from({ length: n }, () => 0.4 + knowledge * (rng.nextInt(2) === 1 ? 1 : -1));
  const label = Uint8Array.from(truth, (p) => (rng.nextFloat() < p ? 1 : 0));
  return {
    label,
    probability: isInformed ? truth : Float64Array.from(truth, () => 0.4 + knowledge * (rng.nextInt(2) === 1 ? 1 : -1)),
    benchmark: prequentialBaseRate(t0, t1, label),
  };
}

test('every figure equals that of its own function on the same columns', () => {
  const forecasts = drawForecasts(1, 0.1, true);
  const { label, probability, benchmark } = forecasts;
  const scores = scoreForecasts(forecasts);
  const loss = logLoss(label, probability);
  expect(scores).toMatchObject({
    nTested: 900,
    accuracy: accuracyScore(label, probability),
    auc: rocAucScore(label, probability),
    logLoss: loss,
    benchmarkLogLoss: logLoss(label, benchmark),
    logLossSkill: 1 - loss / logLoss(label, benchmark),
    brier: brierScore(label, probability),
    ece: expectedCalibrationError(label, probability),
    majorityAccuracy: 1 - scores.baseRate,
  });
});

test('true probabilities have skill, and the same odds on the wrong events less than none', () => {
  for (let seed = 0; seed < 10; seed++) {
    const skill = (isInformed: boolean): number => scoreForecasts(drawForecasts(seed, 0.15, isInformed)).logLossSkill;
    expect(skill(true), `seed ${seed}`).toBeGreaterThan(0);
    expect(skill(false), `seed ${seed}`).toBeLessThan(0);
  }
});

test('the base rate against itself has no skill', () => {
  const forecasts = drawForecasts(3, 0.1, true);
  expect(scoreForecasts({ ...forecasts, probability: forecasts.benchmark }).logLossSkill).toBe(0);
});

test('the AUC is null without one of the classes; columns of different length are refused', () => {
  const forecasts = drawForecasts(2, 0.1, true);
  expect(scoreForecasts({ ...forecasts, label: new Uint8Array(900) }).auc).toBeNull();
  expect(() => scoreForecasts({ ...forecasts, benchmark: new Float64Array(3) })).toThrow('as long as label (900)');
});
