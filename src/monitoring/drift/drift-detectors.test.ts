import { expect, test } from 'vitest';
import { PythonRandom } from '../../../test/support/python-random.ts';
import { DriftDetectors } from './drift-detectors.ts';

/** An outcome that the model got right or wrong, sure of it or not. */
function outcome(error: number, i: number): { label: 0 | 1; confidence: number } {
  const decision = i % 2;
  const confidence = decision === 1 ? 0.5 : 0.4;
  return { label: decision === error ? 0 : 1, confidence };
}

function worsening(): { label: 0 | 1; confidence: number }[] {
  const random = new PythonRandom(42);
  const errors = [...random.choices([0, 1], 1000), ...random.choices([0, 1], 1000, [0.3, 0.7])];
  return errors.map(outcome);
}

test('each detector tells what it tells of the bare errors', () => {
  const detectors = new DriftDetectors();
  const told = worsening().flatMap((each) => detectors.add(each).map(({ name, lastDriftAt }) => [name, lastDriftAt]));
  expect(told).toEqual([
    ['page_hinkley', 1234],
    ['adwin', 1279],
    ['ddm', 1334],
  ]);
  expect(detectors.readings).toEqual([
    { name: 'adwin', nSeen: 2000, nDrifts: 1, lastDriftAt: 1279, state: 'stable' },
    { name: 'page_hinkley', nSeen: 2000, nDrifts: 1, lastDriftAt: 1234, state: 'stable' },
    { name: 'ddm', nSeen: 2000, nDrifts: 1, lastDriftAt: 1334, state: expect.stringMatching(/stable|warning/) },
  ]);
});

test('a warning is shown and told to nobody', () => {
  const detectors = new DriftDetectors();
  const told = worsening()
    .slice(0, 1085)
    .flatMap((each) => detectors.add(each));
  expect(told).toEqual([]);
  expect(detectors.readings.map(({ state }) => state)).toEqual(['stable', 'stable', 'warning']);
});

test('another model begins from nothing, detectors included', () => {
  const detectors = new DriftDetectors();
  const fresh = detectors.readings;
  const nothing = { nSeen: 0, nDrifts: 0, lastDriftAt: null, state: 'stable' };
  expect(fresh).toEqual(['adwin', 'page_hinkley', 'ddm'].map((name) => ({ name, ...nothing })));
  for (const each of worsening().slice(0, 1200)) detectors.add(each);
  detectors.reset();
  expect(detectors.readings).toEqual(fresh);
  const other = new DriftDetectors();
  for (const each of worsening().slice(1000)) {
    detectors.add(each);
    other.add(each);
    expect(detectors.readings).toEqual(other.readings);
  }
});

test('readings are facts: they stay what they were', () => {
  const detectors = new DriftDetectors();
  const before = detectors.readings;
  detectors.add({ label: 1, confidence: 0.9 });
  expect(before[0].nSeen).toBe(0);
  expect(Object.isFrozen(detectors.readings) && detectors.readings.every(Object.isFrozen)).toBe(true);
});
