import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLiveService, feedBars, OrchestratorConfig, SILENT, simulateMarket } from 'ml4t-orchestrator';
import { barSourceContract } from 'ml4t-orchestrator/testing';
import { barsToWire } from 'ml4t-orchestrator/wire';
import { type Poll, polledBars } from './own/bar-source.ts';

// Bars from a place that is asked for them, here a simulated exchange; over HTTP it would be
// async () => parseLossless(await (await fetch(url)).text())

const { bars } = simulateMarket({ nBars: 200, edge: 0.2, breakAt: null, seed: 1 });

/** Each answer has up to 150 closed bars and is ten bars further on; the second one fails. */
function makeExchange(): Poll {
  let nAsked = 0;
  return async () => {
    nAsked++;
    if (nAsked === 2) throw new Error('the exchange is away');
    const end = Math.min(bars.length, 100 + 10 * nAsked);
    return barsToWire(bars.slice(Math.max(0, end - 150), end));
  };
}

const cases = barSourceContract(async () => {
  const end = new AbortController();
  return {
    instrumentId: 'SIM',
    bars,
    open: () => polledBars('SIM', makeExchange(), { everyMs: 1, signal: end.signal }),
    dispose: async () => end.abort(),
  };
});
for (const { run } of cases) await run();

const directory = mkdtempSync(join(tmpdir(), 'ml4t-example-'));
const config = OrchestratorConfig({
  modelPath: join(directory, 'model.onnx'),
  redisEnabled: false,
  server: { dataDir: join(directory, 'data'), port: 0 },
});
const live = await createLiveService(config, { logger: SILENT });
await live.listen();
const timestamp = bars.tsEvent[bars.length - 1];
const end = new AbortController();
live.service.on('bars', ({ bars: latest }) => {
  if (latest.tsEvent[latest.length - 1] === timestamp) end.abort(); // a bot would go on until it is stopped
});
const nAdded = await feedBars(live.service, polledBars('SIM', makeExchange(), { everyMs: 1, signal: end.signal }));
const { answer, recorded } = await live.service.submit({
  instrumentId: 'SIM',
  signal: 1,
  timestamp,
  bars: null, // judged by the bars that are held
  signalId: 'one',
});
await recorded;
await live.close();

const isLatest = answer.lastBarTs === timestamp;
console.log(
  `contract passed, ${cases.length} cases; live: ${nAdded} bars came, judged by the latest of them: ${isLatest}`,
);
