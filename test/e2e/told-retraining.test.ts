import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLiveService, type LiveProcess } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { stringifyLossless } from '../../src/core/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { barsToWire } from '../../src/wire/index.ts';

/** Bars between an entry and the exit that is reported: no barrier ends trades there. */
const HELD = 4;
const EVERY = 6;
const N_BARS = 1500;
const { bars } = simulateMarket({ nBars: N_BARS, edge: 0.3, breakAt: null, seed: 41 });
const directory = mkdtempSync(join(tmpdir(), 'told-retraining-'));
const config = OrchestratorConfig({
  redisEnabled: false,
  labels: { kind: 'given' },
  forest: { nEstimators: 8 },
  walkForward: { nFolds: 3 },
  retrain: { cooldownSeconds: 0, holdoutEvents: 100 },
  modelPath: join(directory, 'none.onnx'),
  server: { port: 0, dataDir: join(directory, 'data') },
});
let live: LiveProcess;
let url: string;

beforeAll(async () => {
  live = await createLiveService(config, { logger: SILENT });
  ({ url } = await live.listen());
});
afterAll(async () => {
  await live.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Posts, and again where a slow machine is asked for patience. */
async function post(path: string, body: unknown): Promise<Record<string, unknown>> {
  const text = stringifyLossless(body);
  const headers = { 'content-type': 'application/json' };
  let response = await fetch(`${url}${path}`, { method: 'POST', headers, body: text });
  while (response.status === 429) {
    await setTimeout(200);
    response = await fetch(`${url}${path}`, { method: 'POST', headers, body: text });
  }
  const answer = await response.text();
  expect(response.ok, `${path}: ${answer}`).toBe(true);
  return JSON.parse(answer) as Record<string, unknown>;
}

/** A retraining as the service lists it. */
interface Trigger {
  readonly trigger_id: string;
  readonly state: string;
  readonly model_version: string | null;
  readonly moves: readonly { readonly note: string | null }[];
}

/** The end of a retraining that was asked for, with what its last move says. */
async function retrained(): Promise<Trigger & { readonly note: string }> {
  const { trigger_id: id } = await post('/v1/retrain', { instrument_id: 'SIM' });
  const found = async (): Promise<Trigger | undefined> => {
    const response = await fetch(`${url}/v1/retrain-triggers`);
    const { triggers } = (await response.json()) as { readonly triggers: readonly Trigger[] };
    return triggers.find(({ trigger_id: each }) => each === id);
  };
  await expect
    .poll(async () => (await found())?.state, { timeout: 120_000, interval: 200 })
    .toMatch(/completed|failed/);
  const trigger = (await found()) ?? expect.unreachable();
  return { ...trigger, note: trigger.moves.at(-1)?.note ?? '' };
}

/** Bars and signals up to a bar, as they come live: the outcome of a signal is reported when its trade is closed. */
async function play(from: number, to: number, reported: (bar: number) => object): Promise<void> {
  const signals: number[] = [];
  for (let i = from; i < to; i++) {
    await live.service.addBars('SIM', bars.slice(i, i + 1)).recorded;
    if (i < 110 || i % EVERY !== 0 || i + HELD >= N_BARS) continue;
    signals.push(i);
    await post('/v1/signals', {
      instrument_id: 'SIM',
      signal: i % 4 === 0 ? 1 : -1,
      timestamp: bars.tsEvent[i],
      signal_id: `at-${i}`,
    });
  }
  await post(`/v1/bars/SIM`, barsToWire(bars.slice(to - 1, to))); // again: it changes nothing
  for (const i of signals) await post('/v1/outcomes', { signal_id: `at-${i}`, ...reported(i) });
}

const sideAt = (bar: number): number => (bar % 4 === 0 ? 1 : -1);
const returnAt = (bar: number): number => sideAt(bar) * (bars.close[bar + HELD] / bars.close[bar] - 1);

test('a service learns from the outcomes that are reported to it', async () => {
  await play(0, 400, (bar) => ({ label: returnAt(bar) > 0 ? 1 : 0 }));
  const early = await retrained();
  expect(early).toMatchObject({ state: 'failed', model_version: null });
  expect(early.note).toMatch(
    /^labels\.kind is given: a retraining needs at least 100 reported outcomes, the journal has 0, with \d+ reported outcomes left out: \d+ without a return; report more of them, with return and ts_exit \(POST \/v1\/outcomes\)$/,
  );

  await play(400, N_BARS, (bar) => ({ return: returnAt(bar), ts_exit: bars.tsEvent[bar + HELD] }));
  const first = await retrained();
  expect(first.state, first.note).toBe('completed');
  expect(first.note).toMatch(
    /^\d+ signals of SIM \(with reported outcomes: what the other side would have earned is unknown \(coin: unknown\), so their timing is not judged; \d+ reported outcomes left out: \d+ without a return\): .*; it serves, for none did$/,
  );
  expect(live.service.status().modelVersion, 'it was swapped in').toBe(first.model_version);
  const { serving } = (await (await fetch(`${url}/v1/status`)).json()) as { serving: { version: string } };
  expect(serving.version).toBe(first.model_version);

  const { signal_id: id } = await post('/v1/signals', {
    instrument_id: 'SIM',
    signal: 1,
    timestamp: bars.tsEvent[N_BARS - 1],
  });
  expect(id).toContain('SIM');
  const { enriched } = (await (await fetch(`${url}/v1/signals/${encodeURIComponent(String(id))}`)).json()) as {
    enriched: Record<string, unknown>;
  };
  expect(enriched).toMatchObject({ model_version: first.model_version, risk_distance: null });

  const second = await retrained();
  expect(second, 'the same outcomes once more').toMatchObject({ state: 'completed' });
  expect(second.note, 'it says why it does not serve').toMatch(
    /it is the model that serves|trained on the events that would judge it/,
  );
  expect(live.service.status().modelVersion).toBe(first.model_version);
});
