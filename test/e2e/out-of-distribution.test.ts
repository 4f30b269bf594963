import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createOrchestrator } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { BarSeries, type EnrichedSignalEvent, SignalEvent, WINDOW_BARS } from '../../src/domain/index.ts';
import { decodeModel } from '../../src/model/onnx/decode-model.ts';
import { encodeModel, readModel } from '../../src/model/onnx/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { findEvents } from '../../src/training/index.ts';
import { sha256 } from '../support/small-model.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-ood-'));
afterAll(() => rmSync(directory, { recursive: true }));

const N_TRAINED = 12_000;
const { bars } = simulateMarket({ nBars: 60_000, edge: 0.15, breakAt: null, seed: 11 });
const config = OrchestratorConfig({
  modelPath: join(directory, 'model.onnx'),
  defaultConfidence: 0.4,
  featureNames: [
    'volatility',
    'momentum',
    'regime',
    'trend_strength',
    'normalized_atr',
    'vol_of_vol',
    'volume_ratio',
    'vpin',
  ],
});
const orchestrator = createOrchestrator(config, { logger: SILENT });
await orchestrator.train(bars.slice(0, N_TRAINED));

function judge(window: BarSeries, by = orchestrator, signal: -1 | 1 = 1): EnrichedSignalEvent {
  const timestamp = window.tsEvent[WINDOW_BARS - 1];
  return by.processSignal(new SignalEvent({ instrumentId: 'SIM', signal, timestamp, bars: window }));
}

/** The window that ends at bar `end`, every move of it `times` as large. */
function stretched(end: number, times: number): BarSeries {
  const window = bars.slice(end - WINDOW_BARS + 1, end + 1);
  const base = window.close[0];
  const stretch = (price: number): number => base * Math.exp(times * Math.log(price / base));
  return BarSeries.fromBars(
    Array.from({ length: WINDOW_BARS }, (_, i) => {
      const { open, high, low, close, ...rest } = window.bar(i);
      return { ...rest, open: stretch(open), high: stretch(high), low: stretch(low), close: stretch(close) };
    }),
  );
}

test('of later signals of the same market at most one in a thousand is out of distribution', () => {
  const { index, side } = findEvents(bars, null, config);
  const later = [...index.keys()].filter((k) => index[k] >= N_TRAINED);
  const flagged = later.filter((k) => {
    const window = bars.slice(index[k] - WINDOW_BARS + 1, index[k] + 1);
    return judge(window, orchestrator, side[k] as -1 | 1).source === 'out_of_distribution';
  });
  expect(later.length).toBeGreaterThan(15_000);
  expect(flagged.length / later.length).toBeLessThanOrEqual(0.001);
});

const OUTSIDE = /^\w+ is \S+, far (above|below) \S+, where the training data ends$/;

test.each([
  ['moves twenty times as large', (end: number) => stretched(end, 20), OUTSIDE],
  ['moves a hundredth as large', (end: number) => stretched(end, 0.01), OUTSIDE],
  ['a price that is stuck', (end: number) => stretched(end, 0), /^the bars of the window have no range, so /],
])('%s: the base rate, no trade, and why', (_, make, reason) => {
  const baseRate = orchestrator.inferenceLoop.model?.metadata.decision?.baseRate;
  expect(baseRate).toBeTypeOf('number');
  for (const end of [20_000, 30_000, 40_000]) {
    const enriched = judge(make(end));
    expect(enriched).toMatchObject({ source: 'out_of_distribution', metaConfidence: baseRate, modelAvailable: true });
    expect(enriched).toMatchObject({ take: false, takeReason: 'out_of_distribution', size: 0 });
    expect(enriched.rawConfidence).toBeNull();
    expect(enriched.reason).toMatch(reason);
    expect(enriched.features?.length).toBe(config.featureNames.length);
  }
});

test('it may be switched off, and a file that does not know its training rows flags nothing', async () => {
  const off = createOrchestrator(OrchestratorConfig({ ...config, model: { outOfDistribution: false } }), {
    logger: SILENT,
  });
  await off.start();
  expect(judge(stretched(20_000, 20), off).source).toBe('model');

  const { parts } = decodeModel(readFileSync(config.modelPath), { sha256 });
  const decision = parts.metadata.decision && { ...parts.metadata.decision, risk: null };
  const older = encodeModel({ ...parts, metadata: { ...parts.metadata, featureProfiles: null, decision } }, sha256);
  const unknowing = createOrchestrator(config, { logger: SILENT });
  await unknowing.swapModel(readModel(older, { sha256 }));
  expect(judge(stretched(20_000, 20), unknowing).source).toBe('model');
  expect(judge(bars.slice(19_901, 20_001), unknowing).metaConfidence).toBe(
    judge(bars.slice(19_901, 20_001)).metaConfidence,
  );
});
