import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createLiveService,
  createOrchestrator,
  type FeatureDefinition,
  fromModule,
  OrchestratorConfig,
  SILENT,
  simulateMarket,
} from 'ml4t-orchestrator';
import { featureContract } from 'ml4t-orchestrator/testing';

// Two features of your own: they are trained, judge a live signal, and are recorded with it.

const features = await fromModule<readonly FeatureDefinition[]>(new URL('./own/features.ts', import.meta.url));

const cases = features.value.flatMap((feature) => featureContract(feature));
for (const { run } of cases) await run();

const directory = mkdtempSync(join(tmpdir(), 'ml4t-example-'));
const config = OrchestratorConfig({
  modelPath: join(directory, 'model.onnx'),
  redisEnabled: false,
  server: { dataDir: join(directory, 'data'), port: 0 },
});
const { bars } = simulateMarket({ nBars: 3000, edge: 0.2, breakAt: null, seed: 1 });

const orchestrator = createOrchestrator(config, { features, logger: SILENT });
await orchestrator.train(bars); // saves the model at modelPath
await orchestrator.stop();

const live = await createLiveService(config, { features, logger: SILENT });
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
const { features: judgedBy } = await live.service.explain('one');
await live.close();

console.log(
  `contract passed, ${cases.length} cases; live: answered by the ${answer.source}, which saw ${Object.keys(judgedBy ?? {}).join(', ')}`,
);
