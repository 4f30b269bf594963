import { writeFileSync } from 'node:fs';
import { Rng } from '../../../src/core/index.ts';
import {
  assembleForest,
  binColumns,
  type ForestOptions,
  growTrees,
  predictForest,
  quantizeWeights,
  readableKernel,
} from '../../../src/model/index.ts';

/** Writes forest.json: a forest of the built-in learner on 40 columns, and rows with its raw probabilities. Run by make.py. */
const N_FEATURES = 40;
const N_ROWS = 2500;
const N_ASKED = 25;
const OPTIONS: ForestOptions = {
  nEstimators: 20,
  maxDepth: 8,
  minSamplesSplit: 20,
  minSamplesLeaf: 10,
  maxFeatures: 7,
  randomState: 5,
};

const rng = new Rng(40);
const x = Float32Array.from({ length: N_ROWS * N_FEATURES }, () => rng.nextGaussian());
const y = Uint8Array.from({ length: N_ROWS }, (_, k) => {
  const row = x.subarray(k * N_FEATURES);
  return row[0] * row[1] + 0.5 * row[7] + 0.3 * row[39] + 0.5 * rng.nextGaussian() > 0 ? 1 : 0;
});
// Quarters, so that float32 weights of nodes are exact and a split has the sum of its children.
const weight = Float64Array.from({ length: N_ROWS }, () => (1 + rng.nextInt(4)) / 4);
const block = growTrees(
  binColumns(x, N_FEATURES),
  y,
  quantizeWeights(weight),
  OPTIONS,
  0,
  OPTIONS.nEstimators,
  readableKernel,
);
const forest = assembleForest([block], OPTIONS, N_FEATURES);
const rows = Float32Array.from({ length: N_ASKED * N_FEATURES }, () => 1.5 * rng.nextGaussian());
const content = {
  n_features: N_FEATURES,
  roots: Array.from(forest.roots),
  feature: Array.from(forest.feature),
  threshold: Array.from(forest.threshold),
  left: Array.from(forest.left),
  right: Array.from(forest.right),
  value: Array.from(forest.leafValue),
  cover: Array.from(forest.cover ?? []),
  rows: Array.from({ length: N_ASKED }, (_, k) => Array.from(rows.subarray(k * N_FEATURES, (k + 1) * N_FEATURES))),
  probability: Array.from(predictForest(forest).predictMany(rows, N_ASKED)),
};
writeFileSync(new URL('./forest.json', import.meta.url), `${JSON.stringify(content)}\n`);
