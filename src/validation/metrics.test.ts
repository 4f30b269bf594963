import { expect, test } from 'vitest';
import { golden } from '../../test/golden/golden.ts';
import { expected } from '../../test/golden/validation/expected.ts';
import { Rng } from '../core/index.ts';
import {
  accuracyScore,
  balancedAccuracyScore,
  baseRate,
  brierScore,
  confusionCounts,
  logLoss,
  logLosses,
  majorityAccuracy,
  rocAucScore,
} from './index.ts';
import { boundsOf } from './metrics.ts';

const CASES = [...golden.metrics, ...expected.tied_metrics];

test.each(CASES.map((each, i) => [i, each] as const))('scores are scikit-learn’s, case %i', (_, each) => {
  const label = Uint8Array.from(each.label);
  const probability = Float64Array.from(each.probability);
  expect(rocAucScore(label, probability)).toBeCloseTo(each.auc, 12);
  expect(logLoss(label, probability)).toBeCloseTo(each.log_loss, 12);
  expect(brierScore(label, probability)).toBeCloseTo(each.brier, 12);
  expect(accuracyScore(label, probability)).toBeCloseTo(each.accuracy, 12);
  expect(balancedAccuracyScore(label, probability)).toBeCloseTo(each.balanced_accuracy, 12);
});

test('confusion counts are scikit-learn’s, at a probability of one half too', () => {
  for (const { label, probability, confusion } of expected.tied_metrics) {
    expect(confusionCounts(Uint8Array.from(label), Float64Array.from(probability))).toEqual(confusion);
  }
});

test('by hand: AUC .75, Brier .0375, log loss ln 2, the majority', () => {
  expect(rocAucScore(Uint8Array.of(0, 0, 1, 1), Float64Array.of(0.1, 0.4, 0.35, 0.8))).toBe(0.75);
  expect(brierScore(Uint8Array.of(0, 1, 1, 0), Float64Array.of(0.1, 0.9, 0.8, 0.3))).toBeCloseTo(0.0375, 15);
  expect(logLoss(Uint8Array.of(0, 1), Float64Array.of(0.5, 0.5))).toBeCloseTo(Math.LN2, 15);
  expect(baseRate(Uint8Array.of(0, 0, 1))).toBeCloseTo(1 / 3, 15);
  expect(majorityAccuracy(Uint8Array.of(0, 0, 1))).toBeCloseTo(2 / 3, 15);
  expect(majorityAccuracy(Uint8Array.of(1, 1, 1, 0))).toBe(0.75);
});

test('no events, one class, a wrong probability of 0, columns of different length', () => {
  const none = [new Uint8Array(0), new Float64Array(0)] as const;
  for (const score of [accuracyScore, balancedAccuracyScore, rocAucScore, logLoss, brierScore]) {
    expect(score(...none), score.name).toBeNaN();
    const column = score === rocAucScore ? 'score' : 'probability';
    expect(() => score(Uint8Array.of(1, 0), Float64Array.of(0.5)), score.name).toThrow(
      `${column} must be as long as label (2), was 1`,
    );
  }
  expect(rocAucScore(Uint8Array.of(1, 1), Float64Array.of(0.2, 0.3))).toBeNaN();
  expect(balancedAccuracyScore(Uint8Array.of(1, 1), Float64Array.of(0.2, 0.7)), 'accuracy within the only class').toBe(
    0.5,
  );
  expect(balancedAccuracyScore(Uint8Array.of(0, 0), Float64Array.of(0.2, 0.1))).toBe(1);
  const [loss] = logLosses(Uint8Array.of(1), Float64Array.of(0));
  expect(loss, 'finite also for a probability of 0').toBeCloseTo(-Math.log(Number.EPSILON), 12);
});

test('AUC is the share of pairs in the right order, ties one half, for any order of events', () => {
  const rng = new Rng(4);
  for (let k = 0; k < 100; k++) {
    const n = 2 + rng.nextInt(40);
    const label = Uint8Array.from({ length: n }, (_, i) => (i < 2 ? i : rng.nextInt(2)));
    const score = Float64Array.from({ length: n }, () => (rng.nextInt(7) - 3) / 3);
    let right = 0;
    let pairs = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        if (label[i] !== 1 || label[j] !== 0) continue;
        pairs++;
        right += score[i] > score[j] ? 1 : score[i] === score[j] ? 0.5 : 0;
      }
    }
    const auc = rocAucScore(label, score);
    expect(auc, `walk ${k}`).toBe(right / pairs);
    expect(rocAucScore(label.toReversed(), score.toReversed()), `walk ${k} backwards`).toBe(auc);
    const negated = score.map((x) => -x);
    expect(rocAucScore(label, negated), `walk ${k} upside down`).toBeCloseTo(1 - auc, 14);
  }
});

test('bounds of values, and of none', () => {
  expect(boundsOf(Float64Array.of(2, -3, 7))).toEqual({ low: -3, high: 7 });
  expect(boundsOf(new Float64Array(0))).toEqual({ low: Infinity, high: -Infinity });
});
