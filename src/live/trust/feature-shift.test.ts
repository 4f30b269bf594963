import { expect, test } from 'vitest';
import { judgedModel } from '../../../test/support/judged-model.ts';
import { Rng } from '../../core/index.ts';
import { measureHistogram } from '../../validation/index.ts';
import { featureShifts, LEAST_FOR_SHIFT } from './feature-shift.ts';

const rng = new Rng(4);
const TRAINED = Float64Array.from({ length: 2000 }, () => rng.nextGaussian());
const PROFILE = { ...measureHistogram(TRAINED), low: -9, high: 9 };

test('shares by counting, beside those of the training; a shift by one standard deviation has a large index', () => {
  const model = judgedModel({ says: 0.5 });
  const [first, second] = model.featureNames;
  const known = judgedModel({ says: 0.5, metadata: { featureProfiles: { [first]: PROFILE, [second]: PROFILE } } });
  const width = known.featureNames.length;
  const nSignals = 500;
  const values = new Float64Array(nSignals * width);
  for (let k = 0; k < nSignals; k++) {
    values[k * width] = rng.nextGaussian();
    values[k * width + 1] = rng.nextGaussian() + 1;
  }
  const shifts = featureShifts({ model: known, nSignals, values }) ?? [];
  expect(
    shifts.map(({ name }) => name),
    'features without a profile are left out',
  ).toEqual([first, second]);
  for (const [j, { edges, trained, latest, psi, psiByChance }] of shifts.entries()) {
    const column = Array.from({ length: nSignals }, (_, k) => values[k * width + j]);
    const counted = Array.from({ length: edges.length + 1 }, (_, b) => {
      const [above, upTo] = [edges[b - 1] ?? -Infinity, edges[b] ?? Infinity];
      return column.filter((x) => x > above && x <= upTo).length / nSignals;
    });
    expect(latest).toEqual(counted);
    expect(trained).toEqual(PROFILE.shares);
    expect(psi > 0.25, `PSI of feature ${j}`).toBe(j === 1);
    const nTrained = known.metadata.training.nSamples;
    expect(psiByChance).toBeCloseTo(9 * (1 / nSignals + (nTrained > 0 ? 1 / nTrained : 0)), 12);
  }
  expect(shifts[0].psi, 'without a change about what chance has').toBeLessThan(4 * shifts[0].psiByChance);
});

test('too few signals, or a model that knows no training rows, tell nothing', () => {
  const known = judgedModel({ says: 0.5, metadata: { featureProfiles: {} } });
  const values = new Float64Array(LEAST_FOR_SHIFT * known.featureNames.length);
  expect(featureShifts({ model: known, nSignals: LEAST_FOR_SHIFT - 1, values })).toBeNull();
  expect(featureShifts({ model: known, nSignals: LEAST_FOR_SHIFT, values })).toEqual([]);
  const unknown = judgedModel({ says: 0.5, metadata: { featureProfiles: null } });
  expect(featureShifts({ model: unknown, nSignals: LEAST_FOR_SHIFT, values })).toBeNull();
});
