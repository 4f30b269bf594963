import { describe, expect, test } from 'vitest';
import { Rng } from '../../core/index.ts';
import { chanceByCosines } from './chance-of-gain.ts';
import { type Comparison, compareModels, type ScoredEvents } from './compare-models.ts';
import { judgeChallenger, spendAlpha } from './judge-challenger.ts';
import { judgeRollback, rollbackPolicy } from './judge-rollback.ts';

const HOLDING = 10;

/**
 * Two models of the same market: an event every other bar, its label decided by the ten shocks that follow it, some of which its
 * neighbours share. Each model sees what can be known through noise as persistent as the labels are.
 *
 * @param noise - of the champion and of the challenger.
 * @param isShared - both look through the same noise, one more dimly, as models on the same features do; else each has its own.
 */
function scored(seed: number, n: number, noise: readonly [number, number], isShared = false): ScoredEvents {
  const rng = new Rng(seed);
  const shocks = Array.from({ length: 2 * n + HOLDING + 1 }, () => rng.nextGaussian());
  const errors = noise.map(() => Array.from({ length: 2 * n + HOLDING + 1 }, () => rng.nextGaussian()));
  const known = Array.from({ length: 2 * n + HOLDING + 1 }, () => rng.nextGaussian());
  const sum = (of: readonly number[], i: number): number => {
    let total = 0;
    for (let j = 1; j <= HOLDING; j++) total += of[2 * i + j];
    return total / Math.sqrt(HOLDING);
  };
  const label = Uint8Array.from({ length: n }, (_, i) => Number(sum(shocks, i) + 0.7 * sum(known, i) > 0));
  const [champion, challenger] = noise.map((sd, k) =>
    Float64Array.from({ length: n }, (_, i) => {
      const seen = sum(known, i) + sd * sum(errors[isShared ? 0 : k], i);
      const slope = 0.7 / (1 + sd * sd); // what is seen through noise says less
      const spread = Math.sqrt(1 + (0.49 * sd * sd) / (1 + sd * sd));
      return upper((-slope * seen) / spread);
    }),
  );
  const t0 = Int32Array.from({ length: n }, (_, i) => 2 * i);
  return { label, champion, challenger, t0, t1: t0.map((bar) => bar + HOLDING) };
}

/** P(standard normal > x), by the logistic curve closest to it. */
function upper(x: number): number {
  return 1 / (1 + Math.exp(1.5976 * x + 0.07056 * x ** 3));
}

function share(n: number, is: (seed: number) => boolean): number {
  let count = 0;
  for (let seed = 1; seed <= n; seed++) count += Number(is(seed));
  return count / n;
}

const ONCE = { alpha: 0.1, attempt: 1, knownRate: 0.5 }; // an attempt may use 5 %

describe('champion against challenger, labels overlapping', () => {
  test('an equally good challenger is promoted in at most 7 % of 500 seeds at nominal 5 %', () => {
    expect(spendAlpha(ONCE.alpha, 1)).toBe(0.05);
    const rate = share(
      500,
      (seed) => judgeChallenger(compareModels(scored(seed, 500, [1, 1])), ONCE).verdict === 'promote',
    );
    expect(rate).toBeLessThanOrEqual(0.07);
  });

  test('a clearly better one, log loss lower by 0.01 on 2,000 events, in at least 80 %', () => {
    const pairs = Array.from({ length: 200 }, (_, k) => compareModels(scored(k + 1, 2000, [1, 0.855], true)));
    const gain =
      pairs.reduce((sum, { championLogLoss, challengerLogLoss }) => sum + championLogLoss - challengerLogLoss, 0) / 200;
    expect(gain).toBeGreaterThan(0.009);
    expect(gain).toBeLessThan(0.011);
    const rate = share(200, (seed) => judgeChallenger(pairs[seed - 1], ONCE).verdict === 'promote');
    expect(rate).toBeGreaterThanOrEqual(0.8);
  });

  test('a worse one is rejected, one that says the same is held', () => {
    expect(judgeChallenger(compareModels(scored(1, 2000, [0.5, 2])), ONCE).verdict).toBe('reject');
    const events = scored(2, 500, [1, 1]);
    expect(judgeChallenger(compareModels({ ...events, challenger: events.champion }), ONCE).verdict).toBe('hold');
  });

  test('one with better log loss and lower accuracy is held', () => {
    const found: Comparison = {
      ...compareModels(scored(1, 2000, [2, 0.2])),
      challengerAccuracy: 0.5,
      championAccuracy: 0.51,
    };
    expect(judgeChallenger(found, ONCE)).toMatchObject({
      verdict: 'hold',
      reason: expect.stringContaining('accuracy is lower'),
    });
  });

  test('outcomes that are all alike promote nobody', () => {
    const events = scored(1, 500, [1, 1]);
    const sure = events.champion.map(() => 0.999);
    const found = compareModels({ ...events, label: events.label.map(() => 1), challenger: sure });
    expect(judgeChallenger(found, ONCE)).toMatchObject({ verdict: 'hold', reason: expect.stringContaining('alike') });
  });

  test('a hundred attempts against one champion spend no more than the error rate', () => {
    const spent = Array.from({ length: 100 }, (_, k) => spendAlpha(0.05, k + 1)).reduce((a, b) => a + b);
    expect(spent).toBeLessThan(0.05);
    const rate = share(20, (seed) =>
      Array.from({ length: 100 }, (_, k) => compareModels(scored(seed * 1000 + k, 300, [1, 1]))).some(
        (found, k) => judgeChallenger(found, { ...ONCE, alpha: 0.05, attempt: k + 1 }).verdict === 'promote',
      ),
    );
    expect(rate).toBeLessThanOrEqual(0.15); // one seed in 20 is nominal; three is within chance
  });
});

describe('rollback', () => {
  const POLICY = rollbackPolicy(1000, 0.05);
  const trial = (seed: number, noise: readonly [number, number]): string => {
    const events = scored(seed, POLICY.window, noise);
    for (const n of [250, 500, 750, 1000]) {
      const { label, champion, challenger, t0, t1 } = events;
      const seen = {
        label: label.subarray(0, n),
        champion: champion.subarray(0, n),
        challenger: challenger.subarray(0, n),
      };
      const { verdict } = judgeRollback(
        compareModels({ ...seen, t0: t0.subarray(0, n), t1: t1.subarray(0, n) }, chanceByCosines),
        POLICY,
      );
      if (verdict !== 'wait') return verdict;
    }
    return 'wait';
  };

  test('a bad champion is taken back within its trial, an equal one rarely', () => {
    expect(share(100, (seed) => trial(seed, [0.3, 2.5]) === 'roll_back')).toBeGreaterThanOrEqual(0.9);
    expect(share(200, (seed) => trial(seed, [1, 1]) === 'roll_back')).toBeLessThanOrEqual(0.07);
    expect(trial(1, [1, 1])).toBe('keep');
  });
});

test('columns that do not fit, and what is no confidence, are refused', () => {
  const events = scored(1, 100, [1, 1]);
  expect(() => compareModels({ ...events, champion: events.champion.subarray(1) })).toThrow(/champion/);
  expect(() => compareModels({ ...events, challenger: events.challenger.map(() => Number.NaN) })).toThrow(/confidence/);
});
