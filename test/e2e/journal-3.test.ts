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

const GOLDEN = fileURLToPath(new URL('../golden/journal-3', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'journal-3-'));
const untouched = join(root, 'untouched');
const directory = join(root, 'data');

/** What the program of version 3 answered on this very directory. */
interface Answers {
  readonly signals: Readonly<Record<string, { readonly outcome: unknown; readonly barriers: unknown }>>;
  readonly identical: Readonly<Record<string, boolean>>;
  readonly later: readonly Readonly<Record<string, number | string>>[];
}
const golden = JSON.parse(gunzipSync(readFileSync(join(GOLDEN, 'answers.json.gz'))).toString('utf8')) as Answers;
/** Its prices are flat, so that its trade has no barriers: that is found, and written, at the next start. */
const FLAT_PRICES = 'C:1577913600000000000:1';
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
async function detailOf(id: string): Promise<Record<string, unknown>> {
  const text = await (await fetch(`${url}/v1/signals/${encodeURIComponent(id)}`)).text();
  const { bars, ...detail } = parse(text) as Record<string, unknown>;
  const n = (bars as { ts_event: unknown[] }).ts_event.length;
  const sha256 = createHash('sha256').update(JSON.stringify(bars)).digest('hex');
  return { ...detail, bars: { n, sha256 } };
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

test('every signal is told as before', async () => {
  for (const [id, expected] of Object.entries(golden.signals)) {
    const { outcome, barriers, ...rest } = expected;
    const told = await detailOf(id);
    expect(told, id).toMatchObject(id === FLAT_PRICES ? rest : expected);
    if (id === FLAT_PRICES) expect([outcome, told.outcome]).toMatchObject([null, { outcome: 'unresolvable' }]);
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

test('the journal of version 3 is kept beside it; every row is under its place, whole, and has the strength 1', async () => {
  const [before, after] = [join(untouched, 'ml4t.db'), join(directory, 'ml4t.db')];
  expect(rowsOf(before, 'PRAGMA user_version')).toEqual([{ user_version: 3n }]);
  expect(rowsOf(after, 'PRAGMA user_version')).toEqual([{ user_version: 4n }]);
  expect(readdirSync(directory).filter((name) => name.startsWith('ml4t.db.v'))).toEqual(['ml4t.db.v3']);
  for (const table of ['signals', 'bars', 'outcomes', 'models', 'triggers', 'settings', 'totals', 'open_signals']) {
    const all = `SELECT * FROM ${table}`;
    expect(rowsOf(`${after}.v3`, all), table).toEqual(rowsOf(before, all));
  }
  const without = ({ checksum: _, ...row }: Record<string, unknown>) => row;
  const signals = rowsOf(before, 'SELECT * FROM signals').map((row) => ({ ...without(row), strength: 1 }));
  expect(rowsOf(after, 'SELECT * FROM signals').map(without)).toEqual(signals);
  for (const table of ['outcomes', 'open_signals']) {
    const others = `SELECT * FROM ${table} WHERE signal_id <> '${FLAT_PRICES}'`;
    expect(rowsOf(after, others), table).toEqual(rowsOf(before, others));
  }
  expect(await verifyJournal(untouched), 'as it is').toMatchObject({ faults: [] });
  expect(await verifyJournal(directory)).toMatchObject({ faults: [] });
});

test('trades that were open go on at their barriers and terms', async () => {
  const ofA = openIds.filter((id) => id.startsWith('s-'));
  expect(ofA.length).toBeGreaterThan(0);
  const bars = golden.later.map(({ ts_event, ...bar }) => ({ ...bar, tsEvent: BigInt(String(ts_event).slice(4)) }));
  live.service.addBars('A', BarSeries.fromBars(bars as unknown as Parameters<typeof BarSeries.fromBars>[0]));
  await vi.waitUntil(async () => (await Promise.all(ofA.map(detailOf))).every(({ outcome }) => outcome !== null));
  for (const id of ofA) {
    const { outcome } = (await detailOf(id)) as { readonly outcome: Record<string, number> };
    expect(outcome, id).toMatchObject({ net: false, cost_bps: 1.5 });
    expect(outcome.coin + outcome.excess, id).toBeCloseTo(outcome.return, 12);
  }
});
