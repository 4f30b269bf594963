import { expect, test } from 'vitest';
import { Rng } from '../../core/index.ts';
import type { ForestArrays } from '../forest/forest-arrays.ts';
import { predictForest } from '../forest/forest-predictor.ts';
import { maskPredictor } from './mask-predictor.ts';
import { maskTable } from './mask-table.ts';
import { treeWalkPredictor } from './tree-walk.ts';

/** A random forest: `grow` decides whether a node at a depth may be split. Thresholds lie on a grid, so that they repeat. */
function randomForest(seed: number, nTrees: number, nFeatures: number, grow: (depth: number) => boolean): ForestArrays {
  const rng = new Rng(seed);
  const columns = {
    feature: [] as number[],
    threshold: [] as number[],
    left: [] as number[],
    leafValue: [] as number[],
  };
  const add = (node: number, depth: number): void => {
    const isSplit = grow(depth) && rng.nextInt(8) > 0;
    columns.feature[node] = isSplit ? rng.nextInt(nFeatures) : -1;
    columns.threshold[node] = isSplit ? Math.round(8 * rng.nextGaussian()) / 8 : 0;
    columns.leafValue[node] = isSplit ? 0 : Math.floor((rng.nextFloat() / nTrees) * 2 ** 24) / 2 ** 24;
    columns.left[node] = isSplit ? columns.feature.length : -1;
    if (!isSplit) return;
    const child = columns.feature.length;
    columns.feature.push(-1, -1);
    add(child, depth + 1);
    add(child + 1, depth + 1);
  };
  const roots = Int32Array.from({ length: nTrees }, () => {
    const root = columns.feature.length;
    add(root, 0);
    return root;
  });
  return {
    nFeatures,
    nTrees,
    roots,
    feature: Int32Array.from(columns.feature),
    threshold: Float32Array.from(columns.threshold),
    left: Int32Array.from(columns.left),
    right: Int32Array.from(columns.left, (child) => (child < 0 ? -1 : child + 1)),
    leafValue: Float32Array.from(columns.leafValue),
    cover: null,
    importance: new Float64Array(nFeatures),
  };
}

test('by hand: two stumps, below, on and above their thresholds', () => {
  const forest: ForestArrays = {
    nFeatures: 2,
    nTrees: 2,
    roots: Int32Array.of(0, 3),
    feature: Int32Array.of(0, -1, -1, 1, -1, -1),
    threshold: Float32Array.of(1, 0, 0, -2, 0, 0),
    left: Int32Array.of(1, -1, -1, 4, -1, -1),
    right: Int32Array.of(2, -1, -1, 5, -1, -1),
    leafValue: Float32Array.of(0, 0.125, 0.25, 0, 0.0625, 0.5),
    cover: null,
    importance: Float64Array.of(0.5, 0.5),
  };
  const predictor = predictForest(forest);
  expect(predictor.predictOne(Float32Array.of(1, -2)), 'x = threshold goes left').toBe(0.125 + 0.0625);
  expect(predictor.predictOne(Float32Array.of(1.0000001, -2))).toBe(0.25 + 0.0625);
  expect([...predictor.predictMany(Float32Array.of(0, 0, 2, -3), 2)]).toEqual([0.125 + 0.5, 0.25 + 0.0625]);
});

test('the mask table and the walk give the same bits, also on thresholds and for infinities and NaN', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const rng = new Rng(seed);
    const nFeatures = 1 + rng.nextInt(12);
    const forest = randomForest(seed, 1 + rng.nextInt(120), nFeatures, (depth) => depth < 5);
    const walk = treeWalkPredictor(forest);
    const masks = maskPredictor(forest);
    expect(masks).not.toBeNull();
    const nRows = 300; // more than one chunk
    const x = Float32Array.from({ length: nRows * nFeatures }, () => {
      const special = [Number.NaN, Infinity, -Infinity, 0, -0];
      return rng.nextInt(20) === 0 ? special[rng.nextInt(5)] : Math.round(16 * rng.nextGaussian()) / 16;
    });
    const expected = walk.predictMany(x, nRows);
    expect(masks?.predictMany(x, nRows), `seed ${seed}`).toEqual(expected);
    for (let k = 0; k < 20; k++) {
      const row = x.subarray(k * nFeatures, (k + 1) * nFeatures);
      expect(masks?.predictOne(row), `seed ${seed}, row ${k}`).toBe(expected[k]);
    }
  }
});

/** Stumps on one feature, one for each threshold, with leaves that tell which side was taken. */
function stumps(thresholds: readonly number[]): ForestArrays {
  const nTrees = thresholds.length;
  const isSplit = (node: number): boolean => node % 3 === 0;
  const perNode = <T>(value: (node: number) => T): T[] => Array.from({ length: 3 * nTrees }, (_, node) => value(node));
  return {
    nFeatures: 1,
    nTrees,
    roots: Int32Array.from(thresholds, (_, t) => 3 * t),
    feature: Int32Array.from(perNode((node) => (isSplit(node) ? 0 : -1))),
    threshold: Float32Array.from(perNode((node) => (isSplit(node) ? thresholds[node / 3] : 0))),
    left: Int32Array.from(perNode((node) => (isSplit(node) ? node + 1 : -1))),
    right: Int32Array.from(perNode((node) => (isSplit(node) ? node + 2 : -1))),
    leafValue: Float32Array.from(perNode((node) => (node % 3 === 2 ? 2 ** -14 : 0))),
    cover: null,
    importance: Float64Array.of(1),
  };
}

test('as many stumps say "right" as cuts lie below a value, for all sizes of the tree of cuts', () => {
  for (const nCuts of [1, 15, 16, 17, 255, 256, 257]) {
    const cuts = Array.from({ length: nCuts }, (_, k) => k);
    const masks = maskPredictor(stumps(cuts));
    const share = (x: number): number | undefined => masks?.predictOne(Float32Array.of(x));
    for (const k of cuts) {
      expect(share(k), `${nCuts} cuts, on cut ${k}`).toBe(k / 2 ** 14);
      expect(share(k + 0.5), `${nCuts} cuts, above cut ${k}`).toBe((k + 1) / 2 ** 14);
    }
    for (const x of [Number.NaN, Infinity]) expect(share(x), `${nCuts} cuts, ${x}`).toBe(nCuts / 2 ** 14);
    for (const x of [-1, -Infinity]) expect(share(x), `${nCuts} cuts, ${x}`).toBe(0);
  }
});

test('an infinite threshold keeps infinity on its left', () => {
  for (const nBelow of [0, 15, 16, 300]) {
    const masks = maskPredictor(stumps([...Array.from({ length: nBelow }, (_, k) => k), Infinity]));
    expect(masks?.predictOne(Float32Array.of(Infinity))).toBe(nBelow / 2 ** 14);
    expect(masks?.predictOne(Float32Array.of(Number.NaN))).toBe((nBelow + 1) / 2 ** 14);
  }
});

test('trees of more than 32 leaves are walked, and two forests do not share memory', () => {
  const deep = randomForest(3, 10, 3, (depth) => depth < 9);
  expect(maskTable(deep, 16)).toBeNull();
  const x = Float32Array.of(0.3, -0.2, 0.1);
  expect(predictForest(deep).predictOne(x)).toBe(treeWalkPredictor(deep).predictOne(x));
  const forests = [4, 5].map((seed) => randomForest(seed, 20, 3, (depth) => depth < 4));
  const predictors = forests.map(predictForest);
  for (const f of [0, 1, 0]) expect(predictors[f].predictOne(x)).toBe(treeWalkPredictor(forests[f]).predictOne(x));
});

test('a forest of single leaves predicts their sum', () => {
  const forest = randomForest(6, 17, 2, () => false);
  expect(predictForest(forest).predictOne(Float32Array.of(0, 0))).toBe(forest.leafValue.reduce((a, b) => a + b, 0));
});
