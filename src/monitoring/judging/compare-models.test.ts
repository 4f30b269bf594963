import { expect, test } from 'vitest';
import { twoModels } from '../../../test/support/two-models.ts';
import { accuracyScore, logLoss } from '../../validation/index.ts';
import { compareModels, type ScoredEvents } from './compare-models.ts';

const NOISE = { shared: 0.5, champion: 0.6, challenger: 0.2, persistence: 0.5 };

test('four events, by hand', () => {
  const found = compareModels({
    label: Uint8Array.of(1, 0, 1, 1),
    champion: Float64Array.of(0.5, 0.5, 0.5, 0.5),
    challenger: Float64Array.of(0.8, 0.8, 0.8, 0.4),
    t0: Int32Array.of(0, 1, 2, 9),
    t1: Int32Array.of(1, 3, 2, 9),
  });
  expect(found).toEqual({
    nEvents: 4,
    baseRate: 0.75,
    championAccuracy: 0.75,
    challengerAccuracy: 0.5,
    championLogLoss: expect.closeTo(Math.LN2, 14),
    challengerLogLoss: expect.closeTo(-(2 * Math.log(0.8) + Math.log(0.2) + Math.log(0.4)) / 4, 14),
    pBetter: 1,
    pWorse: 1,
    lag: 2,
  });
  expect(Object.isFrozen(found)).toBe(true);
});

test('the other way round, better is worse and the figures change places', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const events = twoModels(1000, seed, NOISE);
    const found = compareModels(events);
    const turned = compareModels({ ...events, champion: events.challenger, challenger: events.champion });
    expect(turned, `seed ${seed}`).toEqual({
      ...found,
      championAccuracy: accuracyScore(events.label, events.challenger),
      challengerAccuracy: accuracyScore(events.label, events.champion),
      championLogLoss: logLoss(events.label, events.challenger),
      challengerLogLoss: logLoss(events.label, events.champion),
      pBetter: found.pWorse,
      pWorse: found.pBetter,
    });
    expect(found.lag, `seed ${seed}: labels reach over up to ten later events`).toBeGreaterThanOrEqual(14);
    expect(Math.min(found.pBetter, found.pWorse), `seed ${seed}: one of them has the lower loss`).toBeLessThan(1);
    expect(Math.max(found.pBetter, found.pWorse), `seed ${seed}: and only one`).toBe(1);
    const isBetter = found.challengerLogLoss < found.championLogLoss;
    expect(found.pBetter < 1, `seed ${seed}: the one with the lower loss is better`).toBe(isBetter);
  }
});

test.each<[string, (events: ScoredEvents) => ScoredEvents]>([
  [
    'champion must be as long as label (20), was 19',
    (events) => ({ ...events, champion: events.champion.subarray(1) }),
  ],
  [
    'challenger must be as long as label (20), was 19',
    (events) => ({ ...events, challenger: events.challenger.subarray(1) }),
  ],
  [
    'label must be at least one event, was 0',
    () => ({
      label: new Uint8Array(0),
      champion: new Float64Array(0),
      challenger: new Float64Array(0),
      t0: new Int32Array(0),
      t1: new Int32Array(0),
    }),
  ],
  [
    'confidence must be a number in [0, 1], was 1.5',
    (events) => ({ ...events, champion: events.champion.map(() => 1.5) }),
  ],
  [
    'confidence must be a number in [0, 1], was -0.5',
    (events) => ({ ...events, challenger: events.challenger.map(() => -0.5) }),
  ],
])('refuses: %s', (message, change) => {
  expect(() => compareModels(change(twoModels(20, 1, NOISE)))).toThrow(message);
});
