import { describe, expect, test } from 'vitest';
import { maturedOutcome } from '../../test/support/outcomes.ts';
import { Rng } from '../core/index.ts';
import type { MaturedOutcome } from '../domain/index.ts';
import { studentUpperTail } from '../validation/index.ts';
import { type Baseline, measureDegradation } from './degradation.ts';
import { columnsOf } from './outcome-columns.ts';

const BASELINE: Baseline = { accuracy: 0.75, logLossSkill: 0.2, nSamples: 300 };

/** Outcomes that enter one bar after the other and end `span` bars later. */
function outcomesOf(seed: number, n: number, span: number): MaturedOutcome[] {
  const rng = new Rng(seed);
  return Array.from({ length: n }, (_, i) => {
    const confidence = 0.1 + 0.8 * rng.nextFloat();
    const label = rng.nextFloat() < 0.3 + 0.4 * confidence ? 1 : 0;
    return maturedOutcome({ label, confidence, entryTs: BigInt(i), exitTs: BigInt(i + span) });
  });
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** P-value of a mean above 0, written out once more: pairs of events for Newey–West, then Student's test on ten stretches. */
function slowPValue(excess: readonly number[], lag: number, nBaseline: number): number {
  const widen = Math.sqrt(1 + excess.length / nBaseline);
  const tail = (values: readonly number[], lags: number): number => {
    const n = values.length;
    const mean = sumOf(values) / n;
    let variance = 0;
    for (let i = 0; i < n; i++) {
      for (let j = Math.max(0, i - lags); j <= Math.min(n - 1, i + lags); j++) {
        variance += ((1 - Math.abs(i - j) / (lags + 1)) * (values[i] - mean) * (values[j] - mean)) / n;
      }
    }
    const h = lags + 1;
    const correction = Math.sqrt((n + 1 - 2 * h + (h * (h - 1)) / n) / n);
    return studentUpperTail((mean / Math.sqrt(variance / n)) * (correction / widen), n - 1);
  };
  const bounds = Array.from({ length: 11 }, (_, k) => Math.floor((k * excess.length) / 10));
  const stretches = bounds.slice(1).map((end, k) => sumOf(excess.slice(bounds[k], end)) / (end - bounds[k]));
  return Math.max(tail(excess, lag), tail(stretches, 0));
}

describe('every figure is that of a second computation, pair by pair', () => {
  test.each([
    [1, 0],
    [2, 0],
    [3, 4],
    [4, 4],
    [5, 9],
  ])('seed %i, labels that reach over %i later entries', (seed, span) => {
    const outcomes = outcomesOf(seed, 250, span);
    const found = measureDegradation(columnsOf(outcomes), BASELINE);
    const isRight = outcomes.map(({ label, confidence }) => ((confidence >= 0.5 ? 1 : 0) === label ? 1 : 0));
    const accuracy = sumOf(isRight) / 250;
    expect(found).toMatchObject({ nOutcomes: 250, lag: 2 * span });
    expect(found.accuracy).toBeCloseTo(accuracy, 12);
    expect(found.drop).toBeCloseTo(0.75 - accuracy, 12);
    expect(found.drop, 'the model is worse, so there is something to test').toBeGreaterThan(0);
    const shortfalls = isRight.map((right) => 0.75 - right);
    expect(found.dropPValue / slowPValue(shortfalls, 2 * span, 300)).toBeCloseTo(1, 9);

    const rate = sumOf(outcomes.map(({ label }) => label)) / 250;
    const lossOf = (label: number, p: number): number => -Math.log(label === 1 ? p : 1 - p);
    const loss = outcomes.map(({ label, confidence }) => lossOf(label, confidence));
    // A rate fitted to n outcomes is better on them than on others by half a nat in all (Akaike).
    const benchmark = outcomes.map(({ label }) => lossOf(label, rate) + 1 / 500);
    expect(found.skill).toBeCloseTo(1 - sumOf(loss) / sumOf(benchmark), 12);
    const excess = loss.map((each, k) => each - 0.8 * benchmark[k]);
    expect(found.skillPValue / slowPValue(excess, 2 * span, 300)).toBeCloseTo(1, 9);
  });
});

test('the more labels overlap, the less the same outcomes prove; where they overlap all along, nothing', () => {
  const chances = [0, 5, 12, 13, 249].map((span) => {
    const outcomes = outcomesOf(3, 250, 0).map((outcome, i) => ({ ...outcome, exitTs: BigInt(i + span) }));
    return measureDegradation(columnsOf(outcomes), { ...BASELINE, accuracy: 0.9, logLossSkill: 0.9 });
  });
  expect(chances.map(({ lag }) => lag)).toEqual([0, 10, 24, 26, 498]);
  const [apart, some, many, tooMany, all] = chances;
  expect(apart.dropPValue).toBeLessThan(1e-4);
  expect(some.dropPValue, 'ten stretches of 25 are longer than 24 lags').toBeLessThan(1e-3);
  expect(many.dropPValue).toBeLessThan(0.05);
  expect([tooMany.dropPValue, tooMany.skillPValue], '26 lags are longer than a stretch').toEqual([1, 1]);
  expect([all.dropPValue, all.skillPValue]).toEqual([1, 1]);
});

test('a thousand signals of one bar prove nothing, however wrong they are', () => {
  const together = outcomesOf(1, 1000, 0).map((outcome) => ({ ...outcome, entryTs: 5n, exitTs: 9n }));
  const found = measureDegradation(columnsOf(together), { accuracy: 0.99, logLossSkill: 0.9, nSamples: 1e6 });
  expect(found.drop).toBeGreaterThan(0.3);
  expect(found).toMatchObject({ dropPValue: 1, skillPValue: 1, lag: 1998 });
});

test('labels that overlap raise no more false alarms than the p-value says', () => {
  const N_SEEDS = 1000;
  let alarms = 0;
  for (let seed = 1; seed <= N_SEEDS; seed++) {
    // Whether a call is right is decided by the ten shocks after it, nine of which the next call shares: right in half.
    const rng = new Rng(seed);
    const shocks = Array.from({ length: 420 }, () => rng.nextGaussian());
    const outcomes = Array.from({ length: 400 }, (_, i) => {
      const isRight = sumOf(shocks.slice(i + 1, i + 11)) > 0;
      return maturedOutcome({ label: isRight ? 1 : 0, confidence: 0.6, entryTs: BigInt(i), exitTs: BigInt(i + 9) });
    });
    const { dropPValue } = measureDegradation(columnsOf(outcomes), {
      accuracy: 0.5,
      logLossSkill: null,
      nSamples: 1e9,
    });
    if (dropPValue < 0.05) alarms++;
  }
  // 5 % of 1000 are 50 ± 7.
  expect(alarms, `of ${N_SEEDS} seeds`).toBeLessThan(72);
  expect(alarms, `of ${N_SEEDS} seeds`).toBeGreaterThan(10);
});

test('the order in which outcomes became known does not matter', () => {
  const outcomes = outcomesOf(7, 200, 3);
  const known = [...outcomes].sort((a, b) => a.confidence - b.confidence);
  expect(measureDegradation(columnsOf(known), BASELINE)).toEqual(measureDegradation(columnsOf(outcomes), BASELINE));
});

test('a baseline of few events proves less than one of many; one of none counts as one event', () => {
  const outcomes = outcomesOf(3, 250, 0);
  const p = (nSamples: number): number =>
    measureDegradation(columnsOf(outcomes), { ...BASELINE, accuracy: 0.9, nSamples }).dropPValue;
  expect(p(100)).toBeGreaterThan(p(10_000));
  expect(p(0)).toBe(p(1));
  expect(p(0)).toBeLessThan(0.5);
});

test('skill is null where all labels are alike, and unjudged where the baseline’s is not known', () => {
  const outcomes = outcomesOf(3, 250, 0);
  for (const label of [0, 1] as const) {
    const alike = outcomes.map((outcome) => ({ ...outcome, label }));
    expect(measureDegradation(columnsOf(alike), BASELINE)).toMatchObject({ skill: null, skillPValue: 1 });
  }
  const known = measureDegradation(columnsOf(outcomes), { ...BASELINE, logLossSkill: 0.9 });
  const unknown = measureDegradation(columnsOf(outcomes), { ...BASELINE, logLossSkill: null });
  expect(known.skillPValue).toBeLessThan(0.01);
  expect(unknown).toEqual({ ...known, skillPValue: 1 });
});
