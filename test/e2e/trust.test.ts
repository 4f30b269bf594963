import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLiveService, type LiveProcess } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { openJournal } from '../../src/journal/index.ts';
import { readModel } from '../../src/model/onnx/index.ts';
import { trustFigures } from '../../src/monitoring/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { sha256 } from '../../src/runtime/index.ts';
import { outcomeEntry, SETTINGS, signalEntry, WINDOW } from '../../src/testing/journal/sample-entries.ts';
import { trustSchema, type WireTrust } from '../../src/wire/index.ts';
import { drawnOutcomes, drawnPromises } from '../support/drawn-promises.ts';
import { get } from '../support/live-server.ts';
import { smallModelBytes } from '../support/live-service.ts';

const DRAW = { n: 600, promise: 0.3, kept: 0.8 };
const root = mkdtempSync(join(tmpdir(), 'trust-'));
const modelPath = join(root, 'model.onnx');
const dataDir = join(root, 'data');
let version = '';
let live: LiveProcess;

beforeAll(() => {
  writeFileSync(modelPath, smallModelBytes());
  ({ version } = readModel(smallModelBytes(), { sha256 }));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Writes what a service would have recorded: answers of the model, some of another one, and how they ended. */
async function record(rows: ReturnType<typeof drawnPromises>, first: number): Promise<void> {
  const journal = await openJournal({ directory: dataDir, durability: 'process', maxQueue: 10_000, logger: SILENT });
  const written: Promise<void>[] = [];
  if (first === 0) for (const entry of [SETTINGS, WINDOW]) written.push(journal.append(entry, false));
  for (const [i, row] of rows.entries()) {
    const k = first + i;
    const { isTaken: take, baseRate, expectedR, risk, entryTs, exitTs, label, confidence, costBps, excess } = row;
    const expectedBps = 1e4 * (risk ?? 0) * (expectedR ?? 0);
    const answer = JSON.stringify({
      base_rate: baseRate,
      expected_r: expectedR,
      expected_return_bps: expectedBps,
      take,
    });
    const { trade } = signalEntry(k);
    const opened = trade === null ? null : { ...trade, entryTs, costBps };
    written.push(journal.append(signalEntry(k, { modelVersion: version, confidence, answer, trade: opened }), false));
    const end = { modelVersion: version, confidence, label, excess, exitTs, entryTs, costBps } as const;
    written.push(journal.append(outcomeEntry(k, end), false));
  }
  await Promise.all(written);
  await journal.close();
}

async function ask(): Promise<WireTrust> {
  const config = OrchestratorConfig({ redisEnabled: false, modelPath, server: { port: 0, dataDir } });
  live = await createLiveService(config, { logger: SILENT });
  try {
    const { url } = await live.listen();
    const { status, text } = await get(`${url}/v1/trust`);
    expect(status, text).toBe(200);
    return trustSchema.parse(JSON.parse(text));
  } finally {
    await live.close();
  }
}

test('what a model promised and what came of it is told out of the journal, the same after every restart', async () => {
  const rows = drawnPromises(21, DRAW);
  await record(rows.slice(0, 500), 0);
  const first = await ask();
  expect(first.model_version).toBe(version);
  expect(first.figures?.n_outcomes, 'more than are computed at once').toBe(500);
  expect([first.n_computed, first.n_recorded]).toEqual([500, 500]);
  expect(await ask(), 'after a restart').toEqual({ ...first, as_of: expect.any(String) });
  await record(rows.slice(500), 500);
  const { figures, verdict, models, features } = await ask();
  const expected = trustFigures(drawnOutcomes(21, DRAW));
  expect(figures?.n_outcomes).toBe(600);
  for (const [name, own] of [
    ['taken', expected.taken],
    ['judged', expected.judged],
  ] as const) {
    const found = figures?.[name];
    expect(found?.n).toBe(own.n);
    expect(found?.realised_r.mean).toBeCloseTo(own.realisedR.mean ?? Number.NaN, 9);
    expect(found?.realised_r.low).toBeCloseTo(own.realisedR.low ?? Number.NaN, 9);
    expect(found?.gap_r.lag).toBe(own.gapR.lag);
    expect(found?.skill?.skill).toBeCloseTo(own.skill?.skill ?? Number.NaN, 12);
  }
  expect(verdict).toBe('keeps');
  expect(features, 'no signal came since the start').toBeNull();
  expect(models).toMatchObject([
    { version, parent: null, served: [{ end: 'serves', why: 'adopted from model_path' }] },
  ]);
});
