import { expect, test } from 'vitest';
import { obrienFlemingLevels } from '../../validation/index.ts';
import type { Comparison } from './compare-models.ts';
import { judgeRollback, looksEvery, rollbackPolicy } from './judge-rollback.ts';

const POLICY = rollbackPolicy(400, 0.05);
const FOUND: Comparison = {
  nEvents: 100,
  baseRate: 0.4,
  championAccuracy: 0.6,
  challengerAccuracy: 0.6,
  championLogLoss: 0.65,
  challengerLogLoss: 0.66,
  pBetter: 1,
  pWorse: 0.5,
  lag: 8,
};
const LEVELS = obrienFlemingLevels(0.04, 4);

test.each([1, 2, 3, 4])('look %i may use its share of the error rate, and no more', (look) => {
  const level = LEVELS[look - 1];
  const at = (pWorse: number): string => judgeRollback({ ...FOUND, nEvents: 100 * look, pWorse }, POLICY).verdict;
  expect(at(level * (1 - 1e-9))).toBe('roll_back');
  expect(at(level)).toBe(look === 4 ? 'keep' : 'wait');
});

test('the reason says what was found, and what was allowed at which look', () => {
  const losses = "log loss 0.6600, its predecessor's 0.6500 on";
  expect(judgeRollback({ ...FOUND, nEvents: 300, pWorse: 0.001 }, POLICY).reason).toBe(
    `it is worse: ${losses} 300 outcomes (p 0.0010, allowed 0.017 at look 3 of 4)`,
  );
  expect(judgeRollback({ ...FOUND, nEvents: 400 }, POLICY).reason).toBe(
    `${losses} 400 outcomes (p 0.50, allowed 0.035 at look 4 of 4)`,
  );
});

test('a trial ends with the last outcome of its window, and a rollback may come at that one too', () => {
  const at = (nEvents: number, pWorse: number): string => judgeRollback({ ...FOUND, nEvents, pWorse }, POLICY).verdict;
  expect(at(99, 0), 'before the first look').toBe('wait');
  expect(at(399, 0.5)).toBe('wait');
  expect(at(400, 0.5)).toBe('keep');
  expect(at(401, 0.5)).toBe('keep');
  expect(at(400, 0.001)).toBe('roll_back');
  expect([400, 401, 1000].map(looksEvery)).toEqual([100, 101, 250]);
});
