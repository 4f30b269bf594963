import { expect, test } from 'vitest';
import { Rng } from '../../core/index.ts';
import { type ScoreSteps, stepsAt } from './calibration-spread.ts';

const STEPS: ScoreSteps = { scores: [0.2, 0.5, 0.7], low: [0.1, 0.3, 0.6], high: [0.2, 0.4, 0.9] };

test.each<[where: string, score: number, low: number, high: number]>([
  ['below all, the first step', 0, 0.1, 0.2],
  ['at the first', 0.2, 0.1, 0.2],
  ['just below the second', 0.5 - 1e-12, 0.1, 0.2],
  ['at the second', 0.5, 0.3, 0.4],
  ['between', 0.6999, 0.3, 0.4],
  ['at the last', 0.7, 0.6, 0.9],
  ['above all', 1, 0.6, 0.9],
])('%s', (_, score, low, high) => expect(stepsAt(STEPS, score)).toEqual([low, high]));

test('a single step holds everywhere', () => {
  const one = { scores: [0.4], low: [0.2], high: [0.8] };
  for (const score of [0, 0.4, 1]) expect(stepsAt(one, score)).toEqual([0.2, 0.8]);
});

test('is the last step whose score is not above, of any number of steps; neither end falls', () => {
  const rng = new Rng(31);
  for (let n = 1; n < 40; n++) {
    const rising = (): number[] => Array.from({ length: n }, () => rng.nextFloat()).sort((a, b) => a - b);
    const steps = { scores: rising(), low: rising(), high: rising() };
    let before: readonly [number, number] = [0, 0];
    for (const score of rising()) {
      const at = Math.max(
        0,
        steps.scores.findLastIndex((step) => step <= score),
      );
      const [low, high] = stepsAt(steps, score);
      expect([low, high], `${n} steps, score ${score}`).toEqual([steps.low[at], steps.high[at]]);
      expect(low >= before[0] && high >= before[1], `${n} steps, score ${score}`).toBe(true);
      before = [low, high];
    }
  }
});
