// One prediction by the forest of a build: DIR, or `walk` for a plain walk of the trees of this checkout. Started by `in-turn.ts`.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as ours from '../../src/model/index.ts';
import { treeWalkPredictor } from '../../src/model/prediction/tree-walk.ts';
import { FOREST_OPTIONS, N_FEATURES } from '../support/forest-options.ts';
import { learningSet } from '../support/learning-set.ts';
import { serveWindows } from './windows.ts';

const N_ROWS = 100_000;
const N_PREDICTED = 4096;

const [directory] = process.argv.slice(2);
const isWalk = directory === 'walk';
const model: typeof ours = isWalk ? ours : await import(pathToFileURL(resolve(directory, 'dist/model/index.js')).href);
const set = learningSet(N_ROWS, N_FEATURES, 1);
const binned = model.binColumns(set.x, N_FEATURES);
const weights = model.quantizeWeights(set.weight);
const { nEstimators } = FOREST_OPTIONS;
const block = model.growTrees(binned, set.y, weights, FOREST_OPTIONS, 0, nEstimators, model.wasmKernel);
const forest = model.assembleForest([block], FOREST_OPTIONS, N_FEATURES);
const predictor = isWalk ? treeWalkPredictor(forest) : model.predictForest(forest);
const rows = Array.from({ length: N_PREDICTED }, (_, k) => set.x.slice(k * N_FEATURES, (k + 1) * N_FEATURES));
// A signal's features were computed just before, so the row is not cold.
serveWindows(
  (k) => predictor.predictOne(rows[k % N_PREDICTED]),
  (k) => rows[k % N_PREDICTED].reduce((sum, value) => sum + value),
);
