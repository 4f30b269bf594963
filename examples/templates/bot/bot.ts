import { existsSync } from 'node:fs';
import {
  createOrchestrator,
  createSignalService,
  type FeatureDefinition,
  fromModule,
  readSettings,
  simulateMarket,
} from 'ml4t-orchestrator';
import { sideAt } from './signals.ts';

// A bot in one process: it learns from the past, then asks about each signal of the strategy as bars come.
// The simulated market stands for yours: const { bars } = await readBars(['btc.csv']), and your feed in the loop below.

const INSTRUMENT = 'BTCUSDT.BINANCE';
const config = await readSettings({ file: 'ml4t.yaml', environment: process.env, assignments: [] });
const features = await fromModule<readonly FeatureDefinition[]>(new URL('./features.ts', import.meta.url));
const { bars } = simulateMarket({ nBars: 12_000, edge: 0.15, breakAt: null, seed: 7 });
const nPast = 11_000;

if (!existsSync(config.modelPath)) {
  const past = bars.slice(0, nPast);
  const orchestrator = createOrchestrator(config, { features });
  const { metrics } = await orchestrator.train(past, {
    side: Int8Array.from(past.close, (_, i) => sideAt(past.close, i)),
  });
  console.log(`trained ${config.modelPath}, verdict: ${metrics.verdict}`);
  await orchestrator.stop();
}

const service = await createSignalService(config, { features });
let [nSignals, nTaken, nEnded] = [0, 0, 0];
service.on('outcome', () => {
  nEnded++;
});
await service.addBars(INSTRUMENT, bars.slice(nPast - 200, nPast)).recorded;
for (let i = nPast; i < bars.length; i++) {
  await service.addBars(INSTRUMENT, bars.slice(i, i + 1)).recorded; // a bar has closed
  const side = sideAt(bars.close, i);
  if (side === 0) continue;
  const { answer } = await service.submit({
    instrumentId: INSTRUMENT,
    signal: side,
    timestamp: bars.tsEvent[i],
    bars: null, // the held ones
    signalId: `${INSTRUMENT}-${bars.tsEvent[i]}`,
  });
  nSignals++;
  if (answer.take === true) nTaken++; // here you would trade answer.size of your capital, which has the sign of the side
  console.log(
    new Date(Number(bars.tsEvent[i] / 1_000_000n)).toISOString(),
    side,
    answer.take,
    answer.takeReason,
    answer.size,
  );
}
await service.stop();
console.log(`${nSignals} signals, ${nTaken} taken, ${nEnded} ended`);
