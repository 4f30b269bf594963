import { expect, test } from 'vitest';
import { hashSeed, Rng } from '../../core/index.ts';
import { countDraws } from '../kernel/bootstrap.ts';
import type { GrownTree } from '../kernel/grow-tree.ts';
import { wasmKernel } from '../kernel/wasm-kernel.ts';
import { binColumns } from './bin-columns.ts';
import type { ForestOptions } from './forest-options.ts';
import { assembleForest, growTrees } from './grow-forest.ts';
import { quantizeWeights } from './quantize-weights.ts';

const N_FEATURES = 6;
const OPTIONS: ForestOptions = {
  nEstimators: 12,
  maxDepth: 5,
  minSamplesSplit: 30,
  minSamplesLeaf: 7,
  maxFeatures: 1,
  randomState: 5,
};

/** Rows with ties and a region where every label is 1, so that every reason for a leaf occurs. */
function grow(n: number) {
  const rng = new Rng(21);
  const x = Float32Array.from({ length: n * N_FEATURES }, () => Math.round(4 * rng.nextGaussian()) / 4);
  const y = Uint8Array.from({ length: n }, (_, k) =>
    x[k * N_FEATURES] > 0.5 || rng.nextGaussian() < x[k * N_FEATURES + 1] ? 1 : 0,
  );
  const binned = binColumns(x, N_FEATURES);
  const weight = quantizeWeights(Float64Array.from({ length: n }, () => 0.1 + rng.nextFloat()));
  const block = growTrees(binned, y, weight, OPTIONS, 0, OPTIONS.nEstimators, wasmKernel);
  const drawsOf = (t: number): number[] => {
    const seed = hashSeed(OPTIONS.randomState, t);
    const keys = { rowKey: hashSeed(seed, 0), bitsKey: hashSeed(seed, 1) };
    return Array.from({ length: n }, (_, row) => countDraws(keys, row));
  };
  /** Sums over some rows, by their definition. */
  const sumsOf = (rows: readonly number[], draws: readonly number[]) => {
    let [count, total, ones] = [0, 0, 0];
    for (const row of rows) {
      count += draws[row];
      total += draws[row] * weight[row];
      ones += draws[row] * weight[row] * y[row];
    }
    return { count, weight: total, ones, isPure: ones === 0 || ones === total };
  };
  return { n, binned, weight, block, drawsOf, sumsOf, forest: assembleForest([block], OPTIONS, N_FEATURES) };
}

type Grown = ReturnType<typeof grow>;
type Sums = ReturnType<Grown['sumsOf']>;

const impurityOf = ({ ones, weight }: Sums): number => 1 - (ones / weight) ** 2 - ((weight - ones) / weight) ** 2;

/** The decrease in impurity of every split of these rows by one feature that the options allow; NaN elsewhere. */
function gainsOf({ n, binned, sumsOf }: Grown, rows: readonly number[], draws: readonly number[], j: number): number[] {
  const node = sumsOf(rows, draws);
  return Array.from(binned.edges[j], (_, bin) => {
    const left = sumsOf(
      rows.filter((row) => binned.bins[j * n + row] <= bin),
      draws,
    );
    const right = sumsOf(
      rows.filter((row) => binned.bins[j * n + row] > bin),
      draws,
    );
    if (Math.min(left.count, right.count) < OPTIONS.minSamplesLeaf) return Number.NaN;
    return node.weight * impurityOf(node) - left.weight * impurityOf(left) - right.weight * impurityOf(right);
  });
}

/** Calls `onNode` for every node of a tree with the drawn rows that reach it. */
function visit(
  { n, binned }: Grown,
  tree: GrownTree,
  draws: readonly number[],
  onNode: (node: number, rows: readonly number[], depth: number) => void,
): void {
  const open = [{ node: 0, rows: [...draws.keys()].filter((row) => draws[row] > 0), depth: 0 }];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { node, rows, depth } = at;
    onNode(node, rows, depth);
    const j = tree.feature[node];
    if (j < 0) continue;
    const goesLeft = (row: number): boolean => binned.bins[j * n + row] <= tree.bin[node];
    open.push({ node: tree.left[node], rows: rows.filter(goesLeft), depth: depth + 1 });
    open.push({ node: tree.left[node] + 1, rows: rows.filter((row) => !goesLeft(row)), depth: depth + 1 });
  }
}

test('every node has the right sums, and a reason to be a leaf or the purest split allowed', () => {
  const grown = grow(400);
  const seen = { deepest: 0, small: 0, pure: 0, smallestSplit: 0, smallestLeaf: 0 };
  for (const [t, tree] of grown.block.trees.entries()) {
    const draws = grown.drawsOf(t);
    visit(grown, tree, draws, (node, rows, depth) => {
      const name = `tree ${t}, node ${node}`;
      const sums = grown.sumsOf(rows, draws);
      expect([tree.weight[node], tree.ones[node]], name).toEqual([sums.weight, sums.ones]);
      const mayNot = [depth >= OPTIONS.maxDepth, sums.count < OPTIONS.minSamplesSplit, sums.isPure];
      if (depth > 0 && sums.count === OPTIONS.minSamplesLeaf) seen.smallestLeaf++;
      const j = tree.feature[node];
      if (j < 0) {
        seen.deepest += Number(mayNot[0]);
        seen.small += Number(mayNot[1]);
        seen.pure += Number(mayNot[2] && !mayNot[0] && !mayNot[1]);
        if (mayNot.includes(true)) return;
        const gains = Array.from({ length: N_FEATURES }, (_, f) => gainsOf(grown, rows, draws, f)).flat();
        expect(
          gains.filter((gain) => gain > 1e-6 * sums.weight),
          `${name} could be split`,
        ).toEqual([]);
        return;
      }
      expect(mayNot, `${name} should be a leaf`).toEqual([false, false, false]);
      seen.smallestSplit += Number(sums.count === OPTIONS.minSamplesSplit);
      const gains = gainsOf(grown, rows, draws, j);
      const best = Math.max(...gains.filter((gain) => !Number.isNaN(gain)));
      expect(gains[tree.bin[node]] / best, `${name} has a purer split`).toBeCloseTo(1, 9);
    });
  }
  for (const [reason, nodes] of Object.entries(seen)) expect(nodes, `${reason} occurs`).toBeGreaterThan(0);
});

test('a leaf value is its share of ones over the trees, rounded down; importance is scikit-learn’s formula', () => {
  const grown = grow(400);
  const { block, forest } = grown;
  const importance = new Array<number>(N_FEATURES).fill(0);
  for (const [t, tree] of block.trees.entries()) {
    const own = new Array<number>(N_FEATURES).fill(0);
    const draws = grown.drawsOf(t);
    visit(grown, tree, draws, (node, rows) => {
      const j = tree.feature[node];
      if (j >= 0) own[j] += gainsOf(grown, rows, draws, j)[tree.bin[node]] / tree.weight[0];
      else {
        const units = (tree.ones[node] / tree.weight[node] / block.trees.length) * 2 ** 24;
        expect(forest.leafValue[forest.roots[t] + node] * 2 ** 24, `tree ${t}, node ${node}`).toBe(Math.floor(units));
      }
    });
    const total = own.reduce((a, b) => a + b, 0);
    for (let j = 0; j < N_FEATURES; j++) importance[j] += own[j] / total / block.trees.length;
  }
  importance.forEach((value, j) => {
    expect(forest.importance[j], `feature ${j}`).toBeCloseTo(value, 10);
  });
});

test('siblings draw their features independently', () => {
  const { trees } = grow(4000).block;
  let pairs = 0;
  let same = 0;
  for (const tree of trees) {
    for (const left of tree.left) {
      if (left < 0 || tree.feature[left] < 0 || tree.feature[left + 1] < 0) continue;
      pairs++;
      same += Number(tree.feature[left] === tree.feature[left + 1]);
    }
  }
  expect(pairs).toBeGreaterThan(50);
  expect(same / pairs, 'of six features, one is drawn').toBeLessThan(0.35);
});

test('inputs that overflow the packed sums are refused', () => {
  const { binned, weight } = grow(50);
  const y = new Uint8Array(50);
  const growWith = (labels: Uint8Array, weights: Uint32Array, matrix = binned) =>
    growTrees(matrix, labels, weights, OPTIONS, 0, 1, wasmKernel);
  expect(() => growWith(y, weight.slice(1))).toThrow('y');
  expect(() => growWith(y.slice(1), weight.slice(1))).toThrow('as long as the rows (50)');
  expect(() => growWith(y.with(3, 2), weight)).toThrow('y[3] must be 0 or 1, was 2');
  expect(() => growWith(y, weight.with(4, 65_537))).toThrow('weight[4] must be at most 65536, was 65537');
  const nRows = 2 ** 24;
  expect(() => growWith(new Uint8Array(nRows), new Uint32Array(nRows), { ...binned, nRows })).toThrow(
    'rows must be at most 16711680, was 16777216',
  );
  expect(() => binColumns(new Float32Array(7), 2)).toThrow('x must be whole rows of 2 values, was 7');
});
