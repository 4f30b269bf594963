import { expect, test } from 'vitest';
import { Rng } from '../../core/index.ts';
import { BUILT_IN_FEATURE_NAMES } from '../../domain/index.ts';
import { binColumns } from '../../model/index.ts';
import { profileFeatures } from '../dataset/feature-profiles.ts';
import { inlineCompute } from './compute-pool.ts';
import { learnerPool } from './learner-pool.ts';

test.each([1, 2, 3, 8])('features are binned and profiled in %i pieces as in one', async (size) => {
  const rng = new Rng(3);
  const x = Float32Array.from({ length: 5 * 700 }, (_, i) => (i % 5 === 2 ? rng.nextInt(4) : rng.nextGaussian()));
  const pool = { ...inlineCompute(), size };
  let seen: unknown = null;
  const binned = await learnerPool(pool, (of, profiles) => {
    seen = { of, profiles };
  }).bin(x, 5);
  expect(binned).toEqual(binColumns(x, 5));
  const names = BUILT_IN_FEATURE_NAMES.slice(0, 5);
  const profiles = profileFeatures(names, x);
  expect(seen).toEqual({ of: x, profiles: names.map((name) => profiles[name]) });
});
