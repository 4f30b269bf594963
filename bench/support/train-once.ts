// One training by a built checkout, in this process: DIR BARS WORKERS. Prints what it took as JSON.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { createOrchestrator } from '../../src/app/index.ts';
import type { OrchestratorConfig } from '../../src/config/index.ts';
import type { simulateMarket } from '../../src/simulation/index.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const [directory, nBars, workers] = process.argv.slice(2);
const load = (file: string): Promise<unknown> => import(pathToFileURL(resolve(directory, 'dist', file)).href);
const library = (await load('index.js')) as {
  createOrchestrator: typeof createOrchestrator;
  OrchestratorConfig: typeof OrchestratorConfig;
};
const simulation = (await load(join('simulation', 'index.js'))) as { simulateMarket: typeof simulateMarket };

using files = temporaryDirectory();
const modelPath = files.file('model.onnx');
const { bars } = simulation.simulateMarket({ nBars: Number(nBars), edge: 0.1, breakAt: null, seed: 5 });
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const orchestrator = library.createOrchestrator(library.OrchestratorConfig({ modelPath }), {
  logger: silent,
  workers: Number(workers),
});
const cpuBefore = process.cpuUsage();
const start = performance.now();
const { nSamples } = await orchestrator.train(bars);
const ms = performance.now() - start;
const { user, system } = process.cpuUsage(cpuBefore);
await orchestrator.stop();
const hash = createHash('sha256').update(readFileSync(modelPath)).digest('hex').slice(0, 12);
const peakMb = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ ms, cpuMs: (user + system) / 1000, peakMb, nSamples, hash }));
