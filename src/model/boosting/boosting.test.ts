import { describe, expect, test } from 'vitest';
import { boostingRows } from '../../../test/support/small-boosting.ts';
import { binColumns } from '../forest/bin-columns.ts';
import type { ForestArrays } from '../forest/forest-arrays.ts';
import { inlineLearnerPool } from '../forest/learner-pool.ts';
import { quantizeWeights } from '../forest/quantize-weights.ts';
import { readableBoostKernel } from '../kernel/readable-boost-kernel.ts';
import { wasmBoostKernel } from '../kernel/wasm-boost-kernel.ts';
import type { BoostedTrees } from './boosted-trees.ts';
import { boostingLearner } from './boosting-learner.ts';
import { boostingPredictor } from './boosting-predictor.ts';
import { boostTrees, countRounds } from './fit-boosting.ts';
import { stoppingRows } from './stopping-rows.ts';

const OPTIONS = { nEstimators: 5, maxDepth: 3, learningRate: 0.25 };
const logistic = (margin: number): number => 1 / (1 + Math.exp(-margin));
const sum = (values: Iterable<number>): number => Array.from(values).reduce((total, value) => total + value, 0);

function boost(nRows: number, nFeatures: number, options = OPTIONS) {
  const { x, y, weight } = boostingRows(nRows, nFeatures);
  const rows = { binned: binColumns(x, nFeatures), y, weight: quantizeWeights(weight) };
  return { x, y, weight: rows.weight, boosted: boostTrees(rows, options, wasmBoostKernel) };
}

/** (nRows,) leaf of one tree for each row. */
function leavesOf(
  { feature, threshold, left, right, nFeatures }: ForestArrays,
  root: number,
  x: Float32Array,
): Int32Array {
  return Int32Array.from({ length: x.length / nFeatures }, (_, k) => {
    let node = root;
    while (feature[node] >= 0) node = x[k * nFeatures + feature[node]] <= threshold[node] ? left[node] : right[node];
    return node;
  });
}

/** Rows below a node. */
function rowsBelow(forest: ForestArrays, node: number, leaves: Int32Array): number[] {
  const below = new Set([node]);
  for (let n = node; n < forest.feature.length; n++) {
    if (below.has(n) && forest.left[n] >= 0) below.add(forest.left[n]).add(forest.right[n]);
  }
  return [...leaves.keys()].filter((row) => below.has(leaves[row]));
}

test('every leaf takes a step of Newton, every split has the largest second-order gain, and the limits hold', () => {
  const nFeatures = 3;
  const { x, y, weight, boosted } = boost(500, nFeatures);
  const { trees, base } = boosted;
  const w = Float64Array.from(weight, (units) => units / 65_536);
  expect(base).toBeCloseTo(Math.log(sum(w.filter((_, k) => y[k] === 1)) / sum(w.filter((_, k) => y[k] === 0))), 5);
  const margin = new Float64Array(500).fill(base);
  let nLeaves = 0;
  for (const root of trees.roots) {
    const p = margin.map(logistic);
    const of = (rows: readonly number[]) => {
      const [g, h] = [sum(rows.map((k) => w[k] * (p[k] - y[k]))), sum(rows.map((k) => w[k] * p[k] * (1 - p[k])))];
      return { g, h, gain: (g * g) / h };
    };
    const leaves = leavesOf(trees, root, x);
    const end = trees.roots[[...trees.roots].indexOf(root) + 1] ?? trees.feature.length;
    for (let node = root; node < end; node++) {
      const rows = rowsBelow(trees, node, leaves);
      const { g, h, gain } = of(rows);
      expect(trees.cover?.[node]).toBeCloseTo(sum(rows.map((k) => w[k])), 3);
      expect(rows.length).toBeGreaterThanOrEqual(20);
      if (trees.feature[node] < 0) {
        nLeaves++;
        expect(Math.abs(trees.leafValue[node] + (0.25 * g) / h), `leaf ${node}`).toBeLessThan(1e-5);
        continue;
      }
      const gains = [0, 1, 2].flatMap((j) =>
        [...new Set(rows.map((k) => x[k * nFeatures + j]))].flatMap((cut) => {
          const [low, high] = [
            rows.filter((k) => x[k * nFeatures + j] <= cut),
            rows.filter((k) => x[k * nFeatures + j] > cut),
          ];
          return Math.min(low.length, high.length) < 20 ? [] : [of(low).gain + of(high).gain - gain];
        }),
      );
      const [low, high] = [trees.left[node], trees.right[node]].map((child) => of(rowsBelow(trees, child, leaves)));
      const best = Math.max(...gains);
      expect((low.gain + high.gain - gain) / best, `split ${node}`).toBeCloseTo(1, 4);
    }
    for (let k = 0; k < 500; k++) margin[k] += trees.leafValue[leaves[k]];
  }
  expect(nLeaves).toBeGreaterThan(20);
  const predictor = boostingPredictor(boosted);
  predictor.predictMany(x, 500).forEach((p, k) => {
    expect(Math.abs(p - logistic(margin[k]))).toBeLessThan(1e-7);
  });
  expect(sum(predictor.importance ?? [])).toBeCloseTo(1, 12);
});

test('margins are multiples of 2^-20, and probabilities float32', () => {
  const { boosted, x } = boost(800, 4);
  for (const value of [...boosted.trees.leafValue, boosted.base]) expect(Number.isInteger(value * 2 ** 20)).toBe(true);
  for (const p of boostingPredictor(boosted).predictMany(x, 800)) expect(Math.fround(p)).toBe(p);
});

test('one row, one class and rows that differ in nothing give the base rate', () => {
  const alike = { binned: binColumns(new Float32Array(60), 1), weight: new Uint32Array(60).fill(65_536) };
  const half = boostTrees({ ...alike, y: Uint8Array.from({ length: 60 }, (_, k) => k % 2) }, OPTIONS, wasmBoostKernel);
  expect(half).toMatchObject({ base: 0, nRounds: 0 });
  expect(boostingPredictor(half).predictOne(Float32Array.of(3))).toBe(0.5);
  expect(boostingPredictor(half).size).toEqual({ trees: 0, nodes: 1 });
  const ones = boostTrees({ ...alike, y: new Uint8Array(60).fill(1) }, OPTIONS, wasmBoostKernel);
  expect(boostingPredictor(ones).predictOne(Float32Array.of(3))).toBeCloseTo(1 - 1e-6, 7);
  const one = { binned: binColumns(Float32Array.of(1, 2), 2), y: Uint8Array.of(0), weight: Uint32Array.of(65_536) };
  expect(boostTrees(one, OPTIONS, readableBoostKernel).nRounds).toBe(0);
});

test('rows that a kernel cannot count are refused', () => {
  const { binned, y, weight } = {
    binned: binColumns(new Float32Array(4), 1),
    y: new Uint8Array(4),
    weight: new Uint32Array(4),
  };
  const boostWith = (labels: Uint8Array, weights: Uint32Array) =>
    boostTrees({ binned, y: labels, weight: weights }, OPTIONS, wasmBoostKernel);
  expect(() => boostWith(y.slice(1), weight.slice(1))).toThrow('as long as the rows (4)');
  expect(() => boostWith(y.with(3, 2), weight)).toThrow('y[3] must be 0 or 1, was 2');
  expect(() => boostWith(y, weight.with(2, 70_000))).toThrow('weight[2] must be at most 65536, was 70000');
});

describe('early stopping', () => {
  const start = Int32Array.from({ length: 100 }, (_, k) => 10 * k);

  test('learns from no label that reaches into the last fifth', () => {
    const { x, y, weight, nFeatures } = boostingRows(100, 2);
    const end = start.map((tick, k) => tick + (k % 3 === 0 ? 95 : 5));
    const { learned, stop } = stoppingRows({ x, y, weight, nFeatures }, { start, end });
    expect(stop.x).toEqual(x.slice(160));
    expect(stop.weight).toEqual(weight.slice(80));
    const kept = [...start.keys()].filter((k) => k < 80 && end[k] < 800);
    expect(kept.length, 'some labels reach into it').toBeLessThan(80);
    expect(Array.from(learned?.y ?? [])).toEqual(kept.map((k) => y[k]));
    expect(Array.from(learned?.x ?? [])).toEqual(kept.flatMap((k) => [x[2 * k], x[2 * k + 1]]));
    expect(stoppingRows({ x, y, weight, nFeatures }, { start, end: start.map(() => 5000) }).learned).toBeNull();
  });

  /** Weighted log-loss of the last rows after each number of trees. */
  function losses(boosted: BoostedTrees, { x, y, weight }: ReturnType<typeof boostingRows>): number[] {
    const margin = new Float64Array(y.length).fill(boosted.base);
    const loss = (): number => sum(margin.map((m, k) => weight[k] * Math.log(1 + Math.exp(y[k] === 1 ? -m : m))));
    return [loss()].concat(
      Array.from(boosted.trees.roots, (root) => {
        leavesOf(boosted.trees, root, x).forEach((leaf, k) => {
          margin[k] += boosted.trees.leafValue[leaf];
        });
        return loss();
      }),
    );
  }

  test('keeps the trees after which the rows ahead are forecast best, and tries no more than it may', () => {
    const learned = boostingRows(600, 3, 5);
    const stop = boostingRows(200, 3, 6);
    const rows = { binned: binColumns(learned.x, 3), y: learned.y, weight: quantizeWeights(learned.weight) };
    const options = { nEstimators: 60, maxDepth: 4, learningRate: 0.3 };
    const all = losses(boostTrees(rows, options, wasmBoostKernel), stop);
    const best = all.indexOf(Math.min(...all));
    expect(best).toBeGreaterThan(1);
    expect(best).toBeLessThan(50);
    expect(countRounds(rows, options, stop, 60, wasmBoostKernel)).toBe(best);
    const first = all.findIndex((_, k) => k > 0 && all[k] > all[k - 1]) - 1;
    expect(countRounds(rows, options, stop, 1, wasmBoostKernel)).toBe(first);
    expect(countRounds(rows, { ...options, nEstimators: 2 }, stop, 60, wasmBoostKernel)).toBe(2);
  });

  test('does not see what follows: other labels in the last fifth change the number of trees, never a tree', async () => {
    const rows = boostingRows(1000, 3, 7);
    const ticks = Int32Array.from(rows.y.keys());
    const learn = (y: Uint8Array, earlyStoppingRounds: number | null) =>
      boostingLearner.fit(rows.x, y, rows.weight, {
        seed: 1,
        featureNames: ['a', 'b', 'c'],
        settings: {
          forest: FOREST,
          boosting: { nEstimators: 80, maxDepth: 3, learningRate: 0.3, earlyStoppingRounds },
        },
        spans: { start: ticks, end: ticks },
        pool: inlineLearnerPool(),
        onSteps: () => undefined,
        signal: { aborted: false },
      });
    const stopped = await learn(rows.y, 10);
    const full = await learn(rows.y, null);
    const { nRounds, trees } = stopped.boosted;
    expect(nRounds).toBeGreaterThan(0);
    expect(nRounds).toBeLessThan(80);
    expect(trees.leafValue, 'the same trees, grown on all rows').toEqual(
      full.boosted.trees.leafValue.slice(0, trees.leafValue.length),
    );
    const inverted = await learn(
      rows.y.map((label, k) => (k < 800 ? label : 1 - label)),
      10,
    );
    expect(inverted.boosted.nRounds, 'nothing learned before forecasts the inverted block').toBe(0);
  });
});

const FOREST = {
  nEstimators: 1,
  maxDepth: 1,
  minSamplesSplit: 2,
  minSamplesLeaf: 1,
  maxFeatures: 1,
  randomState: 1,
};
