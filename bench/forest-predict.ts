// Prediction of one row by a forest with 100 trees, depth 5, 6 features: the library's predictor against a plain walk of the
// trees; in a loop, by single calls, and by single calls after 32 MB of other memory were touched.
import {
  assembleForest,
  binColumns,
  growTrees,
  predictForest,
  quantizeWeights,
  wasmKernel,
} from '../src/model/index.ts';
import { treeWalkPredictor } from '../src/model/prediction/tree-walk.ts';
import { FOREST_OPTIONS, N_FEATURES } from './support/forest-options.ts';
import { learningSet } from './support/learning-set.ts';
import { quantile } from './support/statistics.ts';

const N_ROWS = 100_000;
const N_PREDICTED = 4096;

const set = learningSet(N_ROWS, N_FEATURES, 1);
const block = growTrees(
  binColumns(set.x, N_FEATURES),
  set.y,
  quantizeWeights(set.weight),
  FOREST_OPTIONS,
  0,
  FOREST_OPTIONS.nEstimators,
  wasmKernel,
);
const forest = assembleForest([block], FOREST_OPTIONS, N_FEATURES);
const rows = Array.from({ length: N_PREDICTED }, (_, k) => set.x.slice(k * N_FEATURES, (k + 1) * N_FEATURES));
const trash = new Uint8Array(32 << 20);
let sink = 0;

function timeCalls(n: number, predictOne: (x: Float32Array) => number, between: () => void): number[] {
  return Array.from({ length: n }, (_, k) => {
    between();
    const start = process.hrtime.bigint();
    sink += predictOne(rows[k % N_PREDICTED]);
    return Number(process.hrtime.bigint() - start) / 1000;
  });
}

function bench(name: string, predictOne: (x: Float32Array) => number): void {
  const loop = Array.from({ length: 60 }, () => {
    const start = performance.now();
    for (const row of rows) sink += predictOne(row);
    return ((performance.now() - start) * 1000) / N_PREDICTED;
  }).slice(20);
  const hot = timeCalls(40_000, predictOne, () => undefined).slice(20_000);
  const cold = timeCalls(500, predictOne, () => {
    for (let i = 0; i < trash.length; i += 64) trash[i]++;
  });
  const line = (times: readonly number[]): string =>
    `${quantile(times, 0.5).toFixed(2)} / ${quantile(times, 0.99).toFixed(2)}`;
  console.log(`${name.padEnd(10)} loop ${line(loop)}   single ${line(hot)}   cold ${line(cold)}`);
}

console.log('one prediction, p50 / p99 µs');
const predictor = predictForest(forest);
const walk = treeWalkPredictor(forest);
bench('ours', (x) => predictor.predictOne(x));
bench('plain walk', (x) => walk.predictOne(x));
if (!(sink > 0)) throw new Error('predictions are not numbers');
