import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { count } from '../../src/core/index.ts';
import {
  FOREST,
  type ForestArrays,
  forestPredictor,
  growOnPool,
  predictForest,
  UNKNOWN_METADATA,
} from '../../src/model/index.ts';
import { encodeModel } from '../../src/model/onnx/index.ts';
import { sha256 } from '../../src/runtime/index.ts';
import { workerPool } from '../../src/trainer/compute/worker-pool.ts';
import { learnerPool } from '../../src/training/index.ts';
import { rocAucScore } from '../../src/validation/index.ts';
import { FOREST_OPTIONS, N_FEATURES } from '../support/forest-options.ts';
import { type LearningSet, learningSet, onSharedMemory } from '../support/learning-set.ts';
import { median, quantile } from '../support/statistics.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { benchBoosting, boostingSection } from './boosting.ts';
import { type PeerFit, startPythonPeers } from './python-peers.ts';

const N_ROWS = 260_000;
const N_TEST = 40_000;
const THREADS = availableParallelism();
const PEERS = ['scikit-learn', 'XGBoost', 'LightGBM'] as const;

interface Fit {
  readonly seconds: number;
  readonly auc: number;
}

interface Fits {
  readonly rows: ReadonlyMap<string, readonly Fit[]>;
  readonly forest: ForestArrays;
  readonly boosting: ReadonlyMap<string, readonly PeerFit[]>;
  readonly peers: { readonly versions: Readonly<Record<string, string>>; readonly python: string };
  readonly nRounds: number;
}

function testAuc(forest: ForestArrays, set: LearningSet): number {
  const p = predictForest(forest).predictMany(set.x.slice(N_ROWS * N_FEATURES), N_TEST);
  return rocAucScore(set.y.slice(N_ROWS), p);
}

async function benchFits(set: LearningSet, nRounds: number): Promise<Fits> {
  using directory = temporaryDirectory();
  const peers = await startPythonPeers(directory.file('set.bin'), set, N_TEST, THREADS);
  const pools = [workerPool(1), workerPool(THREADS)];
  const train = {
    nFeatures: N_FEATURES,
    x: onSharedMemory(set.x.slice(0, N_ROWS * N_FEATURES)),
    y: onSharedMemory(set.y.slice(0, N_ROWS)),
    weight: set.weight.slice(0, N_ROWS),
  };
  const rows = new Map<string, Fit[]>();
  const add = (name: string, fit: Fit): void => {
    rows.set(name, [...(rows.get(name) ?? []), fit]);
    console.error(`${name.padEnd(24)} ${fit.seconds.toFixed(2)} s  AUC ${fit.auc.toFixed(4)}`);
  };
  let forest: ForestArrays | null = null;
  for (let round = 0; round <= nRounds; round++) {
    for (const pool of pools) {
      const start = performance.now();
      forest = await growOnPool(learnerPool(pool), train, FOREST_OPTIONS);
      const seconds = (performance.now() - start) / 1000;
      if (round > 0)
        add(`ours, ${pool.size} thread${pool.size === 1 ? '' : 's'}`, { seconds, auc: testAuc(forest, set) });
    }
    if (round > 0) for (const name of PEERS) add(name, await peers.fit(name));
  }
  const boosted = {
    train: { ...train, nRows: N_ROWS },
    test: { x: set.x.slice(N_ROWS * N_FEATURES), y: set.y.slice(N_ROWS) },
  };
  const boosting = await benchBoosting(boosted, peers, pools, nRounds);
  peers.close();
  await Promise.all(pools.map((pool) => pool.close()));
  if (forest === null) throw new Error('nothing was fitted');
  return { rows, forest, boosting, peers, nRounds };
}

/** Times single predictions of this library and onnxruntime-node in turn, on the same model file; microseconds a call. */
async function benchPredictions(forest: ForestArrays, set: LearningSet): Promise<Map<string, number[]>> {
  const bytes = encodeModel(
    {
      featureNames: ['volatility', 'momentum', 'regime', 'trend_strength', 'vpin', 'volume_ratio'],
      learner: FOREST,
      predictor: forestPredictor(forest),
      calibrator: { kind: 'identity' },
      regime: null,
      vpin: { nBuckets: 50, bucketVolume: null, classifier: 'bvc' },
      goldenInputs: set.x.slice(0, N_FEATURES),
      metadata: {
        ...UNKNOWN_METADATA,
        training: { ...UNKNOWN_METADATA.training, nSamples: N_ROWS },
        seed: 42,
      },
    },
    sha256,
  );
  const session = await InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const input = new Float32Array(N_FEATURES);
  const feeds = { X: new Tensor('float32', input, [1, N_FEATURES]) };
  const predictor = predictForest(forest);
  const times = new Map<string, number[]>([
    ['ours', []],
    ['ours, cold', []],
    ['onnxruntime-node', []],
  ]);
  const trash = new Uint8Array(32 << 20);
  const BATCH = 500;
  let sink = 0;
  for (let round = 0; round <= 40; round++) {
    const rows = Array.from({ length: BATCH }, (_, k) =>
      set.x.subarray(((round * BATCH + k) % N_ROWS) * N_FEATURES, (((round * BATCH + k) % N_ROWS) + 1) * N_FEATURES),
    );
    const oursStart = performance.now();
    for (const row of rows) sink += predictor.predictOne(row);
    const ours = ((performance.now() - oursStart) * 1000) / BATCH;
    const ortStart = performance.now();
    for (const row of rows) {
      input.set(row);
      await session.run(feeds, ['probabilities']);
    }
    const ort = ((performance.now() - ortStart) * 1000) / BATCH;
    for (let i = 0; i < trash.length; i += 64) trash[i]++;
    const coldStart = performance.now();
    sink += predictor.predictOne(rows[0]);
    const cold = (performance.now() - coldStart) * 1000;
    if (round === 0) continue;
    times.get('ours')?.push(ours);
    times.get('onnxruntime-node')?.push(ort);
    times.get('ours, cold')?.push(cold);
  }
  if (!(sink >= 0)) throw new Error('predictions are not numbers');
  return times;
}

function report({ rows, boosting, peers, nRounds }: Fits, predictions: ReadonlyMap<string, readonly number[]>): string {
  const reference = median((rows.get('scikit-learn') ?? []).map((fit) => fit.seconds));
  const fitRows = [...rows].map(([name, runs]) => {
    const seconds = runs.map((fit) => fit.seconds);
    const range = `${median(seconds).toFixed(2)} (${Math.min(...seconds).toFixed(2)}–${Math.max(...seconds).toFixed(2)})`;
    return `| ${name} | ${range} | ${(reference / median(seconds)).toFixed(1)}× | ${median(runs.map((fit) => fit.auc)).toFixed(4)} |`;
  });
  const ort = median(predictions.get('onnxruntime-node') ?? []);
  const predictionRows = [...predictions].map(
    ([name, us]) =>
      `| ${name} | ${median(us).toFixed(2)} | ${quantile(us, 0.95).toFixed(2)} | ${(ort / median(us)).toFixed(1)}× |`,
  );
  const version = (name: string): string =>
    (createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version;
  return [
    'Written by `npm run bench:peers`. Ratios are of medians of runs taken in turn on one machine; seconds are only a sense of scale.',
    '',
    `- Date: ${new Date().toISOString().slice(0, 10)}`,
    `- Machine: ${cpus()[0].model}, ${THREADS} threads`,
    `- Node ${process.versions.node}, Python ${peers.python}, ${Object.entries(peers.versions)
      .map(([name, v]) => `${name} ${v}`)
      .join(', ')}, onnxruntime-node ${version('onnxruntime-node')}`,
    '',
    `## Fitting a forest: ${count(N_ROWS)} × ${N_FEATURES}, 100 trees, depth 5, weighted, ${nRounds} rounds`,
    '',
    'scikit-learn searches exact splits, the others at most 256 bins; ours includes the binning and the hand-over to worker threads. XGBoost and LightGBM run in their forest modes.',
    '',
    '| | seconds | against scikit-learn | AUC on 40,000 other rows |',
    '|---|---|---|---|',
    ...fitRows,
    '',
    ...boostingSection(`Boosting: ${count(N_ROWS)} × ${N_FEATURES}, 100 trees, depth 5, rate 0.1, weighted`, boosting),
    '## One prediction: 100 trees, depth 5, 6 features',
    '',
    'Means of 500 calls in a row; *cold* is a single call after 32 MB of other memory were touched. onnxruntime-node runs our own model file on one thread.',
    '',
    '| | µs, median | µs, 95 % | against onnxruntime-node |',
    '|---|---|---|---|',
    ...predictionRows,
    '',
  ].join('\n');
}

/** This library against its peers on the same input, in turn: fitting a forest, boosting, and single predictions; a section of the results. */
export async function benchModels(nRounds: number): Promise<string> {
  const set = learningSet(N_ROWS + N_TEST, N_FEATURES, 1);
  const fits = await benchFits(set, nRounds);
  return report(fits, await benchPredictions(fits.forest, set));
}
