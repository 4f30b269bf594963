// Features of the caller: functions beside loops written by hand, in turn; 40 functions and 40 columns × 200,000 events trained; built-ins for
// comparison. `--write` writes the ratios into bench/RESULTS.md.
import { availableParallelism } from 'node:os';
import { createOrchestrator, inlineTrainer } from '../src/app/index.ts';
import { OrchestratorConfig } from '../src/config/index.ts';
import { count } from '../src/core/index.ts';
import { BarSeries, DEFAULT_VPIN_OPTIONS, FEATURE_NAMES } from '../src/domain/index.ts';
import { computeFeatures, defineFeature, type FeatureDefinition } from '../src/features/index.ts';
import { SILENT } from '../src/ports/index.ts';
import { simulateMarket } from '../src/simulation/index.ts';
import { writeResults } from './support/results-file.ts';
import { median, showTimes, timeRuns } from './support/statistics.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const N_EVENTS = 200_000;
const N_COLUMNS = 40;
const LOOKBACK = 20;
const ROUNDS = 15;
const CONTEXT = { regime: null, vpin: DEFAULT_VPIN_OPTIONS };
const market = simulateMarket({ nBars: N_EVENTS + 200, edge: 0.1, breakAt: null, seed: 5 }).bars;
const { open, high, low, close } = market;
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
    byHand: (out: Float64Array): void => {
      for (let k = 0; k < N_EVENTS; k++) {
        const row = rows[k];
        let sum = 0;
        for (let i = row - LOOKBACK + 1; i <= row; i++) sum += close[i];
        out[k] = close[row] / (sum / LOOKBACK) - 1;
      }
    },
  },
  'place in the range of 20 bars': {
    feature: defineFeature({
      name: 'range_position',
      lookback: LOOKBACK,
      compute: ({ high: h, low: l, close: c, n }) => {
        let [top, bottom] = [-Infinity, Infinity];
        for (let i = 0; i < n; i++) {
          top = Math.max(top, h[i]);
          bottom = Math.min(bottom, l[i]);
        }
        return (c[n - 1] - bottom) / (top - bottom);
      },
    }),
    byHand: (out: Float64Array): void => {
      for (let k = 0; k < N_EVENTS; k++) {
        const row = rows[k];
        let [top, bottom] = [-Infinity, Infinity];
        for (let i = row - LOOKBACK + 1; i <= row; i++) {
          top = Math.max(top, high[i]);
          bottom = Math.min(bottom, low[i]);
        }
        out[k] = (close[row] - bottom) / (top - bottom);
      }
    },
  },
  'gap of 2 bars': {
    feature: defineFeature({
      name: 'gap',
      lookback: 2,
      compute: ({ open: o, close: c, n }) => Math.log(o[n - 1] / c[n - 2]),
    }),
    byHand: (out: Float64Array): void => {
      for (let k = 0; k < N_EVENTS; k++) out[k] = Math.log(open[rows[k]] / close[rows[k] - 1]);
    },
  },
  'return of 20 bars': {
    feature: defineFeature({ name: 'past_return', lookback: 21, compute: ({ close: c, n }) => c[n - 1] / c[0] - 1 }),
    byHand: (out: Float64Array): void => {
      for (let k = 0; k < N_EVENTS; k++) out[k] = close[rows[k]] / close[rows[k] - 20] - 1;
    },
  },
};

/** Times of a function and of its loop by hand, in turn. @returns how many times as long the function takes, of medians. */
async function benchFunction(feature: FeatureDefinition, byHand: (out: Float64Array) => void): Promise<number> {
  const out = new Float64Array(N_EVENTS);
  const [own, hand]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const warmUps = round === 0 ? 3 : 0;
    own.push(...(await timeRuns(1, () => void computeFeatures([feature], market, rows, side, CONTEXT, out), warmUps)));
    hand.push(...(await timeRuns(1, () => byHand(out), warmUps)));
  }
  console.log(`${feature.name}, ${count(N_EVENTS)} rows: own ${showTimes(own)}; by hand ${showTimes(hand)}`);
  return median(own) / median(hand);
}

async function benchFunctions(): Promise<void> {
  const lines: string[] = [];
  for (const [name, { feature, byHand }] of Object.entries(FUNCTIONS)) {
    lines.push(
      `- ${name}: ${(await benchFunction(feature, byHand)).toFixed(1)} times as long as a loop written by hand`,
    );
  }
  console.log(lines.join('\n'));
  if (process.argv.includes('--write')) {
    writeResults(
      'Functions of the caller',
      `Written by \`npm run bench -- own-features --write\`. Medians of ${ROUNDS} runs in turn.\n\n${lines.join('\n')}`,
    );
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
