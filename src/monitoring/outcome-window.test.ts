import { expect, test } from 'vitest';
import { maturedOutcome } from '../../test/support/outcomes.ts';
import type { MaturedOutcome } from '../domain/index.ts';
import { OutcomeWindow } from './outcome-window.ts';

function matured(confidence: number, label: 0 | 1, more: Partial<MaturedOutcome> = {}): MaturedOutcome {
  return maturedOutcome({ confidence, label, ...more });
}

test('the figures of four outcomes, by hand', () => {
  const window = new OutcomeWindow(100);
  for (const [confidence, label] of [
    [0.9, 1],
    [0.8, 0],
    [0.3, 0],
    [0.4, 1],
  ] as const) {
    window.add(matured(confidence, label));
  }
  const scores = window.scores('m-1');
  expect(scores.n).toBe(4);
  expect(scores.accuracy).toBe(0.5);
  expect(scores.baseRate).toBe(0.5);
  expect(scores.brier).toBeCloseTo((0.01 + 0.64 + 0.09 + 0.36) / 4, 12);
  expect(scores.logLoss).toBeCloseTo(-(Math.log(0.9) + Math.log(0.2) + Math.log(0.7) + Math.log(0.4)) / 4, 12);
  expect(scores.ece, 'four bins of one outcome').toBeCloseTo((0.1 + 0.8 + 0.3 + 0.6) / 4, 12);
  expect(scores.deciles).toEqual(
    [0.3, 0.4, 0.8, 0.9].map((p, k) => ({ n: 1, low: p, high: p, meanProbability: p, hitRate: k % 2 })),
  );
});

test('nothing is claimed without outcomes', () => {
  const nothing = { n: 0, accuracy: null, baseRate: null, brier: null, logLoss: null, ece: null, deciles: [] };
  expect(new OutcomeWindow(10).scores('m-1')).toEqual(nothing);
});

test('defaults and other models say nothing about the model that serves', () => {
  const window = new OutcomeWindow(10);
  window.add(matured(0.5, 0, { source: 'default' }));
  window.add(matured(0.5, 0, { source: 'stale' }));
  window.add(matured(0.5, 0, { source: 'missing_input' }));
  window.add(matured(0.5, 0, { source: 'out_of_distribution' }));
  window.add(matured(0.9, 1, { modelVersion: 'm-0' }));
  window.add(matured(0.9, 1));
  expect(window.scores('m-1').n).toBe(1);
  expect(window.scores('m-0').n).toBe(1);
  expect(window.scores(null).n).toBe(0);
});

test('only the latest outcomes count, however many came', () => {
  const window = new OutcomeWindow(10);
  for (let k = 0; k < 95; k++) window.add(matured(0.9, 0));
  for (let k = 0; k < 10; k++) window.add(matured(0.9, 1));
  expect(window.scores('m-1')).toMatchObject({ n: 10, accuracy: 1 });
});

test('the limit holds at every number of outcomes, whichever model they are of', () => {
  const window = new OutcomeWindow(4);
  for (let k = 0; k < 40; k++) {
    window.add(matured(0.9, k % 3 === 0 ? 1 : 0, { modelVersion: k % 2 === 0 ? 'm-1' : 'm-2' }));
    const latest = Array.from({ length: Math.min(4, k + 1) }, (_, back) => k - back);
    for (const [version, parity] of [
      ['m-1', 0],
      ['m-2', 1],
    ] as const) {
      const judged = latest.filter((i) => i % 2 === parity);
      const right = judged.filter((i) => i % 3 === 0).length;
      const { n, accuracy } = window.scores(version);
      expect([n, accuracy], `${version} after ${k + 1}`).toEqual([judged.length, n === 0 ? null : right / n]);
    }
  }
});

test('figures are computed once for every outcome', () => {
  const window = new OutcomeWindow(4);
  window.add(matured(0.9, 1));
  const first = window.scores('m-1');
  expect(window.scores('m-1')).toBe(first);
  window.add(matured(0.9, 0, { source: 'default' }));
  expect(window.scores('m-1')).toBe(first);
  window.add(matured(0.9, 0));
  expect(window.scores('m-1').n).toBe(2);
});
