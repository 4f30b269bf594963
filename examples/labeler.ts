import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createLiveService,
  createOrchestrator,
  fromModule,
  type Labeler,
  OrchestratorConfig,
  SILENT,
  simulateMarket,
} from 'ml4t-orchestrator';
import { labelerContract } from 'ml4t-orchestrator/testing';

// A labeler of your own: a model learns its labels, and a live signal is followed to its outcome by the same rule.

const labeler = await fromModule<Labeler>(new URL('./own/labeler.ts', import.meta.url));

const cases = labelerContract(labeler.value);
for (const { run } of cases) await run();

const directory = mkdtempSync(join(tmpdir(), 'ml4t-example-'));
const config = OrchestratorConfig({
  modelPath: join(directory, 'model.onnx'),
  redisEnabled: false,
  server: { dataDir: join(directory, 'data'), port: 0 },
});
const { bars } = simulateMarket({ nBars: 3000, edge: 0.2, breakAt: null, seed: 1 });

const orchestrator = createOrchestrator(config, { labeler, logger: SILENT });
await orchestrator.train(bars);
await orchestrator.stop();

const live = await createLiveService(config, { labeler, logger: SILENT });
await live.listen();
const outcomes: string[] = [];
live.service.on('outcome', ({ outcome }) => void outcomes.push(`${outcome.outcome}, label ${outcome.label}`));
const window = bars.slice(2800, 2900);
const { answer, recorded } = await live.service.submit({
  instrumentId: 'SIM',
  signal: 1,
  timestamp: window.tsEvent[window.length - 1],
  bars: window,
  signalId: 'one',
});
await recorded;
await live.service.addBars('SIM', bars.slice(2900, 2905)).recorded; // the five bars after the signal
await live.close();

console.log(
  `contract passed, ${cases.length} cases; live: answered by the ${answer.source}, outcome ${outcomes.join()}`,
);
