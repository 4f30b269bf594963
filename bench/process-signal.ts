// `processSignal` for one signal with 100 bars: hot, and cold after 32 MB of other memory were touched between calls.
import { build } from 'hdr-histogram-js';
import { createOrchestrator } from '../src/app/index.ts';
import { OrchestratorConfig } from '../src/config/index.ts';
import { type Side, SignalEvent, WINDOW_BARS } from '../src/domain/index.ts';
import { SILENT } from '../src/ports/index.ts';
import { simulateMarket } from '../src/simulation/index.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const N_CALLS = 200_000;
const N_COLD = 2_000;

const { bars } = simulateMarket({ nBars: 20_000, edge: 0.15, breakAt: null, seed: 1 });
const featureSets = [
  OrchestratorConfig().featureNames,
  [
    'volatility',
    'momentum',
    'regime',
    'trend_strength',
    'normalized_atr',
    'vol_of_vol',
    'mean_reversion',
    'volume_ratio',
    'vpin',
  ],
] as const;

for (const featureNames of featureSets) {
  using directory = temporaryDirectory();
  const config = OrchestratorConfig({ modelPath: directory.file('model.onnx'), featureNames: [...featureNames] });
  const orchestrator = createOrchestrator(config, { logger: SILENT });
  await orchestrator.train(bars);
  const events = Array.from({ length: 4096 }, (_, k) => {
    const end = WINDOW_BARS + k * 4;
    const window = bars.slice(end - WINDOW_BARS, end);
    const timestamp = bars.tsEvent[end - 1];
    return new SignalEvent({ instrumentId: 'SIM', signal: (k % 2 === 0 ? 1 : -1) as Side, timestamp, bars: window });
  });

  const hot = build();
  for (let k = 0; k < N_CALLS * 1.25; k++) {
    const start = process.hrtime.bigint();
    orchestrator.processSignal(events[k % events.length]);
    const elapsed = Number(process.hrtime.bigint() - start);
    if (k >= N_CALLS / 4) hot.recordValue(elapsed);
  }
  const cold = build();
  const trash = new Uint8Array(32 << 20);
  for (let k = 0; k < N_COLD; k++) {
    for (let i = 0; i < trash.length; i += 64) trash[i]++;
    const start = process.hrtime.bigint();
    orchestrator.processSignal(events[k % events.length]);
    cold.recordValue(Number(process.hrtime.bigint() - start));
  }
  const us = (ns: number): string => (ns / 1000).toFixed(1);
  const line = (h: typeof hot): string => [50, 99, 99.9].map((p) => us(h.getValueAtPercentile(p))).join(' / ');
  console.log(`processSignal, ${featureNames.length} features, 100 bars: p50 / p99 / p99.9 µs`);
  console.log(`  hot  ${line(hot)}   max ${us(hot.maxValue)}   n=${hot.totalCount}`);
  console.log(`  cold ${line(cold)}   max ${us(cold.maxValue)}   n=${cold.totalCount} (32 MB touched between calls)`);
  await orchestrator.stop();
}
