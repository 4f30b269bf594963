// Promises 5 and 6 under load: signals at a fixed rate, first alone, then while trainings run and models are swapped and rolled
// back. The latency counts from the moment a signal was due. Every answer is compared with the prediction of its model.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { build } from 'hdr-histogram-js';
import { createOrchestrator, createSignalService, SPARE_CORES } from '../src/app/index.ts';
import { OrchestratorConfig } from '../src/config/index.ts';
import { allocateBarColumns, BAR_VALUES, BarSeries, type Side, SignalEvent, WINDOW_BARS } from '../src/domain/index.ts';
import type { SignalService } from '../src/live/index.ts';
import { SILENT, type SignalReceipt } from '../src/ports/index.ts';
import { threadedDecoder } from '../src/registry/index.ts';
import { simulateMarket } from '../src/simulation/index.ts';
import { keepPace } from './live/pace.ts';
import { writeResults } from './support/results-file.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '2000' },
    write: { type: 'boolean', default: false },
  },
});
const SECONDS = Number(values.seconds);
const RATE = Number(values.rate);
const WARM_UP_SECONDS = 10;
const N_INSTRUMENTS = 20;
const N_SWAPS = 20;
const SWAPS_PER_ROLLBACK = 4;
const TRAINING_BARS = 260_000;

/** Result of a run. */
interface Run {
  /** Latencies, microseconds. */
  readonly histogram: ReturnType<typeof build>;
  /** Number of answers whose confidence is not that of the model they name. */
  readonly mixed: number;
  readonly errors: number;
  readonly versions: ReadonlySet<string>;
}

const nSteps = Math.ceil((RATE * (SECONDS + WARM_UP_SECONDS)) / N_INSTRUMENTS);
const market = simulateMarket({ nBars: nSteps + WINDOW_BARS, edge: 0.15, breakAt: null, seed: 1 }).bars;
const learned = onSharedMemory(simulateMarket({ nBars: TRAINING_BARS, edge: 0.15, breakAt: null, seed: 2 }).bars);

/** Copies bars to shared memory, from which the training thread reads them without a copy, as it does in a service. */
function onSharedMemory(bars: BarSeries): BarSeries {
  const columns = allocateBarColumns(bars.length, bars.takerBuyVolume !== null, true);
  columns.tsEvent.set(bars.tsEvent);
  for (const name of BAR_VALUES) columns[name].set(bars[name]);
  if (bars.takerBuyVolume !== null) columns.takerBuyVolume?.set(bars.takerBuyVolume);
  return BarSeries.fromChecked(columns);
}

function windowAt(step: number): BarSeries {
  return market.slice(step, step + WINDOW_BARS);
}

function sideAt(step: number): Side {
  return step % 2 === 0 ? 1 : -1;
}

/** Trains two models and computes the confidence of each at every step. */
async function makeModels(path: (name: string) => string): Promise<Map<string, Float64Array>> {
  const answers = new Map<string, Float64Array>();
  for (const [name, seed] of [
    ['a.onnx', 1],
    ['b.onnx', 2],
  ] as const) {
    const config = OrchestratorConfig({ modelPath: path(name), forest: { randomState: seed } });
    const orchestrator = createOrchestrator(config, { logger: SILENT });
    const { model } = await orchestrator.train(learned.slice(0, 20_000));
    mkdirSync(path('models'), { recursive: true });
    copyFileSync(path(name), join(path('models'), `${model.version}.onnx`));
    const confidences = Float64Array.from({ length: nSteps }, (_, step) => {
      const bars = windowAt(step);
      const timestamp = bars.tsEvent[WINDOW_BARS - 1];
      const event = new SignalEvent({ instrumentId: 'I0', signal: sideAt(step), timestamp, bars });
      return orchestrator.processSignal(event).metaConfidence;
    });
    answers.set(model.version, confidences);
    await orchestrator.stop();
  }
  return answers;
}

async function load(service: SignalService, answers: ReadonlyMap<string, Float64Array>): Promise<Run> {
  const histogram = build({ numberOfSignificantValueDigits: 3 });
  const versions = new Set<string>();
  let [mixed, errors] = [0, 0];
  const startMs = performance.now();
  const nSignals = RATE * (SECONDS + WARM_UP_SECONDS);
  const answered = (i: number, { text }: SignalReceipt): void => {
    if (i >= RATE * WARM_UP_SECONDS) {
      histogram.recordValue(Math.max(1, Math.round((performance.now() - startMs - (i * 1000) / RATE) * 1000)));
    }
    const version = /"model_version":"([^"]*)"/.exec(text)?.[1] ?? '';
    const confidence = Number(/"meta_confidence":([^,]*)/.exec(text)?.[1]);
    versions.add(version);
    if (answers.get(version)?.[Math.floor(i / N_INSTRUMENTS)] !== confidence) mixed++;
  };
  // Most are answered at once; one whose id the filter of known ids may hold waits for a look into the journal.
  const looking: Promise<unknown>[] = [];
  const send = (i: number): void => {
    const step = Math.floor(i / N_INSTRUMENTS);
    const bars = windowAt(step);
    const base = { instrumentId: `I${i % N_INSTRUMENTS}`, signal: sideAt(step), signalId: `s${i}` };
    const origin = { transport: 'library', receivedNs: 0, waitedMs: 0, durable: false } as const;
    try {
      const receipt = service.submit({ ...base, timestamp: bars.tsEvent[WINDOW_BARS - 1], bars }, origin);
      if (receipt instanceof Promise) looking.push(receipt.then((late) => answered(i, late)).catch(() => errors++));
      else answered(i, receipt);
    } catch {
      errors++;
    }
  };
  await keepPace({ startMs, rate: RATE, nSignals, isSpinning: true }, (first, end) => {
    for (let i = first; i < end; i++) send(i);
  });
  await Promise.all(looking);
  return { histogram, mixed, errors, versions };
}

/** Trains repeatedly until `isOver`. @returns number of trainings. */
async function trainOn(isOver: () => boolean, modelPath: string): Promise<number> {
  const training = { isBackground: true, timeoutMs: 600_000 };
  // The same options as in a service: low priority, all cores but one, and another thread that decodes the model.
  const options = { logger: SILENT, training, workers: SPARE_CORES, decodeModel: threadedDecoder() };
  const orchestrator = createOrchestrator(OrchestratorConfig({ modelPath }), options);
  let n = 0;
  while (!isOver()) {
    await orchestrator.trainingLoop.fit(learned);
    n++;
  }
  await orchestrator.stop();
  return n;
}

async function swapOn(service: SignalService, versions: readonly string[], isOver: () => boolean): Promise<number[]> {
  let [swaps, rollbacks] = [0, 0];
  const everyMs = ((SECONDS + WARM_UP_SECONDS) * 1000) / (N_SWAPS + N_SWAPS / SWAPS_PER_ROLLBACK + 2);
  while (swaps < N_SWAPS && !isOver()) {
    await delay(everyMs);
    const next = versions[(versions.indexOf(service.status().modelVersion ?? '') + 1) % versions.length];
    await service.promote(next, true); // also a model that was rolled back before
    if (++swaps % SWAPS_PER_ROLLBACK !== 0) continue;
    await delay(everyMs);
    await service.rollback(next);
    rollbacks++;
  }
  return [swaps, rollbacks];
}

function row(name: string, { histogram, errors, mixed, versions }: Run): string {
  const at = (p: number): string => (histogram.getValueAtPercentile(p) / 1000).toFixed(2);
  const latencies = `${at(50)} / ${at(99)} / ${at(99.9)} / ${(histogram.maxValue / 1000).toFixed(2)} ms`;
  return `${name}: ${latencies}; errors ${errors}, mixed ${mixed}, versions ${versions.size}`;
}

using directory = temporaryDirectory();
const answers = await makeModels((name) => directory.file(name));
const runs: Run[] = [];
const lines = [`p50 / p99 / p99.9 / max from the schedule, ${RATE} signals a second for ${SECONDS} s`];
for (const isTraining of [false, true]) {
  const dataDir = directory.file(isTraining ? 'busy' : 'quiet');
  mkdirSync(join(dataDir, 'models'), { recursive: true });
  for (const version of answers.keys()) {
    copyFileSync(join(directory.file('models'), `${version}.onnx`), join(dataDir, 'models', `${version}.onnx`));
  }
  const config = OrchestratorConfig({
    modelPath: directory.file('a.onnx'),
    server: { dataDir },
    retrain: { automatic: false },
  });
  const service = await createSignalService(config, { logger: SILENT });
  let isOver = false;
  const beside = isTraining
    ? Promise.all([trainOn(() => isOver, directory.file('t.onnx')), swapOn(service, [...answers.keys()], () => isOver)])
    : Promise.resolve(null);
  const run = await load(service, answers);
  isOver = true;
  const done = await beside;
  runs.push(run);
  lines.push(row(isTraining ? 'while training' : 'alone', run));
  if (done !== null)
    lines.push(`${done[0]} trainings of ${TRAINING_BARS} bars, ${done[1][0]} swaps, ${done[1][1]} rollbacks`);
  await service.stop();
  rmSync(dataDir, { recursive: true });
}
const [alone, training] = runs.map(({ histogram }) => histogram.getValueAtPercentile(99));
lines.push(`p99 while training / alone: ${(training / alone).toFixed(2)}`);
console.log(lines.join('\n'));
if (values.write) {
  const command = ['node', ...process.execArgv, 'bench/while-training.ts', ...process.argv.slice(2)].join(' ');
  const method = `Written by \`${command}\`; \`docs/embedding.md\` names flags of Node for short pauses. In process, journal on, ${availableParallelism()} cores; bars with every signal.`;
  writeResults('While training and swapping', [method, '', ...lines.map((line) => `- ${line}`)].join('\n'));
}
process.exitCode = runs.some(({ errors, mixed }) => errors + mixed > 0) ? 1 : 0;
