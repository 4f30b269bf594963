import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { atLeastRate, atLeastShare, atMostRate, atMostShare, isWithin } from '../../bench/truth/bounds.ts';
import { EARNING_COSTS } from '../../bench/truth/earnings.ts';
import { earningsFindings } from '../../bench/truth/earnings-table.ts';
import { COSTS, type JudgedTraining } from '../../bench/truth/judged-training.ts';
import { truthKinds } from '../../bench/truth/kinds.ts';
import { expectedMs, openTasks } from '../../bench/truth/plan.ts';
import { MARTINGALE } from '../../bench/truth/promises.ts';
import { appendResult, readResults, sourcesHash, type TruthResult } from '../../bench/truth/results.ts';
import { truthPage } from '../../bench/truth/table.ts';

const directory = mkdtempSync(join(tmpdir(), 'truth-'));
afterAll(() => rmSync(directory, { recursive: true }));

const KINDS = truthKinds(['a', 'b']);

function training(verdict: 'none' | 'edge', information: number): JudgedTraining {
  const claimed = { verdict, information, selection: 1, money: 1, paysUpToBps: 0, primaryPays: false, nTaken: 0 };
  const claims = Object.fromEntries(COSTS.map((cost) => [cost, claimed])) as JudgedTraining['claims'];
  return { nJudged: 100, auc: 0.5, tickBps: null, claims, earnings: null };
}

function result(kind: string, seed: number, own: Partial<TruthResult> = {}): TruthResult {
  return { sources: 'these', kind, seed, ms: 100, training: training('none', 0.5), error: null, ...own };
}

describe('bounds', () => {
  /** Chance of more than `count` of `n`, by logarithms of factorials. */
  function chanceOfMore(count: number, n: number, rate: number): number {
    const logFactorials = [0];
    for (let k = 1; k <= n; k++) logFactorials.push(logFactorials[k - 1] + Math.log(k));
    let sum = 0;
    for (let k = count + 1; k <= n; k++) {
      const ways = logFactorials[n] - logFactorials[k] - logFactorials[n - k];
      sum += Math.exp(ways + k * Math.log(rate) + (n - k) * Math.log(1 - rate));
    }
    return sum;
  }

  test.each([
    [0.05, 200],
    [0.05, 500],
    [0.05, 20],
    [0.07, 8500],
  ])('a rate of %d among %d: the smallest count that chance exceeds in at most 1 of 100', (rate, n) => {
    const { count } = atMostRate(rate, n);
    expect(chanceOfMore(count, n, rate)).toBeLessThanOrEqual(0.01);
    expect(chanceOfMore(count - 1, n, rate)).toBeGreaterThan(0.01);
  });

  test('those of the contract: 18 of 200; 35 of 500; 120, 190 and 198 of 200', () => {
    expect(atMostRate(0.05, 200)).toEqual({ word: 'at most', count: 18 });
    expect(atMostShare(0.07, 500).count).toBe(35);
    expect([0.6, 0.95, 0.99].map((share) => atLeastShare(share, 200).count)).toEqual([120, 190, 198]);
    expect(atLeastRate(0.95, 200).count, 'as many misses as a rate of 5 %').toBe(182);
    expect([17, 18, 19].map((n) => isWithin(atMostRate(0.05, 200), n))).toEqual([true, true, false]);
    expect([189, 190].map((n) => isWithin(atLeastShare(0.95, 200), n))).toEqual([false, true]);
  });
});

describe('a run that was stopped goes on', () => {
  test('results are read back; those of other sources and a line that was cut off are not', () => {
    const file = join(directory, 'results.jsonl');
    appendResult(result('martingale/garch', 1), file);
    appendFileSync(file, '\n{"sources":"these","kind":"martin');
    appendResult(result('martingale/garch', 2), file);
    appendResult(result('martingale/garch', 3, { sources: 'others' }), file);
    expect(readResults('these', file).map(({ seed }) => seed)).toEqual([1, 2]);
    expect(readResults('these', join(directory, 'none.jsonl'))).toEqual([]);
    expect(sourcesHash()).toBe(sourcesHash());
  });

  test('each open seed of every kind once, some of each before more of one', () => {
    const two = KINDS.filter(({ id }) => id === 'martingale/garch' || id === 'coin/a');
    const done = [result('coin/a', 1), result('martingale/garch', 150)];
    const tasks = openTasks(two, done, ({ nSeeds }) => nSeeds);
    expect(tasks.length).toBe(500 + 200 - 2);
    expect(new Set(tasks.map(({ kind, seed }) => `${kind} ${seed}`)).size).toBe(tasks.length);
    expect(tasks[100]).toEqual({ kind: 'coin/a', seed: 2 });
    expect(tasks).not.toContainEqual({ kind: 'martingale/garch', seed: 150 });
    expect(openTasks(two, done, () => 1)).toEqual([{ kind: 'martingale/garch', seed: 1 }]);
  });

  test('the time left is that of the kinds so far, on all processes', () => {
    const done = [result('coin/a', 1, { ms: 3000 }), result('planted/0.07', 1, { ms: 1000 })];
    const tasks = [
      { kind: 'coin/a', seed: 2 },
      { kind: 'planted/0.10', seed: 1 },
    ];
    expect(expectedMs(tasks, done, 2), 'of an unknown kind the mean').toBe((3000 + 2000) / 2);
  });
});

describe('the page', () => {
  const garch = KINDS.filter(({ id }) => id === 'martingale/garch');
  const many = (nEdges: number): TruthResult[] =>
    Array.from({ length: 200 }, (_, k) =>
      result('martingale/garch', k + 1, k < nEdges ? { training: training('edge', 0.01) } : {}),
    );

  test('a promise that is broken is told at the head and in its cell', () => {
    const page = truthPage(garch, many(19), ['about']);
    expect(page).toContain('martingale/garch, edge (0 bp): 19 of 200, at most 18');
    expect(page).toContain('**19 (≤ 18) broken**');
    expect(truthPage(garch, many(18), [])).toContain('**0 of 5 promises broken**');
  });

  test('too few trainings, none, and failed ones are told', () => {
    expect(truthPage(garch, many(0).slice(0, 3), []), 'of 3').toContain('0 (≤ 1) few');
    expect(truthPage(garch, [], [])).toContain('not run');
    const failed = [result('martingale/garch', 9, { training: null, error: 'no bars' })];
    expect(truthPage(garch, failed, [])).toContain('- martingale/garch: 1, the first with seed 9: no bars');
  });

  test('kinds with the same promises are judged together too', () => {
    const both = KINDS.filter(({ id }) => id.startsWith('mirrored/'));
    expect(both.map(({ promises }) => promises)).toEqual([MARTINGALE, MARTINGALE]);
    const page = truthPage(both, [result('mirrored/a', 1), result('mirrored/b', 1), result('mirrored/b', 2)], []);
    expect(page).toMatch(/\*\*all\*\* \| {2}\| {2}\| 3 \|/);
  });

  describe('sizes on planted edges', () => {
    const planted = KINDS.filter(({ id }) => id === 'planted/0.15');
    const compared = (nSeeds: number, afml: number, kept: number, tenth = 0.35): TruthResult[] => {
      const earned = { rule: 0.2, taken: 0.19, bet: 0.2, afml, kelly: 0.2, linear: 0.2, integrated: 0.01 };
      const tenths = [
        { n: 5, promised: -1, kept: -1.1 },
        { n: 5, promised: 1.5, kept: 5 * tenth },
      ];
      const earnings = EARNING_COSTS.map((costBps) => ({
        costBps,
        earned,
        taken: { n: 10, promised: 2, kept },
        tenths,
      }));
      return Array.from({ length: nSeeds }, (_, k) =>
        result('planted/0.15', k + 1, { training: { ...training('edge', 0.01), earnings } }),
      );
    };
    const brokenOf = (results: readonly TruthResult[]): readonly string[] =>
      earningsFindings(planted[0], results)[0].broken;

    test('90 % of the rule, 80 to 125 % of the promise, and a tenth of an R are the bounds', () => {
      expect(brokenOf(compared(10, 0.1801, 1.61))).toEqual([]);
      expect(brokenOf(compared(10, 0.1799, 2.49))).toEqual(['afml earns 90 % of the rule']);
      expect(brokenOf(compared(10, 0.2, 1.59))).toEqual(['0.795 of the promise is kept']);
      expect(brokenOf(compared(10, 0.2, 2.51))).toEqual(['1.255 of the promise is kept']);
      expect(brokenOf(compared(10, 0.2, 2, 0.19))).toEqual(['a tenth of the promises is off by 0.110 R']);
      expect(brokenOf(compared(9, 0.1, 1)), 'too few').toEqual([]);
    });

    test('the page has a row for each cost, and tells what is broken', () => {
      const page = truthPage(planted, compared(10, 0.1, 2), []);
      expect(page).toContain('- **3 broken**: planted/0.15 at 0 bp: afml earns 50 % of the rule;');
      expect(page).toContain('| planted/0.15 | 12,000 | 10 | 4 | 0.200 | 95 % | 100 % | 50 % | 100 % | 100 % | 5 % |');
      expect(truthPage(planted, [], [])).not.toContain('Sizes on planted edges');
    });
  });

  test('without real files their kinds are left out', () => {
    expect(truthKinds([]).some(({ id }) => /^(coin|mirrored)/.test(id))).toBe(false);
  });
});
