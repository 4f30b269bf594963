import { expect, test } from 'vitest';
import type { Comparison } from './compare-models.ts';
import { judgeRollback } from './judge-rollback.ts';

const POLICY = { window: 400, alpha: 0.04 };
const FOUND: Comparison = {
  nEvents: 100,
  baseRate: 0.4,
  championAccuracy: 0.6,
  challengerAccuracy: 0.6,
  championLogLoss: 0.65,
  challengerLogLoss: 0.66,
  pBetter: 1,
  pWorse: 0.01,
  lag: 8,
};
const FIGURES = "log loss 0.6600, its predecessor's 0.6500 on 100 outcomes (p 0.010)";

test('a look may use a quarter of the error rate, and no more', () => {
  expect(judgeRollback(FOUND, POLICY), 'p of exactly a quarter').toEqual({ verdict: 'wait', reason: FIGURES });
  expect(judgeRollback({ ...FOUND, pWorse: 0.0099 }, POLICY)).toEqual({
    verdict: 'roll_back',
    reason: `it is worse: ${FIGURES.replace('0.010', '0.0099')}`,
  });
});

test('a trial ends with the last outcome of its window, and a rollback may come at that one too', () => {
  const at = (nEvents: number, pWorse: number): string => judgeRollback({ ...FOUND, nEvents, pWorse }, POLICY).verdict;
  expect(at(399, 0.5)).toBe('wait');
  expect(at(400, 0.5)).toBe('keep');
  expect(at(401, 0.5)).toBe('keep');
  expect(at(400, 0.001)).toBe('roll_back');
});
