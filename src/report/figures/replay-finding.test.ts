import { expect, test } from 'vitest';
import { type Scores, scoreForecasts } from '../../validation/index.ts';
import { knownRateLoss, replayFinding } from './replay-finding.ts';

const label = Uint8Array.from({ length: 400 }, (_, k) => (k % 5 < 2 ? 1 : 0));
/** Scores of forecasts `ofOnes` for ones and `ofZeros` for zeros, with a benchmark that starts badly. */
function scoresOf(ofOnes: number, ofZeros: number, n = 400): Scores {
  const bins = label.subarray(0, n);
  const probability = Float64Array.from(bins, (bin) => (bin === 1 ? ofOnes : ofZeros));
  return scoreForecasts({ label: bins, probability, benchmark: new Float64Array(n).fill(0.55) });
}
const edge = { verdict: 'edge', baseRate: 0.4 } as const;

test('a model that only says the base rate of its training does not hold up, whatever the benchmark had to learn', () => {
  const scores = scoresOf(0.41, 0.41);
  expect(scores.logLossSkill).toBeGreaterThan(0.02);
  expect(replayFinding({ scores, isInSample: false, training: edge })).toBe('not_held_up');
});

test('a model that separates signals held up, or is not proven where its training found no edge', () => {
  const scores = scoresOf(0.5, 0.33);
  expect(replayFinding({ scores, isInSample: false, training: edge })).toBe('held_up');
  const training = { ...edge, verdict: 'none' } as const;
  expect(replayFinding({ scores, isInSample: false, training })).toBe('not_proven');
});

test('few signals, no outcomes, signals in sample, and no model have findings of their own', () => {
  const scores = scoresOf(0.5, 0.33, 90);
  expect(replayFinding({ scores, isInSample: false, training: edge })).toBe('too_few_signals');
  expect(replayFinding({ scores: null, isInSample: false, training: edge })).toBe('no_outcome');
  expect(replayFinding({ scores: scoresOf(0.9, 0.1), isInSample: true, training: edge })).toBe('in_sample');
  expect(replayFinding({ scores: scoresOf(0.9, 0.1), isInSample: false, training: null })).toBe('no_model');
});

test('by hand: the loss of a known rate, and of the rate that came true', () => {
  expect(knownRateLoss({ baseRate: 0.25 }, 0.5)).toBeCloseTo(Math.LN2, 15);
  const entropy = -(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75));
  expect(knownRateLoss({ baseRate: 0.25 }, null)).toBeCloseTo(entropy, 15);
});
