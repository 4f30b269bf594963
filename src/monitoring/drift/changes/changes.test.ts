import { expect, test } from 'vitest';
import { maturedOutcome } from '../../../../test/support/outcomes.ts';
import { Rng } from '../../../core/index.ts';
import type { MaturedOutcome } from '../../../domain/index.ts';
import { columnsOf } from '../../outcome-columns.ts';
import { CalibrationDrift, measureCalibration } from './calibration-drift.ts';
import { FeatureDrift } from './feature-drift.ts';

const POLICY = { window: 500, minOutcomes: 100, falseAlarmRate: 0.01 };

/** Outcomes that overlap three deep, each with its neighbour's luck half of the time. @param truth - the chance to win at a confidence. */
function outcomesOf(seed: number, n: number, truth: (confidence: number, i: number) => number): MaturedOutcome[] {
  const rng = new Rng(seed);
  let luck = 0;
  return Array.from({ length: n }, (_, i) => {
    const confidence = 0.2 + 0.4 * rng.nextFloat();
    luck = rng.nextFloat() < 0.5 ? luck : rng.nextFloat();
    const label = luck < truth(confidence, i) ? 1 : 0;
    return maturedOutcome({ label, confidence, entryTs: BigInt(i), exitTs: BigInt(i + 3) });
  });
}

function changesOf(outcomes: readonly MaturedOutcome[]): { at: number; isDrifted: boolean }[] {
  const drift = new CalibrationDrift(POLICY);
  return outcomes.flatMap((outcome, at) => (drift.add(outcome) === null ? [] : [{ at, isDrifted: drift.isDrifted }]));
}

test('the figures by hand, in any order', () => {
  const outcomes = outcomesOf(1, 300, (p) => p);
  const { nOutcomes, promised, realised } = measureCalibration(columnsOf(outcomes.toReversed()));
  expect(nOutcomes).toBe(300);
  expect(promised).toBeCloseTo(outcomes.reduce((sum, { confidence }) => sum + confidence, 0) / 300, 12);
  expect(realised).toBeCloseTo(outcomes.reduce((sum, { label }) => sum + label, 0) / 300, 12);
});

test.each([
  ['too high', (p: number): number => p - 0.15],
  ['too low', (p: number): number => p + 0.25],
  ['the wrong way round', (p: number): number => 0.8 - p],
])('confidences that are %s are found, and those that are right again too', (_, wrong) => {
  const outcomes = outcomesOf(7, 3000, (p, i) => (i >= 1000 && i < 2000 ? wrong(p) : p));
  const changes = changesOf(outcomes);
  expect(changes.map(({ isDrifted }) => isDrifted)).toEqual([true, false]);
  expect(changes[0].at).toBeGreaterThan(1000);
  expect(changes[0].at).toBeLessThan(2000);
  expect(changes[1].at).toBeGreaterThan(2000);
});

test('where confidences are kept, false alarms over 100,000 outcomes that overlap stay within the bound', () => {
  const alarms = Array.from({ length: 20 }, (_, seed) => changesOf(outcomesOf(100 + seed, 5000, (p) => p))).flat();
  const bound = (100_000 / POLICY.window) * POLICY.falseAlarmRate;
  expect(alarms.filter(({ isDrifted }) => isDrifted).length).toBeLessThanOrEqual(bound);
});

test('another model begins anew', () => {
  const drift = new CalibrationDrift(POLICY);
  for (const outcome of outcomesOf(3, 600, () => 0.9)) drift.add(outcome);
  expect(drift.isDrifted).toBe(true);
  drift.reset();
  expect(drift.isDrifted).toBe(false);
  const early = outcomesOf(4, 99, () => 0.9).map((outcome) => drift.add(outcome));
  expect(new Set(early), 'too few to be looked at').toEqual(new Set([null]));
});

test('a feature that leaves is told once, and once that it is back; one that hovers in between is not told again', () => {
  const drift = new FeatureDrift();
  const told = (psi: number): unknown[] => drift.update({ momentum: psi, regime: 0.1 });
  expect([0.1, 0.25].flatMap(told)).toEqual([]);
  expect(told(0.26)).toEqual([{ feature: 'momentum', psi: 0.26, isDrifted: true }]);
  expect([0.3, 0.21, 0.24, 0.2].flatMap(told)).toEqual([]);
  expect(told(0.19)).toEqual([{ feature: 'momentum', psi: 0.19, isDrifted: false }]);
  expect(told(0.24)).toEqual([]);
  expect(told(0.4)).toHaveLength(1);
  drift.reset();
  expect(told(0.4), 'another model').toHaveLength(1);
});
