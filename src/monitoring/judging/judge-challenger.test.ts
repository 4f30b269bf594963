import { expect, test } from 'vitest';
import { twoModels } from '../../../test/support/two-models.ts';
import { type Comparison, compareModels } from './compare-models.ts';
import { type ChallengerVerdict, judgeChallenger, spendAlpha } from './judge-challenger.ts';

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

test('attempt k may use alpha / (k (k + 1)) of the error rate', () => {
  expect([1, 2, 3, 4].map((attempt) => spendAlpha(0.12, attempt))).toEqual(
    [0.06, 0.02, 0.01, 0.006].map((part) => expect.closeTo(part, 14)),
  );
});

const FIGURES = 'log loss 0.6099 against 0.9000, accuracy 0.7000 against 0.6000 on 500 events';

test.each<[string, Partial<Comparison>, ChallengerVerdict, string]>([
  ['better', {}, 'promote', 'it is better (p 0.00010, allowed 0.050)'],
  ['p just below its share', { pBetter: 0.0499 }, 'promote', 'it is better (p 0.050, allowed 0.050)'],
  ['p of exactly its share', { pBetter: 0.05 }, 'hold', 'it is not proven better (p 0.050, allowed 0.050)'],
  ['worse', { pBetter: 1, pWorse: 0.0499 }, 'reject', 'it is worse (p 0.050)'],
  [
    'as likely worse as allowed',
    { pBetter: 1, pWorse: 0.05 },
    'hold',
    'it is not proven better (p 1.0, allowed 0.050)',
  ],
  ['no event paid', { baseRate: 0 }, 'hold', 'all outcomes are alike, which no market gives for long'],
  ['every event paid', { baseRate: 1 }, 'hold', 'all outcomes are alike, which no market gives for long'],
])('a challenger, its attempt allowed 5 %: %s', (_, found, verdict, why) => {
  const judgement = judgeChallenger({ ...BETTER, ...found }, ONCE);
  expect(judgement).toEqual({ verdict, reason: `${verdict}: ${why}; ${FIGURES}`, alpha: 0.05 });
  expect(Object.isFrozen(judgement)).toBe(true);
});

test('an accuracy as high as the champion’s is enough, a lower one is not', () => {
  const equal = { ...BETTER, challengerAccuracy: 0.6 };
  expect(judgeChallenger(equal, ONCE).verdict).toBe('promote');
  expect(judgeChallenger({ ...equal, challengerAccuracy: 0.599 }, ONCE)).toMatchObject({
    verdict: 'hold',
    reason: 'hold: its accuracy is lower; log loss 0.6099 against 0.9000, accuracy 0.5990 against 0.6000 on 500 events',
  });
});

test('a challenger that says as much as the base rate is not below it', () => {
  const coin = { ...BETTER, baseRate: 0.5, challengerLogLoss: Math.LN2 };
  expect(judgeChallenger(coin, { ...ONCE, knownRate: 0.5 }).verdict).toBe('promote');
});

test.each([
  [8, 90],
  [1, 20],
  [0, 20],
])('labels that overlap %i deep need %i events: one fewer is too few', (lag, least) => {
  expect(judgeChallenger({ ...BETTER, lag, nEvents: least }, ONCE).verdict).toBe('promote');
  const few = judgeChallenger({ ...BETTER, lag, nEvents: least - 1 }, ONCE);
  expect(few.verdict).toBe('hold');
  expect(few.reason).toContain(`labels overlap ${lag} deep: ${least} are needed; `);
});
