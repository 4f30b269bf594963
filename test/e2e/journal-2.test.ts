import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  createDecisionReader,
  createLiveService,
  type LiveProcess,
  readSettings,
  verifyJournal,
} from '../../src/app/index.ts';
import type { OrchestratorConfig } from '../../src/config/index.ts';
import { BarSeries } from '../../src/domain/index.ts';
import { SILENT } from '../../src/ports/index.ts';

const GOLDEN = fileURLToPath(new URL('../golden/journal-2', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'journal-2-'));
const untouched = join(root, 'untouched');
const directory = join(root, 'data');
/** In the settings of that time, which took it off every return. */
const COST_BPS = 2.5;

interface Told {
  readonly outcome: Readonly<Record<string, unknown>> | null;
  readonly barriers: Readonly<Record<string, unknown>> | null;
}
/** What the program of version 2 answered on this very directory. */
interface Answers {
  readonly signals: Readonly<Record<string, Told>>;
  readonly identical: Readonly<Record<string, boolean>>;
  readonly later: readonly Readonly<Record<string, number | string>>[];
}
const golden = JSON.parse(gunzipSync(readFileSync(join(GOLDEN, 'answers.json.gz'))).toString('utf8')) as Answers;
const openIds = Object.keys(golden.signals).filter((id) => golden.signals[id].barriers !== null);

function layOut(to: string): void {
  cpSync(GOLDEN, to, { recursive: true });
  writeFileSync(join(to, 'ml4t.db'), gunzipSync(readFileSync(join(GOLDEN, 'ml4t.db.gz'))));
}

function settingsFor(dataDir: string): Promise<OrchestratorConfig> {
  const assignments = ['redis_enabled=false', 'server.port=0', `server.data_dir=${dataDir}`];
  return readSettings({ file: join(dataDir, 'ml4t.yaml'), environment: {}, assignments });
}

function rowsOf(path: string, query: string): Record<string, unknown>[] {
  const db = new DatabaseSync(path, { readOnly: true, readBigInts: true });
  try {
    return db.prepare(query).all();
  } finally {
    db.close();
  }
}

/** JSON as the golden has it: long integers as `int:` and their digits. */
function parse(text: string): unknown {
  return JSON.parse(text, (_key, value, context?: { readonly source?: string }) =>
    typeof value === 'number' && /^-?\d{16,}$/.test(context?.source ?? '') ? `int:${context?.source}` : value,
  );
}

let live: LiveProcess;
let url = '';
async function detailOf(id: string): Promise<Record<string, unknown> & Told> {
  const { bars, ...detail } = parse(await (await fetch(`${url}/v1/signals/${id}`)).text()) as Record<string, unknown>;
  const n = (bars as { ts_event: unknown[] }).ts_event.length;
  const sha256 = createHash('sha256').update(JSON.stringify(bars)).digest('hex');
  return { ...detail, bars: { n, sha256 } } as unknown as Record<string, unknown> & Told;
}

beforeAll(async () => {
  layOut(untouched);
  layOut(directory);
  live = await createLiveService(await settingsFor(directory), { logger: SILENT });
  ({ url } = await live.listen());
});
afterAll(async () => {
  await live.close();
  rmSync(root, { recursive: true, force: true });
});

test('every signal is told as before; old outcomes keep their net return, and say so and what it cost', async () => {
  for (const [id, { outcome, ...expected }] of Object.entries(golden.signals)) {
    const told = await detailOf(id);
    expect(told, id).toMatchObject(expected);
    const net = outcome !== null && outcome.return !== null;
    const terms = { net, cost_bps: COST_BPS, coin: null, excess: null };
    expect(told.outcome, id).toEqual(outcome === null ? null : { ...outcome, ...terms });
  }
});

test('a repeated report of that time changes nothing; another one is refused', async () => {
  const entries = Object.entries(golden.signals).filter(([, { outcome }]) => outcome?.outcome === 'told');
  expect(entries.length).toBeGreaterThan(3);
  for (const [signalId, { outcome }] of entries) {
    const report = (tradeReturn: number): Promise<unknown> =>
      live.service.recordOutcome({ signalId, label: null, tradeReturn, exitTs: null });
    const { label, return: told } = outcome as { label: number; return: number };
    if ((told > 0 ? 1 : 0) === label) await report(told);
    await expect(report(told + 0.001), signalId).rejects.toMatchObject({ code: 'OUTCOME_CONFLICT' });
  }
});

test.each([
  ['not migrated', untouched],
  ['migrated', directory],
])('every recorded decision is recomputed to the last bit, %s', async (_, dataDir) => {
  const reader = await createDecisionReader(await settingsFor(dataDir));
  const identical: Record<string, boolean | undefined> = {};
  for (const id of Object.keys(golden.identical)) identical[id] = (await reader.recompute(id))?.isIdentical;
  reader.close();
  expect(identical).toEqual(golden.identical);
});

test('the journal of version 2 is kept beside it; every row is under its place, and whole', async () => {
  const [before, after] = [join(untouched, 'ml4t.db'), join(directory, 'ml4t.db')];
  expect(rowsOf(before, 'PRAGMA user_version')).toEqual([{ user_version: 2n }]);
  expect(rowsOf(after, 'PRAGMA user_version')).toEqual([{ user_version: 4n }]);
  expect(readdirSync(directory).filter((name) => name.startsWith('ml4t.db.v'))).toEqual(['ml4t.db.v2']);
  for (const table of ['signals', 'bars', 'outcomes', 'models', 'triggers', 'settings', 'totals', 'open_signals']) {
    const all = `SELECT * FROM ${table}`;
    expect(rowsOf(`${after}.v2`, all), table).toEqual(rowsOf(before, all));
  }
  for (const table of ['signals', 'outcomes', 'open_signals']) {
    const rows = `SELECT seq, signal_id FROM ${table} WHERE seq <= ${rowsOf(before, 'SELECT last_seq FROM totals')[0].last_seq}`;
    expect(rowsOf(after, rows), table).toEqual(rowsOf(before, rows));
  }
  expect(await verifyJournal(untouched), 'as it is').toMatchObject({ faults: [] });
  expect(await verifyJournal(directory)).toMatchObject({ faults: [] });
});

test('trades that were open go on at their barriers, on no tick grid, and end with a gross return and the coin', async () => {
  const ofA = openIds.filter((id) => id.startsWith('s-'));
  expect([openIds.length, ofA.length]).toEqual([4, 3]);
  expect(rowsOf(join(directory, 'ml4t.db'), 'SELECT DISTINCT tick_size, cost_bps FROM open_signals')).toEqual([
    { tick_size: null, cost_bps: COST_BPS },
  ]);
  const bars = golden.later.map(({ ts_event, ...bar }) => ({ ...bar, tsEvent: BigInt(String(ts_event).slice(4)) }));
  live.service.addBars('A', BarSeries.fromBars(bars as unknown as Parameters<typeof BarSeries.fromBars>[0]));
  await vi.waitUntil(async () => (await Promise.all(ofA.map(detailOf))).every(({ outcome }) => outcome !== null));
  for (const id of ofA) {
    const { outcome } = await detailOf(id);
    expect(outcome, id).toMatchObject({ net: false, cost_bps: COST_BPS, coin: expect.any(Number) });
    const { return: gross, coin, excess } = outcome as Record<string, number>;
    expect(coin + excess, id).toBeCloseTo(gross, 12);
  }
});
