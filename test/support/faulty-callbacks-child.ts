import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  createLiveService,
  createOrchestrator,
  createSignalService,
  defineFeature,
  defineLabeler,
  InferenceLoop,
  inlineTrainer,
  type Logger,
  type MessageBus,
  OrchestratorConfig,
  type OrchestratorConfigInput,
  readBars,
  replay,
  SILENT,
  SignalEvent,
  type Sizer,
  simulateMarket,
  startTrainingWorker,
} from '../../src/index.ts';
import { MemoryBus, MemoryJournal } from '../../src/testing/index.ts';

/** A program that embeds the package, in which every function that it hands in fails: `faulty-callbacks-child.ts throws|rejects`. */
const fail: (...values: unknown[]) => never =
  process.argv[2] === 'throws'
    ? () => {
        throw new Error('a fault of the caller');
      }
    : (((): unknown => Promise.reject(new Error('a fault of the caller'))) as () => never);

const directory = mkdtempSync(join(tmpdir(), 'ml4t-faulty-'));
const { bars } = simulateMarket({ nBars: 2500, edge: 0.2, breakAt: null, seed: 21 });
const logger: Logger = { info: fail, warn: fail };
const sizer = { size: fail } as unknown as Sizer;
let nFiles = 0;

function configOf(input: OrchestratorConfigInput = {}): OrchestratorConfig {
  const name = `${nFiles++}`;
  return OrchestratorConfig({
    modelPath: join(directory, `${name}.onnx`),
    forest: { nEstimators: 15 },
    redisEnabled: false,
    server: { dataDir: join(directory, name), port: 0 },
    ...input,
  });
}

function eventAt(end: number): SignalEvent {
  const window = bars.slice(end - 99, end + 1);
  return new SignalEvent({ instrumentId: 'SIM', signal: 1, timestamp: window.tsEvent[99], bars: window });
}

class FaultyJournal extends MemoryJournal {
  override append(): Promise<void> {
    return fail();
  }
}

class FaultyBus extends MemoryBus {
  override start: MessageBus['start'] = fail;
}

/** Each uses what fails; what it throws itself is caught, as a caller does. */
const USES: Readonly<Record<string, () => Promise<unknown>>> = {
  training: async () => {
    const orchestrator = createOrchestrator(configOf(), { logger, workers: 1, sizer });
    await orchestrator.train(bars, { onProgress: fail });
    orchestrator.processSignal(eventAt(2000));
    replay(orchestrator, bars, { instrumentId: 'SIM', side: null, onProgress: fail });
    try {
      replay(orchestrator, bars, { instrumentId: 'SIM', side: null, onSignal: fail });
    } finally {
      await orchestrator.stop();
    }
  },
  trainer: async () => {
    const trainer = inlineTrainer();
    await trainer.train({ instruments: [{ instrument: null, bars, side: null }], config: configOf() }, fail);
  },
  features: async () => {
    const features = [defineFeature({ name: 'mine', lookback: 2, compute: fail })];
    const config = configOf({ featureNames: ['mine', 'momentum'] });
    await createOrchestrator(config, { logger, features, trainer: inlineTrainer() }).train(bars);
  },
  labeler: async () => {
    const labeler = defineLabeler({ name: 'mine', maxHoldingBars: 5, open: fail, resolve: fail });
    const service = await createSignalService(configOf(), { logger, labeler });
    try {
      await service.submit(eventAt(300));
      service.addBars('SIM', bars.slice(301, 400));
      service.recentSignals(null, 10);
      await pause(20);
    } finally {
      await service.stop();
    }
  },
  openLabeler: async () => {
    const labeler = defineLabeler({ name: 'mine', maxHoldingBars: 5, open: () => 1, resolve: fail, barriers: fail });
    const service = await createSignalService(configOf(), { logger, labeler });
    try {
      await service.submit(eventAt(300));
      service.recentSignals(null, 10);
      service.addBars('SIM', bars.slice(301, 400));
      await pause(20);
    } finally {
      await service.stop();
    }
  },
  inference: async () => {
    const config = configOf();
    const orchestrator = createOrchestrator(config, { logger: SILENT, workers: 1 });
    const { model } = await orchestrator.train(bars);
    const loop = new InferenceLoop({ config, clock: { monotonicNs: () => 0 }, logger });
    loop.noteMissingModel('none yet');
    loop.swapModel(model);
    loop.infer(eventAt(2000));
    await orchestrator.stop();
  },
  files: async () => {
    const path = join(directory, 'bars.csv');
    const rows = Array.from({ length: 300 }, (_, i) => `${bars.tsEvent[i]},1,1,1,1,1`);
    writeFileSync(path, `timestamp,open,high,low,close,volume\n${rows.join('\n')}\n`);
    await readBars(path, { onProgress: fail });
  },
  subscribers: async () => {
    const service = await createSignalService(configOf(), { logger, sizer });
    service.on('enriched', fail);
    service.subscribe(fail);
    service.onLatency(fail);
    await service.submit(eventAt(300));
    await service.stop();
  },
  clock: async () => {
    let isFaulty = false;
    const read = (): number => (isFaulty ? fail() : performance.now());
    const clock = { monotonicNs: read, nowMs: read };
    const service = await createSignalService(configOf(), { logger, clock });
    isFaulty = true;
    try {
      await service.submit(eventAt(300));
    } finally {
      isFaulty = false;
      await service.stop();
    }
  },
  journal: async () => {
    const service = await createSignalService(configOf(), { logger, journal: new FaultyJournal() });
    try {
      await service.submit(eventAt(300));
    } finally {
      await service.stop();
    }
  },
  bus: async () => {
    const live = await createLiveService(configOf(), { logger, bus: new FaultyBus() });
    try {
      await live.listen();
      await pause(20);
    } finally {
      await live.close();
    }
  },
  worker: async () => {
    startTrainingWorker(configOf({ redis: { url: 'redis://127.0.0.1:1' } }), { logger, workers: 1 }).catch(
      () => undefined,
    );
    await pause(1500); // it goes on to look for its server
  },
};

for (const [name, use] of Object.entries(USES)) {
  const end = await use().then(
    () => 'done',
    (error: Error) => `caught ${error.message}`,
  );
  await pause(50); // what nobody waits for has rejected by then
  process.stdout.write(`${name}: ${end}\n`);
}
rmSync(directory, { recursive: true, force: true });
process.stdout.write('alive\n');
process.exit(0);
