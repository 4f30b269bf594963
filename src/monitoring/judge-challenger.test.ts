import { expect, test } from 'vitest';
import { twoModels } from '../../test/support/two-models.ts';
import { type Comparison, compareModels } from './compare-models.ts';
import { judgeChallenger } from './judge-challenger.ts';

const ONCE = { alpha: 0.1, attempt: 1, knownRate: 0.3 };
/** -0.3 ln 0.3 - 0.7 ln 0.7 */
const ENTROPY = 0.610864;
const BETTER: Comparison = {
  nEvents: 500,
  baseRate: 0.3,
  championAccuracy: 0.6,
  challengerAccuracy: 0.7,
  championLogLoss: 0.9,
  challengerLogLoss: ENTROPY - 0.001,
  pBetter: 0.0001,
  pWorse: 1,
  lag: 8,
};

test('a challenger that says less than the base rate is rejected, however bad the champion is', () => {
  expect(judgeChallenger(BETTER, ONCE).verdict).toBe('promote');
  const { verdict, reason } = judgeChallenger({ ...BETTER, challengerLogLoss: ENTROPY + 0.001 }, ONCE);
  expect(verdict).toBe('reject');
  expect(reason).toMatch(/knows less than the base rate 0\.3000, whose log loss is 0\.6109;/);
});

test('the base rate is the one known before, and may itself be bad on the events', () => {
  // -0.3 ln 0.5 - 0.7 ln 0.5 = 0.6931
  const found = { ...BETTER, challengerLogLoss: 0.69 };
  expect(judgeChallenger(found, { ...ONCE, knownRate: 0.5 }).verdict).toBe('promote');
  expect(judgeChallenger(found, ONCE).verdict).toBe('reject');
  expect(judgeChallenger(found, { ...ONCE, knownRate: 0 }).verdict, 'what never was says nothing').toBe('promote');
});

test('too few events to tell by are not called no proof', () => {
  const noise = { shared: 0.3, champion: 1, challenger: 0, persistence: 0.5 };
  const { label, champion, challenger, t0, t1 } = twoModels(100, 1, noise);
  const found = compareModels({ label, champion, challenger, t0, t1 });
  const least = 10 * (found.lag + 1);
  const few = judgeChallenger(found, { ...ONCE, knownRate: 0.5 });
  expect(few.verdict).toBe('hold');
  expect(few.reason).toContain(`too few events to tell by, for labels overlap ${found.lag} deep: ${least} are needed`);
  const enough = judgeChallenger({ ...BETTER, pBetter: 0.5 }, ONCE);
  expect(enough.reason).toMatch(/not proven better/);
});
