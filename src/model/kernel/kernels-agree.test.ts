import { expect, test } from 'vitest';
import { Rng } from '../../core/index.ts';
import { type BinnedMatrix, binColumns } from '../forest/bin-columns.ts';
import type { ForestOptions } from '../forest/forest-options.ts';
import { growTrees } from '../forest/grow-forest.ts';
import { quantizeWeights } from '../forest/quantize-weights.ts';
import { countDraws } from './bootstrap.ts';
import { readableKernel } from './readable-kernel.ts';
import { wasmKernel } from './wasm-kernel.ts';

interface TrainingSet {
  readonly binned: BinnedMatrix;
  readonly y: Uint8Array;
  readonly weight: Uint32Array;
  readonly options: ForestOptions;
}

/** A random training set: sizes, ties, weights (also zero or equal), share of ones and limits come from the seed. */
function randomSet(seed: number): TrainingSet {
  const rng = new Rng(seed);
  const nRows = 1 + rng.nextInt(rng.nextInt(2) === 0 ? 40 : 3000);
  const nFeatures = 1 + rng.nextInt(rng.nextInt(4) === 0 ? 40 : 8);
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
  const options: ForestOptions = {
    nEstimators: 3,
    maxDepth: 1 + rng.nextInt(9),
    minSamplesSplit: 2 + rng.nextInt(30),
    minSamplesLeaf: 1 + rng.nextInt(20),
    maxFeatures: 1 + rng.nextInt(nFeatures),
    randomState: rng.nextU32(),
  };
  return { binned: binColumns(x, nFeatures), y, weight: quantizeWeights(weight), options };
}

test('both kernels grow the same trees, bit for bit', () => {
  let nNodes = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const { binned, y, weight, options } = randomSet(seed);
    const readable = growTrees(binned, y, weight, options, 0, 3, readableKernel);
    const fast = growTrees(binned, y, weight, options, 0, 3, wasmKernel);
    expect(fast, `seed ${seed}`).toEqual(readable);
    nNodes += fast.trees.reduce((sum, tree) => sum + tree.feature.length, 0);
  }
  expect(nNodes, 'the trees are not all stumps').toBeGreaterThan(10_000);
});

test('two sets in one WebAssembly memory do not disturb each other', () => {
  const sets = [randomSet(7), randomSet(11)];
  const keys = { rowKey: 1, bitsKey: 2 };
  const [first, second] = sets.map(({ binned, y, weight }) => wasmKernel.prepare(binned, y, weight));
  const alone = first.drawRows(keys);
  second.drawRows(keys);
  expect(first.drawRows(keys), 'the same rows are drawn after the memory was used by another set').toEqual(alone);
  const { binned, y, weight } = sets[0];
  expect(alone).toEqual(readableKernel.prepare(binned, y, weight).drawRows(keys));
});

test('counts and weights stay exact where fields of the packed sums are fullest', () => {
  const nRows = 400_000;
  const x = Float32Array.from({ length: nRows }, (_, k) => k % 2);
  const y = Uint8Array.from(x, (value) => value);
  const weight = new Uint32Array(nRows).fill(65_536); // the largest weight, in only two bins
  const options = { ...randomSet(1).options, maxDepth: 1, maxFeatures: 1, nEstimators: 1 };
  const [tree] = growTrees(binColumns(x, 1), y, weight, options, 0, 1, wasmKernel).trees;
  expect(tree).toEqual(growTrees(binColumns(x, 1), y, weight, options, 0, 1, readableKernel).trees[0]);
  expect([...tree.feature]).toEqual([0, -1, -1]);
  expect(tree.weight[0] % 65_536).toBe(0);
  expect([tree.ones[1], tree.ones[2]]).toEqual([0, tree.weight[2]]);
});

test('a bootstrap draws by Poisson’s distribution, and two trees draw independently', () => {
  const n = 200_000;
  const draws = [1, 2].map((key) =>
    Array.from({ length: n }, (_, row) => countDraws({ rowKey: key, bitsKey: key * 7 }, row)),
  );
  const expected = [0.36788, 0.36788, 0.18394, 0.06131, 0.01533, 0.00307];
  expected.forEach((p, k) => {
    const share = draws[0].filter((count) => count === k).length / n;
    expect(Math.abs(share - p), `P(${k})`).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / n));
  });
  for (const shift of [0, 1, 2]) {
    let product = 0;
    for (let row = shift; row < n; row++) product += (draws[0][row] - 1) * (draws[1][row - shift] - 1);
    expect(Math.abs(product / n), `covariance at shift ${shift}`).toBeLessThan(5 / Math.sqrt(n));
  }
});
