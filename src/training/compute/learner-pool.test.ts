import { expect, test } from 'vitest';
import { Rng } from '../../core/index.ts';
import { binColumns } from '../../model/index.ts';
import { inlineCompute } from './compute-pool.ts';
import { learnerPool } from './learner-pool.ts';

test.each([1, 2, 3, 8])('features are binned in %i pieces as in one', async (size) => {
  const rng = new Rng(3);
  const x = Float32Array.from({ length: 5 * 700 }, (_, i) => (i % 5 === 2 ? rng.nextInt(4) : rng.nextGaussian()));
  const pool = { ...inlineCompute(), size };
  expect(await learnerPool(pool).bin(x, 5)).toEqual(binColumns(x, 5));
});
