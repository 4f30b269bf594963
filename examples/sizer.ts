import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOrchestrator, OrchestratorConfig, replay, SILENT, simulateMarket } from 'ml4t-orchestrator';
import { fixedRiskSizer } from './own/sizer.ts';

// A sizer of your own: the model decides what is taken, and the size is yours.

const config = OrchestratorConfig({
  modelPath: join(mkdtempSync(join(tmpdir(), 'ml4t-example-')), 'model.onnx'),
  redisEnabled: false,
  sizing: { trust: 'expected' }, // a small model proves nothing, and `proven` would take nothing
});
const { bars } = simulateMarket({ nBars: 6000, edge: 0.2, breakAt: null, seed: 1 });

const orchestrator = createOrchestrator(config, { sizer: fixedRiskSizer, logger: SILENT });
await orchestrator.train(bars.slice(0, 5000));
const replayed = replay(orchestrator, bars, { instrumentId: 'SIM', side: null, startBar: 5000 });
await orchestrator.stop();

const answers = replayed.map(({ enriched }) => enriched);
const taken = answers.filter(({ take }) => take === true);
const atStop = taken.map(({ size, riskDistance, signalEvent: { bars } }) => {
  const stop = (riskDistance ?? Number.NaN) / bars.close[bars.length - 1];
  return Math.abs(size) * stop;
});
const isSized = answers.every(({ take, size }) => take === true || size === 0);
console.log(
  `${answers.length} signals, ${taken.length} taken, nothing bet on the others: ${isSized}; ` +
    `a stop costs at most ${(100 * Math.max(...atStop)).toFixed(2)} % of capital`,
);
