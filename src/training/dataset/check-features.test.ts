import { describe, expect, test } from 'vitest';
import { features as good } from '../../../test/support/own-features.ts';
import { sha256 } from '../../../test/support/small-model.ts';
import { alone, steppingClock } from '../../../test/support/trained.ts';
import { OrchestratorConfig } from '../../config/index.ts';
import {
  type ComputeFeature,
  defineFeature,
  type FeatureDefinition,
  type FeatureKernel,
} from '../../features/index.ts';
import { simulateMarket } from '../../simulation/index.ts';
import { inlineCompute } from '../compute/compute-pool.ts';
import { computeTasks } from '../compute/compute-tasks.ts';
import { trainingParts } from '../own-parts.ts';
import { prepareTraining } from '../training-run.ts';

const { bars } = simulateMarket({ nBars: 1500, edge: 0.1, breakAt: null, seed: 4 });

async function prepare(...features: readonly FeatureDefinition[]): Promise<void> {
  const own = { features: { value: features, source: null } };
  const pool = inlineCompute(computeTasks(trainingParts(own)));
  const machinery = { pool, sha256, clock: steppingClock(), onProgress: () => undefined };
  await prepareTraining({ instruments: alone(bars), config: OrchestratorConfig(), own }, machinery);
}

const feature = (compute: ComputeFeature, name = 'mine'): FeatureDefinition =>
  defineFeature({ name, lookback: 5, compute });
const withKernel = (kernel: FeatureKernel, more: Partial<FeatureDefinition> = {}): FeatureDefinition => ({
  ...feature(() => 0),
  ...more,
  kernel,
});
const kernelOf =
  (at: (row: number, close: Float64Array, k: number) => number): FeatureKernel =>
  ({ bars: { close }, rows, start, end }, out, stride, offset) => {
    for (let k = start; k < end; k++) out[k * stride + offset] = at(rows[k], close, k);
  };

test('features that keep their promises pass', async () => {
  await prepare(...good);
});

describe('a training fails, with the feature and the bar, where a feature', () => {
  let [calls, carried, shared, last] = [0, 0, 0, 0];

  test.each<[string, readonly FeatureDefinition[], string]>([
    ['is drawn', [feature(() => Math.random())], 'the feature mine is not pure: the same window gave 0.'],
    ['counts its calls', [feature(() => calls++)], 'the feature mine is not pure: the same window gave 0, and '],
    [
      'carries an average from row to row',
      [feature(({ close, n }) => (carried = 0.9 * carried + 0.1 * close[n - 1]))],
      'the feature mine is not pure',
    ],
    [
      'takes the row before where it is near',
      [
        feature(({ close, n }) => {
          const before = last;
          last = close[n - 1];
          return Math.abs(before / last - 1) < 0.02 ? before / last : 1;
        }),
      ],
      'at bar ',
    ],
    [
      'gets a value of another feature',
      [
        feature(({ close, n }) => (shared = close[n - 1]), 'first'),
        feature(({ close }) => shared - close[0], 'second'),
      ],
      'the feature second gave ',
    ],
    [
      'reads the next bar',
      [withKernel(kernelOf((row, close) => close[row + 1] ?? 0))],
      'read nothing beyond its window',
    ],
    ['reads bars before its window', [withKernel(kernelOf((row, close) => close[row - 100] ?? 0))], 'alone and in'],
    ['depends on its place in the call', [withKernel(kernelOf((_row, _close, k) => k))], 'in another order'],
    [
      'leaves its range',
      [
        withKernel(
          kernelOf(() => 2),
          { range: [0, 1] },
        ),
      ],
      'the feature mine is 2, outside its range [0, 1], at bar ',
    ],
    [
      'is infinite',
      [withKernel(kernelOf(() => Infinity))],
      'the feature mine is Infinity, not a finite float32, at bar ',
    ],
  ])('%s', async (_, features, message) => {
    const failure = await prepare(...features).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'TRAINING_FAILED' });
    expect(String(failure)).toContain(message);
    expect(String(failure)).toMatch(/at bar \d+ \(\d{4}-.*\); correct the feature, or train without it$/);
  });
});
