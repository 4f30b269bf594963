import { expect, test } from 'vitest';
import expected from '../../../test/golden/calibration/venn-abers.json' with { type: 'json' };
import { Rng } from '../../core/index.ts';
import { stepsAt } from './calibration-spread.ts';
import { vennAbers } from './venn-abers.ts';

test('the pair is that of venn-abers 1.5.4, and of scikit-learn’s isotonic regression with the event added', () => {
  expect(expected.versions['venn-abers']).toBe('1.5.4');
  for (const { raw, label, score, pair, refit } of expected.cases) {
    const steps = vennAbers(Float64Array.from(raw), Uint8Array.from(label));
    score.forEach((each, k) => {
      const name = `${raw.length} rows, score ${each}`;
      const ours = stepsAt(steps, each);
      for (const side of [0, 1]) {
        expect(Math.abs(ours[side] - pair[k][side]), `${name}, venn-abers`).toBeLessThan(1e-12);
        expect(Math.abs(ours[side] - refit[k][side]), `${name}, refit`).toBeLessThan(1e-12);
      }
    });
  }
});

/** Isotonic value at one score, from its definition: the largest of the smallest means around it. */
function minimaxAt(rows: readonly (readonly [score: number, label: number])[], score: number): number {
  const scores = [...new Set(rows.map(([each]) => each))].sort((a, b) => a - b);
  const meanBetween = (low: number, high: number): number => {
    const inside = rows.filter(([each]) => each >= low && each <= high);
    return inside.reduce((sum, [, label]) => sum + label, 0) / inside.length;
  };
  const below = scores.filter((each) => each <= score);
  const above = scores.filter((each) => each >= score);
  return Math.max(...below.map((low) => Math.min(...above.map((high) => meanBetween(low, high)))));
}

test('it is the isotonic probability with the event added, lost and won, by the definition', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const rng = new Rng(seed);
    const n = 1 + rng.nextInt(25);
    const ties = 1 + rng.nextInt(30);
    const raw = Float64Array.from({ length: n }, () => Math.fround(rng.nextInt(ties) / ties));
    const label = Uint8Array.from(raw, (p) => (rng.nextFloat() < 0.2 + 0.6 * p ? 1 : 0));
    const steps = vennAbers(raw, label);
    const rows = Array.from(raw, (score, k) => [score, label[k]] as const);
    for (const score of [0, 1, ...raw, ...Array.from({ length: 10 }, () => rng.nextFloat())]) {
      const name = `seed ${seed}, score ${score}`;
      const [lost, won] = stepsAt(steps, score);
      expect(Math.abs(lost - minimaxAt([...rows, [score, 0]], score)), `${name}, lost`).toBeLessThan(1e-12);
      expect(Math.abs(won - minimaxAt([...rows, [score, 1]], score)), `${name}, won`).toBeLessThan(1e-12);
    }
  }
});

test('the pair rises with the score, encloses a gap, and gets narrow with many rows', () => {
  const rng = new Rng(9);
  const raw = Float64Array.from({ length: 5000 }, () => Math.fround(rng.nextFloat()));
  const label = Uint8Array.from(raw, (p) => (rng.nextFloat() < p ? 1 : 0));
  const { scores, low, high } = vennAbers(raw, label);
  for (let k = 0; k < scores.length; k++) {
    expect(low[k], `step ${k}`).toBeLessThan(high[k]);
    if (k === 0) continue;
    expect(scores[k], `step ${k}`).toBeGreaterThan(scores[k - 1]);
    expect(low[k], `step ${k}`).toBeGreaterThanOrEqual(low[k - 1]);
    expect(high[k], `step ${k}`).toBeGreaterThanOrEqual(high[k - 1]);
  }
  const [lost, won] = stepsAt({ scores, low, high }, 0.5);
  expect(won - lost).toBeLessThan(0.05);
  expect(scores.length, 'steps are few beside the rows').toBeLessThan(1000);
});

test('of one row alone nothing is known', () => {
  const steps = vennAbers(Float64Array.of(0.5), Uint8Array.of(1));
  expect(stepsAt(steps, 0.2)).toEqual([0, 1]);
  expect(stepsAt(steps, 0.5)).toEqual([0.5, 1]);
  expect(stepsAt(steps, 0.7)).toEqual([0.5, 1]);
});
