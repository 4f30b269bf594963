import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createLiveService,
  createOrchestrator,
  fromModule,
  OrchestratorConfig,
  SILENT,
  simulateMarket,
} from 'ml4t-orchestrator';
import type { Learner } from 'ml4t-orchestrator/model';
import { learnerContract } from 'ml4t-orchestrator/testing';

// A logistic regression in place of the forest, in trainings and in a live service.

const learner = await fromModule<Learner>(new URL('./own/learner.ts', import.meta.url));

const cases = learnerContract(learner);
for (const { run } of cases) await run();

const directory = mkdtempSync(join(tmpdir(), 'ml4t-example-'));
const config = OrchestratorConfig({
  modelPath: join(directory, 'model.onnx'),
  redisEnabled: false,
  server: { dataDir: join(directory, 'data'), port: 0 },
});
const { bars } = simulateMarket({ nBars: 3000, edge: 0.2, breakAt: null, seed: 1 });

const orchestrator = createOrchestrator(config, { learner, logger: SILENT });
const { metrics } = await orchestrator.train(bars);
await orchestrator.stop();

const live = await createLiveService(config, { learner, logger: SILENT });
await live.listen();
const window = bars.slice(2900, 3000);
const { answer, recorded } = await live.service.submit({
  instrumentId: 'SIM',
  signal: 1,
  timestamp: window.tsEvent[window.length - 1],
  bars: window,
  signalId: 'one',
});
await recorded;
await live.close();

console.log(
  `contract passed, ${cases.length} cases; live: answered by the ${answer.source}, which was judged "${metrics.verdict}"`,
);
