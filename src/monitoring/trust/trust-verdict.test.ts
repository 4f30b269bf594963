import { expect, test } from 'vitest';
import { drawnOutcomes, type PromiseDraw } from '../../../test/support/drawn-promises.ts';
import type { PromisedOutcomes } from '../../domain/index.ts';
import {
  afterAlarm,
  computingSentence,
  type TrustSentence,
  trustFigures,
  trustSentence,
  unseenSentence,
} from '../index.ts';

const judge = (seed: number, draw: PromiseDraw) => trustSentence(trustFigures(drawnOutcomes(seed, draw)));
const saying = (outcomes: PromisedOutcomes) => trustSentence(trustFigures(outcomes));

test('before any outcome, and before enough of them for a first look', () => {
  expect(judge(1, { n: 0 })).toEqual({
    verdict: 'too_early',
    sentence: 'Too early to say: none of its signals has ended yet.',
    because: [],
  });
  const { verdict, sentence, because } = judge(1, { n: 20, taken: 1 });
  expect(verdict).toBe('too_early');
  expect(sentence).toBe('Too early to say: 20 outcomes known, of at least 90 needed for a first look.');
  expect(because[0]).toBe('Better than a constant: not known yet, after 20 outcomes.');
});

test('while the promise may be nothing: how many outcomes of about how many', () => {
  const { verdict, sentence } = judge(2, { n: 300, taken: 1, promise: 0.1 });
  expect(verdict).toBe('too_early');
  expect(sentence).toMatch(
    /^Too early to say: 300 of about [\d,]+ outcomes of taken trades needed; so far realised [+−]0\.\d\d R \[.*\] may be nothing, and may be what it promised \(\+0\.10 R\)\.$/,
  );
});

test('a model that keeps its promises', () => {
  const { verdict, sentence, because } = judge(3, { n: 4000, promise: 0.3 });
  expect(verdict).toBe('keeps');
  expect(sentence).toMatch(
    /^Keeps its promises: promised \+0\.30 R a trade, realised \+0\.\d\d R \[\+0\.\d\d, \+0\.\d\d\], [\d,]+ outcomes; the difference [+−]?0\.\d\d R \[−0\.\d\d, \+0\.\d\d\] may be chance\.$/,
  );
  expect(because[0]).toMatch(
    /^Better than a constant: skill \+\d\.\d\d % \[\+.*\] of 4,000 outcomes; the constant of the training has 0, the best one afterwards \+/,
  );
  expect(because[1]).toMatch(
    /^Over a coin at the same signals: \+\d+\.\d \[.*\] bp a trade before costs; a coin gets 0, and −0\.02 R after them\.$/,
  );
});

test('while outcomes are unseen, what is said says of how many it speaks', () => {
  expect(computingSentence(250, 2561)).toEqual({
    verdict: 'computing',
    sentence: 'Being computed: 250 of 2,561 outcomes so far.',
    because: [],
  });
  expect(unseenSentence(100, 100, 'T')).toBeNull();
  expect(unseenSentence(1200, 1234, '2026-01-02T03:04:05.000Z')).toBe(
    'As of 2026-01-02T03:04:05.000Z: 1,200 of 1,234 outcomes computed.',
  );
});

test('a model that earns more, or less, than it promised', () => {
  expect(judge(4, { n: 4000, promise: 0.2, kept: 2.2 }).sentence).toMatch(/^Earns more than it promised: /);
  const less = judge(5, { n: 8000, promise: 0.5, kept: 0.45, taken: 1 });
  expect(less.verdict).toBe('breaks');
  expect(less.sentence).toMatch(/^Earns less than it promised: /);
});

test('a model that does not keep its promises', () => {
  const { verdict, sentence, because } = judge(6, { n: 4000, promise: 0.3, kept: -0.3 });
  expect(verdict).toBe('breaks');
  expect(sentence).toMatch(
    /^Does not keep its promises: promised \+0\.30 R a trade, realised −0\.\d\d R.*; the difference −0\.\d\d R \[−0\.\d\d, −0\.\d\d\] is more than chance\.$/,
  );
  expect(because[0]).toMatch(/^Worse than a constant: skill −/);
});

test('where little is taken, what all signals show can break a promise too', () => {
  const broken = judge(7, { n: 3000, promise: -0.3, kept: -1, taken: 0.01 });
  expect(broken.verdict).toBe('breaks');
  expect(broken.sentence).toMatch(/^Does not keep its promises, of all signals that it judged: /);
});

test('a model that takes nothing is told by what it knows beside a constant', () => {
  expect(judge(8, { n: 60, taken: 0 }).sentence).toBe(
    'Takes nothing, and it is too early to say what it knows, after 60 outcomes.',
  );
  const knows = judge(9, { n: 6000, taken: 0, promise: 0.35 });
  expect(knows).toMatchObject({ verdict: 'knows', sentence: expect.stringContaining('know more than a constant') });
  expect(judge(10, { n: 2000, taken: 0, promise: 0.05 })).toMatchObject({ verdict: 'not_better' });
  expect(judge(10, { n: 2000, taken: 0, promise: 0.02 }), 'whose confidences are the base rate').toMatchObject({
    verdict: 'not_better',
    because: [
      expect.stringContaining('Not shown to be better than a constant: skill +0.00 % of 2,000 outcomes; the'),
      expect.anything(),
    ],
  });
  const outcomes = drawnOutcomes(11, { n: 3000, taken: 0, promise: 0.02 });
  const sure = { ...outcomes, confidence: outcomes.confidence.map((_, k) => (k % 2 === 0 ? 0.7 : 0.1)) };
  expect(saying(sure)).toMatchObject({ verdict: 'worse', sentence: expect.stringContaining('a constant does better') });
});

test('a model that promises nothing, as files of 0.1', () => {
  const outcomes = drawnOutcomes(12, { n: 200 });
  const silent = { ...outcomes, promisedR: outcomes.promisedR.map(() => Number.NaN) };
  expect(saying(silent)).toMatchObject({ verdict: 'promises_nothing', because: [expect.stringContaining('constant')] });
});

test('where a setting takes everything, a loss that was promised is told as a loss', () => {
  const { verdict, sentence } = judge(13, { n: 4000, promise: -0.4, taken: 1 });
  expect(verdict).toBe('breaks');
  expect(sentence).toMatch(/^Loses what it takes, as it promised: promised −0\.40 R/);
});

test('a model that keeps its promises is called a breaker in few of the cases in which someone looks all the time', () => {
  const SEEDS = 40;
  let [nBroken, nKept] = [0, 0];
  for (let seed = 0; seed < SEEDS; seed++) {
    const outcomes = drawnOutcomes(3000 + seed, { n: 1200, promise: 0.3 });
    const looks = [150, 300, 500, 700, 900, 1200].map((n) => {
      const seen = Object.entries(outcomes).map(([name, column]) => [name, column.subarray(0, n)]);
      return saying(Object.fromEntries(seen) as PromisedOutcomes).verdict;
    });
    if (looks.includes('breaks')) nBroken++;
    if (looks.at(-1) === 'keeps') nKept++;
  }
  // One side of a band of 90 % is left in 5 % of cases, 2 of 40; 7 or more in one of 200 runs.
  expect(nBroken).toBeLessThan(7);
  expect(nKept, 'and most are found to keep theirs where there is much to see').toBeGreaterThan(14);
});

test('after an alarm no figure of the whole service says that it may be believed; one that says no stays', () => {
  const alarm = { at: '2026-01-01T00:00:00.000Z', why: 'the base rate explains them better' };
  const say = (verdict: TrustSentence['verdict']) => afterAlarm({ verdict, sentence: 'S.', because: ['B.'] }, alarm);
  const because = ['Alarm of 2026-01-01T00:00:00.000Z: the base rate explains them better.', 'B.'];
  const sentence = 'Nothing is proven of it since the alarm of 2026-01-01T00:00:00.000Z. Over its whole service: S.';
  for (const verdict of ['keeps', 'knows', 'too_early', 'not_better', 'promises_nothing', 'computing'] as const) {
    expect(say(verdict)).toEqual({ verdict: 'decayed', sentence, because });
  }
  for (const verdict of ['breaks', 'worse'] as const)
    expect(say(verdict)).toEqual({ verdict, sentence: 'S.', because });
});
