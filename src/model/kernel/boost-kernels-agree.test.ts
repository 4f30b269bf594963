import { expect, test } from 'vitest';
import { Rng } from '../../core/index.ts';
import type { BoostingOptions } from '../boosting/boosting-options.ts';
import { type BoostingRows, boostTrees } from '../boosting/fit-boosting.ts';
import { logistic } from '../boosting/logistic.ts';
import { binColumns } from '../forest/bin-columns.ts';
import { quantizeWeights } from '../forest/quantize-weights.ts';
import { gradientUnits } from './boost-kernel.ts';
import { logistic32 } from './logistic32.ts';
import { readableBoostKernel } from './readable-boost-kernel.ts';
import { wasmBoostKernel } from './wasm-boost-kernel.ts';

interface TrainingSet {
  readonly rows: BoostingRows;
  readonly options: BoostingOptions;
}

/** A random training set: sizes, ties, weights (also zero or equal), share of ones and limits come from the seed. */
function randomSet(seed: number): TrainingSet {
  const rng = new Rng(seed);
  const nRows = 1 + rng.nextInt(rng.nextInt(4) === 0 ? 60 : 3000);
  const nFeatures = 1 + rng.nextInt(rng.nextInt(4) === 0 ? 40 : 9);
  const steps = [1, 2, 10, 1e6][rng.nextInt(4)];
  const x = Float32Array.from({ length: nRows * nFeatures }, () => Math.round(rng.nextGaussian() * steps) / steps);
  const shareOfOnes = [0.02, 0.5, 0.9][rng.nextInt(3)];
  const y = Uint8Array.from({ length: nRows }, (_, k) =>
    rng.nextFloat() < shareOfOnes ? 1 : x[k * nFeatures] > 1 ? 1 : 0,
  );
  const kind = rng.nextInt(3);
  const weight = Float64Array.from({ length: nRows }, () =>
    kind === 0 ? 1 : kind === 1 ? rng.nextFloat() : rng.nextInt(3),
  );
  weight[0] = 1;
  const options = { nEstimators: 4, maxDepth: 1 + rng.nextInt(9), learningRate: 0.05 + 0.95 * rng.nextFloat() };
  return { rows: { binned: binColumns(x, nFeatures), y, weight: quantizeWeights(weight) }, options };
}

test('both kernels boost the same trees, bit for bit', () => {
  let nNodes = 0;
  for (let seed = 1; seed <= 80; seed++) {
    const { rows, options } = randomSet(seed);
    const readable = boostTrees(rows, options, readableBoostKernel);
    const fast = boostTrees(rows, options, wasmBoostKernel);
    expect(fast, `seed ${seed}`).toEqual(readable);
    nNodes += fast.trees.feature.length;
  }
  expect(nNodes, 'the trees are not all stumps').toBeGreaterThan(2500);
});

test('sums stay exact where they are fullest', () => {
  const nRows = 100_000;
  const x = Float32Array.from({ length: nRows }, (_, k) => k % 2);
  const y = Uint8Array.from(x, (value) => value);
  const rows = { binned: binColumns(x, 1), y, weight: new Uint32Array(nRows).fill(65_536) }; // in only two bins
  const options = { nEstimators: 3, maxDepth: 2, learningRate: 1 };
  const fast = boostTrees(rows, options, wasmBoostKernel);
  expect(fast).toEqual(boostTrees(rows, options, readableBoostKernel));
  expect([...fast.trees.feature.subarray(0, 3)]).toEqual([0, -1, -1]);
  expect(fast.trees.leafValue[1]).toBe(-2); // a step of Newton from a share of one half: ±4 times a half
  expect(fast.trees.leafValue[2]).toBe(2);
});

test.each([1, 20, 70_000, 16_777_216])('no sum of %i equal rows leaves 32 bits', (nRows) => {
  const { gradient, hessian } = gradientUnits(new Uint32Array(nRows).fill(65_536));
  expect(nRows * Math.round(gradient)).toBeLessThan(2 ** 31);
  expect(nRows * Math.round(hessian / 4)).toBeLessThan(2 ** 32);
  expect(gradient, 'a row has enough of them').toBeGreaterThanOrEqual(64);
});

test('the probability of the kernels is that of double precision', () => {
  let worst = 0;
  for (let margin = -60; margin <= 60; margin += 0.0137) {
    const p = logistic(Math.fround(margin));
    const error = Math.abs(logistic32(margin) - p);
    worst = Math.max(worst, error / p);
    expect(Math.abs(p - 1 / (1 + Math.exp(-Math.fround(margin))))).toBeLessThan(3e-16);
  }
  expect(worst).toBeLessThan(1e-6);
  expect([logistic(0), logistic(-1000), logistic(1000)]).toEqual([0.5, expect.closeTo(0, 15), 1]);
});
