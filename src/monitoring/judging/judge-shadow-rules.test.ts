import { expect, test } from 'vitest';
import type { Comparison } from './compare-models.ts';
import type { ChallengerVerdict } from './judge-challenger.ts';
import { judgeShadow } from './judge-shadow.ts';

const NOMINAL = 0.05;
const FOUND: Comparison = {
  nEvents: 200,
  baseRate: 0.4,
  championAccuracy: 0.6,
  challengerAccuracy: 0.6,
  championLogLoss: 0.66,
  challengerLogLoss: 0.66,
  pBetter: 1,
  pWorse: 1,
  lag: 8,
};

test.each<[string, Partial<Comparison>, ChallengerVerdict, RegExp]>([
  ['no higher', {}, 'promote', /no worse there either; .* on 200 live outcomes$/],
  ['a little higher', { challengerLogLoss: 0.6601, pWorse: 0.4 }, 'hold', /log loss is higher/],
  ['higher beyond chance', { challengerLogLoss: 0.7, pWorse: 0.001 }, 'reject', /it is worse \(p 0\.0010\)/],
  ['as likely higher as allowed', { challengerLogLoss: 0.7, pWorse: NOMINAL }, 'hold', /its log loss is higher/],
  ['nothing to tell by', { baseRate: 1 }, 'hold', /all outcomes are alike, which no market gives for long/],
  ['nothing that paid', { baseRate: 0 }, 'hold', /all outcomes are alike/],
])('a live log loss: %s', (_, found, verdict, reason) => {
  expect(judgeShadow({ ...FOUND, ...found }, NOMINAL)).toMatchObject({
    verdict,
    alpha: NOMINAL,
    reason: expect.stringMatching(reason),
  });
});

test('the reason is one sentence with the figures of both models', () => {
  const judgement = judgeShadow({ ...FOUND, challengerLogLoss: 0.65, challengerAccuracy: 0.61 }, NOMINAL);
  expect(judgement.reason).toBe(
    'promote from shadow: it is no worse there either; ' +
      'log loss 0.6500 against 0.6600, accuracy 0.6100 against 0.6000 on 200 live outcomes',
  );
  expect(Object.isFrozen(judgement)).toBe(true);
});
