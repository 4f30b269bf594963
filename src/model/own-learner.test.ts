import { expect, test } from 'vitest';
import { logisticNodes } from '../../test/support/learners/logistic.ts';
import type { ShapleyValues } from './explanation/tree-shapley.ts';
import { inlineLearnerPool } from './forest/learner-pool.ts';
import type { Learner } from './learner.ts';
import { fitPredictor } from './own-learner.ts';

/** What a predictor of a learner of one's own answers where the learner gives these Shapley values. */
async function asked(shapley: (row: Float32Array) => ShapleyValues | null): Promise<ShapleyValues | null | undefined> {
  const value: Learner = {
    ...(logisticNodes as Learner),
    fit: async (...input) => ({ ...(await logisticNodes.fit(...input)), shapley }),
  };
  const x = Float32Array.of(1, 2, -1, 0, 3, -2, 1, 1);
  const ticks = Int32Array.of(0, 1, 2, 3);
  const predictor = await fitPredictor(
    { value, source: null },
    x,
    Uint8Array.of(1, 0, 1, 0),
    new Float64Array(4).fill(1),
    {
      seed: 1,
      featureNames: ['a', 'b'],
      settings: {
        forest: {
          nEstimators: 1,
          maxDepth: 1,
          minSamplesSplit: 2,
          minSamplesLeaf: 1,
          maxFeatures: 1,
          randomState: 1,
        },
        boosting: { nEstimators: 1, maxDepth: 1, learningRate: 0.1, earlyStoppingRounds: null },
      },
      spans: { start: ticks, end: ticks },
      pool: inlineLearnerPool(),
      onSteps: () => undefined,
      signal: { aborted: false },
    },
  );
  return predictor.shapley?.(x.subarray(0, 2));
}

test('a learner of one’s own is asked for Shapley values, and its faults give none', async () => {
  const told: ShapleyValues = { base: 0.1, contributions: Float64Array.of(0.2, -0.1), unit: 'log_odds' };
  expect(await asked(() => told)).toBe(told);
  expect(await asked(() => ({ ...told, contributions: new Float64Array(3) }))).toBeNull();
  expect(
    await asked(() => {
      throw new Error('no memory');
    }),
  ).toBeNull();
});
