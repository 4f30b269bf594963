import { expect, test } from 'vitest';
import { golden } from '../../../test/golden/golden.ts';
import { hashSeed, Rng } from '../../core/index.ts';
import { sortedCopy } from '../../math/index.ts';
import { countDraws } from '../kernel/bootstrap.ts';
import { readableKernel } from '../kernel/readable-kernel.ts';
import { binColumns } from './bin-columns.ts';
import type { ForestOptions } from './forest-options.ts';
import { predictForest } from './forest-predictor.ts';
import { assembleForest, growTrees } from './grow-forest.ts';
import { quantizeWeights } from './quantize-weights.ts';

const OPTIONS: ForestOptions = {
  nEstimators: 30,
  maxDepth: 5,
  minSamplesSplit: 10,
  minSamplesLeaf: 5,
  maxFeatures: 2,
  randomState: 42,
};

/**
 * Seeded rows: values are multiples of 1 / `ties`, so that ties occur; label 1 is likelier where the first feature is
 * high.
 */
function rows(n: number, nFeatures: number, seed: number, ties = 1e9) {
  const rng = new Rng(seed);
  const x = Float32Array.from({ length: n * nFeatures }, () => Math.round(rng.nextGaussian() * ties) / ties);
  const y = Uint8Array.from({ length: n }, (_, k) => (rng.nextGaussian() < x[k * nFeatures] ? 1 : 0));
  const weight = Float64Array.from({ length: n }, () => 0.1 + rng.nextFloat());
  return { x, y, weight };
}

function fitForest(n: number, nFeatures: number, seed: number, options = OPTIONS, blocks = [0, options.nEstimators]) {
  const { x, y, weight } = rows(n, nFeatures, seed);
  const binned = binColumns(x, nFeatures);
  const quantized = quantizeWeights(weight);
  const grown = blocks
    .slice(1)
    .map((end, b) => growTrees(binned, y, quantized, options, blocks[b], end, readableKernel));
  return { forest: assembleForest(grown.reverse(), options, nFeatures), x, y };
}

test('a bin is at or below an edge exactly when its value is', () => {
  for (const ties of [2, 20, 1e9]) {
    const { x } = rows(3000, 3, 1, ties);
    const { bins, edges } = binColumns(x, 3);
    for (let j = 0; j < 3; j++) {
      expect(edges[j].length).toBeLessThan(256);
      let wrong = 0;
      for (let k = 0; k < 3000; k++) {
        for (const [b, edge] of edges[j].entries()) {
          if (bins[j * 3000 + k] <= b !== x[k * 3 + j] <= edge) wrong++;
        }
      }
      expect(wrong, `feature ${j}, ${ties} steps`).toBe(0);
    }
  }
  expect(() => binColumns(Float32Array.of(1, Number.NaN), 1)).toThrow('x[1][0] must be finite, was NaN');
});

test('few distinct values get a bin each, many fill 256 bins evenly', () => {
  expect([...binColumns(Float32Array.of(1, 3, 3, 7), 1).edges[0]]).toEqual([2, 5]);
  expect(binColumns(Float32Array.of(4, 4), 1).edges[0].length).toBe(0);
  const { bins } = binColumns(rows(25_600, 1, 2).x, 1);
  const counts = new Array<number>(256).fill(0);
  for (const b of bins) counts[b]++;
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(99);
  expect(Math.max(...counts)).toBeLessThanOrEqual(101);
});

test('any division into blocks, in any order, gives the same forest', () => {
  const whole = fitForest(2000, 4, 3).forest;
  expect(fitForest(2000, 4, 3, OPTIONS, [0, 1, 7, 30]).forest).toEqual(whole);
  expect(fitForest(2000, 4, 3, OPTIONS, [0, 15, 30]).forest).toEqual(whole);
  expect(fitForest(2000, 4, 3, { ...OPTIONS, randomState: 43 }).forest).not.toEqual(whole);
});

test('the root has the purest split of a brute-force search', () => {
  const n = 200;
  const { x, y } = rows(n, 1, 6, 50);
  const binned = binColumns(x, 1);
  const options = { ...OPTIONS, nEstimators: 1, maxDepth: 1, maxFeatures: 1 };
  const weight = quantizeWeights(new Float64Array(n).fill(1));
  const block = growTrees(binned, y, weight, options, 0, 1, readableKernel);
  const tree = block.trees[0];
  const seed = hashSeed(options.randomState, 0);
  const keys = { rowKey: hashSeed(seed, 0), bitsKey: hashSeed(seed, 1) };
  const draws = Array.from({ length: n }, (_, row) => countDraws(keys, row));
  const purityAt = (edge: number): number => {
    const side = [0, 1].map((right) => {
      let [ones, total] = [0, 0];
      for (let k = 0; k < n; k++) {
        if (Number(x[k] > edge) !== right) continue;
        total += draws[k];
        ones += draws[k] * y[k];
      }
      return { total, purity: total === 0 ? 0 : (ones ** 2 + (total - ones) ** 2) / total };
    });
    return side.some(({ total }) => total < options.minSamplesLeaf) ? -1 : side[0].purity + side[1].purity;
  };
  const best = Math.max(...Array.from(binned.edges[0], purityAt));
  expect(purityAt(binned.edges[0][tree.bin[0]])).toBeCloseTo(best, 9);
  expect(tree.weight[0] / 65536).toBe(draws.reduce((a, b) => a + b, 0));
});

test('a forest learns a planted relation; its importances sum to 1 and the informative feature has the largest', () => {
  const { forest, x, y } = fitForest(5000, 4, 7);
  const p = predictForest(forest).predictMany(x, 5000);
  const mean = (bin: number): number => {
    const of = [...y.keys()].filter((k) => y[k] === bin);
    return of.reduce((sum, k) => sum + p[k] / of.length, 0);
  };
  expect(mean(1) - mean(0)).toBeGreaterThan(0.2);
  expect(forest.importance.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  expect(forest.importance[0]).toBeGreaterThan(0.7);
  for (const value of p) expect(Number.isInteger(value * 2 ** 24) && value >= 0 && value <= 1).toBe(true);
});

test('both children of a split have min_samples_leaf drawn rows, and a pure or small node is a leaf', () => {
  const { x, y, weight } = rows(300, 2, 8);
  const binned = binColumns(x, 2);
  const grow = (options: ForestOptions, labels = y) =>
    growTrees(binned, labels, quantizeWeights(weight), options, 0, 5, readableKernel).trees;
  for (const tree of grow({ ...OPTIONS, minSamplesLeaf: 400 })) expect([...tree.feature]).toEqual([-1]);
  for (const tree of grow({ ...OPTIONS, minSamplesSplit: 1000 })) expect([...tree.feature]).toEqual([-1]);
  for (const tree of grow(OPTIONS, new Uint8Array(300).fill(1))) expect([...tree.feature]).toEqual([-1]);
});

test('when the drawn features cannot be split, others are tried, as scikit-learn does', () => {
  const n = 500;
  const { y, weight } = rows(n, 1, 9);
  const x = Float32Array.from({ length: n * 3 }, (_, i) => (i % 3 === 2 ? y[Math.floor(i / 3)] : 1)); // only feature 2 varies
  const options = { ...OPTIONS, maxFeatures: 1, nEstimators: 10 };
  const { trees } = growTrees(binColumns(x, 3), y, quantizeWeights(weight), options, 0, 10, readableKernel);
  for (const tree of trees) expect(tree.feature[0]).toBe(2);
});

test('weights are quantised relative to the largest, and a positive one stays positive', () => {
  expect([...quantizeWeights(Float64Array.of(2, 1, 1e-9, 0))]).toEqual([65536, 32768, 1, 0]);
  expect(() => quantizeWeights(Float64Array.of(1, Number.NaN))).toThrow('weight[1] must be finite and >= 0, was NaN');
  expect(() => quantizeWeights(new Float64Array(3))).toThrow('weight must be positive somewhere');
});

/** The rows of `make.py`, from the same generator. */
function goldenRows({ n, n_features, seed }: { n: number; n_features: number; seed: number }) {
  let state = BigInt(seed);
  const next = (): number => {
    state = (1103515245n * state + 12345n) % 2147483648n;
    return Number(state) / 2147483648;
  };
  const x = new Float32Array(n * n_features);
  const y = new Uint8Array(n);
  for (let k = 0; k < n; k++) {
    const row = Array.from({ length: n_features }, () => next() + next() + next() + next() - 2);
    x.set(row, k * n_features);
    const score = 0.9 * row[0] + 0.6 * Math.abs(row[1]) - 0.5 * row[2] * row[3];
    y[k] = next() < 1 / (1 + Math.exp(-score)) ? 1 : 0;
  }
  return { x, y };
}

test('out of sample it is as good as scikit-learn’s forest: mean AUC of ten seeds within 0.003', () => {
  const { forest_auc: theirs } = golden;
  const { x, y } = goldenRows(theirs);
  expect(
    y.reduce((a, b) => a + b, 0),
    'the rows are the same',
  ).toBe(theirs.ones);
  const width = theirs.n_features;
  const binned = binColumns(x.slice(0, theirs.n_train * width), width);
  const weight = quantizeWeights(new Float64Array(theirs.n_train).fill(1));
  const aucs = theirs.auc.map((_, seed) => {
    const options = { ...OPTIONS, nEstimators: 100, randomState: seed };
    const block = growTrees(binned, y.slice(0, theirs.n_train), weight, options, 0, 100, readableKernel);
    const forest = assembleForest([block], options, width);
    const p = predictForest(forest).predictMany(x.slice(theirs.n_train * width), theirs.n - theirs.n_train);
    return slowAuc(y.slice(theirs.n_train), p);
  });
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b / values.length, 0);
  expect(Math.abs(mean(aucs) - mean(theirs.auc)), `ours ${mean(aucs)}, theirs ${mean(theirs.auc)}`).toBeLessThan(0.003);
});

/** The share of pairs of a one and a zero in which the one scores higher. */
function slowAuc(y: Uint8Array, p: Float64Array): number {
  const ones = [...y.keys()].filter((k) => y[k] === 1);
  const zeros = [...y.keys()].filter((k) => y[k] === 0);
  let above = 0;
  for (const i of ones) for (const j of zeros) above += p[i] > p[j] ? 1 : p[i] === p[j] ? 0.5 : 0;
  return above / (ones.length * zeros.length);
}

test('bins are right for the smallest and largest float32 values, and edges lie between the values they separate', () => {
  const columns = [
    [3.4e38, -3.4e38, 1e-45, -1e-45, 0, -0, 1],
    [1.0000001, 1, 1.0000002, 1.0000001],
    Array.from({ length: 3000 }, (_, k) => (k === 0 ? -1e30 : Math.exp(k / 100))),
  ];
  for (const column of columns) {
    const x = Float32Array.from(column);
    const { bins, edges } = binColumns(x, 1);
    for (let k = 0; k < x.length; k++) {
      const expected = edges[0].findIndex((edge) => x[k] <= edge);
      expect(bins[k], `${x[k]}`).toBe(expected < 0 ? edges[0].length : expected);
    }
    for (const edge of edges[0]) expect(x.includes(edge) || x.some((v) => v < edge), 'lower <= edge').toBe(true);
    expect(new Set(edges[0]).size).toBe(edges[0].length);
  }
  expect(binColumns(Float32Array.from(columns[0]), 1).edges[0].length, 'six distinct values').toBe(5);
});

test('the radix sort equals the sort of the platform', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const rng = new Rng(seed);
    const scale = 10 ** (rng.nextInt(70) - 35);
    const values = Float32Array.from({ length: rng.nextInt(3000) }, () => scale * rng.nextGaussian());
    expect(sortedCopy(values), `seed ${seed}`).toEqual(values.slice().sort());
  }
});
