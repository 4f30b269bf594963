import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { forestShapley } from '../explanation/tree-shapley.ts';
import { binColumns } from '../forest/bin-columns.ts';
import { predictForest } from '../forest/forest-predictor.ts';
import { quantizeWeights } from '../forest/quantize-weights.ts';
import { wasmBoostKernel } from '../kernel/wasm-boost-kernel.ts';
import { boostTrees } from './fit-boosting.ts';

interface SameTrees {
  readonly x: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly weight: readonly number[];
  readonly cases: readonly {
    readonly max_depth: number;
    readonly learning_rate: number;
    readonly is_weighted: boolean;
    readonly margins: readonly number[];
  }[];
}

interface Ensemble {
  readonly trees: readonly Readonly<Record<'feature' | 'threshold' | 'left' | 'value' | 'cover', readonly number[]>>[];
  readonly rows: readonly (readonly number[])[];
  readonly lightgbm: readonly (readonly number[])[];
  readonly shap: readonly (readonly number[])[];
  readonly base: number;
}

const golden = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../../test/golden/boosting/${name}`, import.meta.url), 'utf8')) as T;

test('on rows that both cut alike, margins are LightGBM’s', () => {
  const { x, y, weight, cases } = golden<SameTrees>('same-trees.json');
  const rows = Float32Array.from(x.flat());
  for (const { max_depth: maxDepth, learning_rate: learningRate, is_weighted: isWeighted, margins } of cases) {
    const w = Float64Array.from(weight, (each) => (isWeighted ? each : 1));
    const set = { binned: binColumns(rows, 4), y: Uint8Array.from(y), weight: quantizeWeights(w) };
    const { trees, base } = boostTrees(set, { nEstimators: 10, maxDepth, learningRate }, wasmBoostKernel);
    const sums = predictForest(trees).predictMany(rows, y.length);
    const worst = sums.reduce((most, sum, k) => Math.max(most, Math.abs(base + sum - margins[k])), 0);
    expect(worst, `depth ${maxDepth}, weighted ${isWeighted}`).toBeLessThan(1e-5);
  }
});

test('contributions of 40 columns to a margin are those of shap, and of LightGBM itself', () => {
  const { trees, rows, lightgbm, shap, base } = golden<Ensemble>('ensemble.json');
  const offsets = trees.map((_, t) => trees.slice(0, t).reduce((n, { feature }) => n + feature.length, 0));
  const all = <K extends keyof Ensemble['trees'][number]>(name: K) => trees.flatMap((tree) => tree[name]);
  const left = Int32Array.from(
    trees.flatMap((tree, t) => tree.left.map((child) => (child < 0 ? -1 : child + offsets[t]))),
  );
  const ensemble = {
    nFeatures: 40,
    nTrees: trees.length,
    roots: Int32Array.from(offsets),
    feature: Int32Array.from(all('feature')),
    threshold: Float32Array.from(all('threshold')),
    left,
    right: left.map((child) => (child < 0 ? -1 : child + 1)),
    leafValue: Float32Array.from(all('value')),
    cover: Float32Array.from(all('cover')),
    importance: new Float64Array(40),
  };
  let [ofShap, ofLightgbm] = [0, 0];
  rows.forEach((row, k) => {
    const told = forestShapley(ensemble, ensemble.cover, Float32Array.from(row));
    ofShap = Math.max(ofShap, Math.abs(told.base - base));
    told.contributions.forEach((value, j) => {
      ofShap = Math.max(ofShap, Math.abs(value - shap[k][j]));
      ofLightgbm = Math.max(ofLightgbm, Math.abs(value - lightgbm[k][j]));
    });
    ofLightgbm = Math.max(ofLightgbm, Math.abs(told.base - lightgbm[k][40]));
  });
  expect(ofShap).toBeLessThan(1e-9);
  expect(ofLightgbm, 'whose leaves are in double precision').toBeLessThan(1e-7);
});
