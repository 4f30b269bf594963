// `processSignal` of a build for signals with 100 bars: DIR FEATURE,…. Started by `in-turn.ts`.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { createOrchestrator } from '../../src/app/index.ts';
import type { OrchestratorConfig } from '../../src/config/index.ts';
import type { FeatureName, Side, SignalEvent } from '../../src/domain/index.ts';
import type { simulateMarket } from '../../src/simulation/index.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { serveWindows } from './windows.ts';

/** The part of a build's library that is used here. */
interface Library {
  readonly createOrchestrator: typeof createOrchestrator;
  readonly OrchestratorConfig: typeof OrchestratorConfig;
  readonly SignalEvent: typeof SignalEvent;
  readonly simulateMarket: typeof simulateMarket;
}

const N_SIGNALS = 4096;
const N_BARS = 100;

const [directory, names] = process.argv.slice(2);
const load = (file: string): Promise<Partial<Library>> => import(pathToFileURL(resolve(directory, 'dist', file)).href);
const library = {
  ...(await load('simulation/index.js')),
  ...(await load('domain/index.js')),
  ...(await load('index.js')),
} as Library;
const { bars } = library.simulateMarket({ nBars: 20_000, edge: 0.15, breakAt: null, seed: 1 });
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const files = temporaryDirectory();
const featureNames = names.split(',') as FeatureName[];
const config = library.OrchestratorConfig({ modelPath: files.file('model.onnx'), featureNames });
const orchestrator = library.createOrchestrator(config, { logger: silent });
await orchestrator.train(bars);
files[Symbol.dispose]();
const events = Array.from({ length: N_SIGNALS }, (_, k) => {
  const end = N_BARS + k * 4;
  const timestamp = bars.tsEvent[end - 1];
  const signal: Side = k % 2 === 0 ? 1 : -1;
  return new library.SignalEvent({ instrumentId: 'SIM', signal, timestamp, bars: bars.slice(end - N_BARS, end) });
});
serveWindows((k) => orchestrator.processSignal(events[k % N_SIGNALS]).metaConfidence);
