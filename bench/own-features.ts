// Features of the caller: 40 columns × 200,000 events trained, 40 functions beside loops written by hand, and built-ins for comparison.
import { availableParallelism } from 'node:os';
import { createOrchestrator, inlineTrainer } from '../src/app/index.ts';
import { OrchestratorConfig } from '../src/config/index.ts';
import { count } from '../src/core/index.ts';
import { BarSeries, DEFAULT_VPIN_OPTIONS, FEATURE_NAMES } from '../src/domain/index.ts';
import { computeFeatures, defineFeature } from '../src/features/index.ts';
import { SILENT } from '../src/ports/index.ts';
import { simulateMarket } from '../src/simulation/index.ts';
import { showTimes, timeRuns } from './support/statistics.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const N_EVENTS = 200_000;
const N_COLUMNS = 40;
const LOOKBACK = 20;
const CONTEXT = { regime: null, vpin: DEFAULT_VPIN_OPTIONS };
const market = simulateMarket({ nBars: N_EVENTS + 200, edge: 0.1, breakAt: null, seed: 5 }).bars;
const { close, open } = market;
const rows = Int32Array.from({ length: N_EVENTS }, (_, k) => k + 150);
const side = new Int8Array(N_EVENTS).fill(1);

/** Each function as its author writes it, and as a loop over the same bars. */
const FUNCTIONS = {
  'mean of 20 closes': {
    feature: defineFeature({
      name: 'mean_distance',
      lookback: LOOKBACK,
      compute: ({ close: c, n }) => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += c[i];
        return c[n - 1] / (sum / n) - 1;
      },
    }),
    byHand: (row: number): number => {
      let sum = 0;
      for (let i = row - LOOKBACK + 1; i <= row; i++) sum += close[i];
      return close[row] / (sum / LOOKBACK) - 1;
    },
  },
  'gap of 2 bars': {
    feature: defineFeature({
      name: 'gap',
      lookback: 2,
      compute: ({ open: o, close: c, n }) => Math.log(o[n - 1] / c[n - 2]),
    }),
    byHand: (row: number): number => Math.log(open[row] / close[row - 1]),
  },
};

function writeByHand(byHand: (row: number) => number, out: Float64Array): void {
  for (let k = 0; k < N_EVENTS; k++) out[k] = byHand(rows[k]);
}

async function benchFunctions(): Promise<void> {
  for (const [name, { feature, byHand }] of Object.entries(FUNCTIONS)) {
    const out = new Float64Array(N_EVENTS);
    const own = await timeRuns(9, () => void computeFeatures([feature], market, rows, side, CONTEXT, out), 3);
    const hand = await timeRuns(9, () => writeByHand(byHand, out), 3);
    console.log(`${name}, ${count(N_EVENTS)} rows: own ${showTimes(own)}; by hand ${showTimes(hand)}`);
  }
  const out = new Float64Array(N_EVENTS * FEATURE_NAMES.length);
  const builtIn = await timeRuns(5, () => void computeFeatures(FEATURE_NAMES, market, rows, side, CONTEXT, out), 1);
  console.log(`the ${FEATURE_NAMES.length} built-in features of the same rows: ${showTimes(builtIn)}`);
}

async function benchTraining(): Promise<void> {
  using directory = temporaryDirectory();
  const names = Array.from({ length: N_COLUMNS }, (_, j) => `column_${j}`);
  const bars = BarSeries.fromColumns({
    ...market,
    columns: new Map(names.map((name, j) => [name, market.close.map((price, i) => price * Math.sin(i * (j + 1)))])),
  });
  const given = market.close.map((price, i) => (i > 0 && price > market.close[i - 1] ? 1 : -1));
  const config = OrchestratorConfig({
    modelPath: directory.file('model.onnx'),
    featureNames: ['momentum'],
    columns: names,
  });
  const workers = availableParallelism();
  const orchestrator = createOrchestrator(config, { logger: SILENT, workers });
  let nSamples = 0;
  const train = async (): Promise<void> => {
    nSamples = (await orchestrator.train(bars, { side: Int8Array.from(given) })).nSamples;
  };
  const times = await timeRuns(3, train, 1);
  console.log(`train ${N_COLUMNS} columns × ${count(nSamples)} events, ${workers} workers: ${showTimes(times)}`);
  await orchestrator.stop();
}

async function benchOwnTraining(): Promise<void> {
  using directory = temporaryDirectory();
  const features = Array.from({ length: N_COLUMNS }, (_, j) =>
    defineFeature({
      name: `own_${j}`,
      lookback: LOOKBACK,
      compute: ({ close: c, n }) => c[n - 1] / c[n - 2 - (j % 18)] - 1,
    }),
  );
  const config = OrchestratorConfig({ modelPath: directory.file('own.onnx'), featureNames: ['momentum'] });
  const orchestrator = createOrchestrator(config, { features, trainer: inlineTrainer(), logger: SILENT });
  const given = Int8Array.from(market.close, (price, i) => (i > 0 && price > market.close[i - 1] ? 1 : -1));
  const { timingsMs, nSamples } = await orchestrator.train(market, { side: given });
  const text = `${timingsMs.features.toFixed(0)} ms of features on one thread, the check on real rows included`;
  console.log(`${N_COLUMNS} functions × ${count(nSamples)} events: ${text}`);
  await orchestrator.stop();
}

await benchFunctions();
await benchOwnTraining();
await benchTraining();
