import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createLiveService, createOrchestrator } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { BarSeries } from '../../src/domain/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { findEvents } from '../../src/training/index.ts';
import { submitNow } from '../support/live-service.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-figures-'));
afterAll(() => rmSync(directory, { recursive: true }));

const N_TRAINED = 10_000;
const BREAK = 14_000;
const END = 22_000;
const { bars: market } = simulateMarket({ nBars: END, edge: 0.3, breakAt: BREAK, seed: 5 });

/** Bars with larger moves from the break on, small enough that none is out of distribution. */
function louder(bars: BarSeries): BarSeries {
  const base = bars.close[BREAK];
  const move = (price: number, i: number): number =>
    i < BREAK ? price : base * Math.exp(1.6 * Math.log(price / base));
  return BarSeries.fromBars(
    Array.from({ length: bars.length }, (_, i) => {
      const { open, high, low, close, ...rest } = bars.bar(i);
      return { ...rest, open: move(open, i), high: move(high, i), low: move(low, i), close: move(close, i) };
    }),
  );
}

interface Figures {
  readonly monitor: { readonly baseline_accuracy: number; readonly latest: { readonly accuracy: number } };
  readonly drift: {
    readonly n_signals: number;
    readonly psi: Record<string, number>;
    readonly estimated_accuracy: number;
    readonly gap: { readonly realised: number; readonly gap: number; readonly n_errors: number };
    readonly detectors: readonly { readonly name: string; readonly n_drifts: number }[];
  };
}

test('a break shows in the figures before and after it: psi by feature, the promise, the gap, detectors', async () => {
  const bars = louder(market);
  const config = OrchestratorConfig({
    modelPath: join(directory, 'model.onnx'),
    redisEnabled: false,
    server: { dataDir: join(directory, 'data'), port: 0 },
    retrain: { automatic: false },
  });
  const orchestrator = createOrchestrator(config, { logger: SILENT });
  await orchestrator.train(bars.slice(0, N_TRAINED));
  const live = await createLiveService(config, { logger: SILENT });
  const { url } = await live.listen();
  const states: string[] = [];
  live.service.subscribe(({ type, text }) => void (type === 'state' && states.push(text)));
  const figures = async (): Promise<Figures> => (await (await fetch(`${url}/v1/status`)).json()) as Figures;

  const { index, side } = findEvents(bars, null, config);
  const sideAt = new Map(Array.from(index, (bar, k) => [bar, side[k]]));
  const feed = async (from: number, to: number): Promise<void> => {
    for (let i = from; i < to; i++) {
      live.service.addBars('SIM', bars.slice(i, i + 1));
      const signal = sideAt.get(i);
      if (signal === undefined) continue;
      const base = {
        signalId: null,
        instrumentId: 'SIM',
        signal: signal as -1 | 1,
        timestamp: bars.tsEvent[i],
        bars: null,
      };
      submitNow(live.service, base, { transport: 'library', receivedNs: 0, waitedMs: 0, durable: false });
      if (i % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 1)); // the journal writes meanwhile
    }
  };
  live.service.addBars('SIM', bars.slice(N_TRAINED - 500, N_TRAINED));
  await feed(N_TRAINED, BREAK);
  const before = await figures();
  await feed(BREAK, END);
  const after = await figures();
  const metrics = await (await fetch(`${url}/metrics`)).text();
  await live.close();

  expect(before.monitor.baseline_accuracy).toBeGreaterThan(0.55);
  expect(before.drift.n_signals).toBe(1000);
  for (const [name, psi] of Object.entries(before.drift.psi))
    expect(psi, `${name} before the break`).toBeLessThan(0.25);
  expect(Math.abs(before.drift.gap.gap), 'promised and realised').toBeLessThan(0.08);

  expect(after.drift.psi.volatility).toBeGreaterThan(0.25);
  expect(after.drift.psi.trend_strength, 'which a louder market does not change').toBeLessThan(0.25);
  expect(after.drift.gap.gap, 'the model is surer than it is right').toBeGreaterThan(before.drift.gap.gap + 0.03);
  expect(after.monitor.latest.accuracy).toBeLessThan(before.monitor.latest.accuracy);
  const drifts = (from: Figures): number => from.drift.detectors.reduce((sum, { n_drifts: n }) => sum + n, 0);
  expect(drifts(after)).toBeGreaterThan(drifts(before));
  expect(states.some((text) => text.includes('"what":"drift"'))).toBe(true);

  expect(metrics).toContain(`ml4t_feature_psi{feature="volatility"} ${after.drift.psi.volatility}`);
  expect(metrics).toContain('ml4t_accuracy{which="baseline"}');
  expect(metrics).toMatch(/ml4t_drifts_total\{detector="\w+"\} [1-9]/);
  expect(metrics).toContain('ml4t_retrainings_total{state="failed"} 0');
});
