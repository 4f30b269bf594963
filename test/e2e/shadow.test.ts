import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { createOrchestrator, createSignalService } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { parseLossless } from '../../src/core/index.ts';
import type { Side } from '../../src/domain/index.ts';
import { readJournal } from '../../src/journal/index.ts';
import { primarySides } from '../../src/labeling/index.ts';
import type { SignalService } from '../../src/live/index.ts';
import { verifyChain } from '../../src/monitoring/promotion-record.ts';
import { SILENT } from '../../src/ports/index.ts';
import { sha256 } from '../../src/runtime/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { submitNow } from '../support/live-service.ts';

const FLIP_AT = 10_000;
const N_BARS = 18_000;
const RETRAIN_AT = 16_000;
const SIGNAL_EVERY = 3;
const WANTED = 150;

test('a proven challenger stands in shadow, over a restart, and serves once it held on live outcomes', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ml4t-shadow-'));
  const { bars } = simulateMarket({ nBars: N_BARS, edge: 0.15, breakAt: null, flipAt: FLIP_AT, seed: 3 });
  const sides = primarySides(bars, 'ema_cross').map((side, i) => (i % SIGNAL_EVERY === 0 ? side : 0));
  const config = OrchestratorConfig({
    modelPath: join(directory, 'first.onnx'),
    server: { dataDir: directory },
    retrain: { shadowOutcomes: WANTED, cooldownSeconds: 1e9 },
  });
  const orchestrator = createOrchestrator(config, { logger: SILENT });
  await orchestrator.train(bars.slice(0, FLIP_AT), { side: sides.subarray(0, FLIP_AT) });
  await orchestrator.stop();

  const states: Record<string, unknown>[] = [];
  const open = async (): Promise<SignalService> => {
    const opened = await createSignalService(config, { logger: SILENT });
    opened.subscribe(({ type, text }) => {
      if (type === 'state') states.push((parseLossless(text) as { state: Record<string, unknown> }).state);
    });
    return opened;
  };
  let service = await open();
  const feed = async (from: number, to: number): Promise<void> => {
    for (let i = from; i < to; i++) {
      service.addBars('SIM', bars.slice(i, i + 1));
      if (sides[i] === 0) continue;
      const isWaited = i >= RETRAIN_AT || i % 30 === 0;
      const signal = sides[i] as Side;
      const message = { signalId: null, instrumentId: 'SIM', signal, timestamp: bars.tsEvent[i], bars: null };
      const origin = { transport: 'library', receivedNs: 0, waitedMs: 0, durable: isWaited } as const;
      const { recorded } = submitNow(service, message, origin);
      if (isWaited) await recorded;
    }
  };
  service.addBars('SIM', bars.slice(FLIP_AT - 200, FLIP_AT));
  await feed(FLIP_AT, RETRAIN_AT);
  const first = service.status().modelVersion;
  expect(service.status().shadow).toBeNull();
  service.retrain(null);
  await expect.poll(() => service.status().retrain?.state).toBe('completed');

  const { retrain, shadow } = service.status();
  expect(retrain?.note).toMatch(/promote: it is better .*; it stands in shadow until 150 live outcomes are known$/);
  expect(shadow).toEqual({ version: retrain?.modelVersion, outcomes: 0, wanted: WANTED });
  expect(service.status().modelVersion, 'it does not serve yet').toBe(first);
  const challenger = shadow?.version ?? '';
  const roles = async (): Promise<unknown> =>
    Object.fromEntries((await service.models()).map((each) => [each.version, [each.isChampion, each.isShadow]]));
  expect(await roles()).toEqual({ [first ?? '']: [true, false], [challenger]: [false, true] });

  await feed(RETRAIN_AT, RETRAIN_AT + 300);
  await expect.poll(() => service.status().shadow?.outcomes).toBeGreaterThan(80);
  await service.stop();
  const seen = service.status().shadow;
  service = await open();
  await expect.poll(() => service.status().shadow, { message: 'the same outcomes after a restart' }).toEqual(seen);
  expect(service.status().modelVersion).toBe(first);

  await feed(RETRAIN_AT + 300, N_BARS);
  await expect.poll(() => service.status().modelVersion).toBe(challenger);
  expect(service.status().shadow).toBeNull();
  expect(await roles()).toEqual({ [first ?? '']: [false, false], [challenger]: [true, false] });
  expect(states.flatMap(({ what, event }) => (what === 'shadow' ? [event] : []))).toEqual([
    `stands in shadow of ${first} until 150 live outcomes are known`,
    expect.stringMatching(/^stands in shadow no more: it serves; promote from shadow: .* on 150 live outcomes$/),
  ]);
  await service.stop();

  const db = new DatabaseSync(join(directory, 'ml4t.db'), { readOnly: true });
  const stood = db.prepare("SELECT event, predecessor FROM models WHERE event LIKE 'shadow%' ORDER BY seq").all();
  db.close();
  expect(stood.map(({ event, predecessor }) => [event, predecessor])).toEqual([
    ['shadow', first],
    ['shadow', first],
    ['shadow_ended', null],
  ]);
  const journal = readJournal(directory);
  const records = journal.judgements();
  journal.close();
  expect(records.map(({ verdict, attempt }) => [verdict, attempt])).toEqual([
    ['promote', 1],
    ['promote', 1],
  ]);
  expect(records[1].figures.nEvents).toBe(WANTED);
  expect(records[1].firstTs, 'none of them was held out').toBeGreaterThan(records[0].lastTs);
  expect(verifyChain(records, sha256)).toBeNull();
  rmSync(directory, { recursive: true });
});
