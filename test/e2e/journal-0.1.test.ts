import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, expect, test, vi } from 'vitest';
import { createSignalService, verifyJournal } from '../../src/app/index.ts';
import { type Cell, checksumOf, TABLES } from '../../src/journal/codec/index.ts';
import { openJournal } from '../../src/journal/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { numbersIn, rowsOf, settingsOf, testDecisions, useGolden } from '../support/golden-journal.ts';
import { runCli } from '../support/run-cli.ts';

const PATIENCE = { timeout: 180_000, interval: 50 };

/** What 0.1 answered on this very directory. */
interface Answers {
  readonly at_start: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly signals: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly came_of_it: { readonly model_version: string };
  readonly unknown: Readonly<Record<string, unknown>>;
  readonly identical: Readonly<Record<string, boolean>>;
}

const journal = useGolden<Answers>('journal-0.1');
const { answers: golden, root, untouched, directory } = journal;

beforeAll(async () => {
  const { service } = journal.live;
  await vi.waitUntil(() => /completed|failed/.test(service.status().retrain?.state ?? ''), PATIENCE);
  await vi.waitUntil(() => service.status().journal.nQueued === 0, PATIENCE);
});

/**
 * Answers without what differs from one start to the next, and from one version to the next: what 0.1 called an edge is said to be its
 * word, and the file of a model trained today has another version and says more.
 */
function settled(answer: unknown): unknown {
  const { triggerId = 'none', modelVersion } = journal.live.service.status().retrain ?? {};
  const text = JSON.stringify(answer)
    .replaceAll(triggerId, 'NEW-TRIGGER')
    .replaceAll(modelVersion ?? 'none', 'NEW-MODEL')
    .replaceAll(golden.came_of_it.model_version, 'NEW-MODEL')
    .replaceAll(COMPARISON_01, COMPARISON)
    .replace(/35 signals of L: .*?; promote/g, 'WORTH; promote');
  return JSON.parse(text, (key, value) => {
    if (key === 'uptime_seconds' || key === 'event_loop_lag_ms' || key === 'baseline_accuracy') return 0;
    if (key === 'n_written') return 'as many as it takes'; // where the detector begins is written too, since
    if (key === 'at' && Date.parse(value) > statSync(untouched).birthtimeMs) return 'NEW';
    if (key === 'verdict' && ['edge', 'no_edge'].includes(value)) return `${value} (0.1)`;
    if (value?.version !== 'NEW-MODEL' || !('auc' in value)) return value;
    const { accuracy: _a, auc: _b, verdict: _c, ...rest } = value;
    return rest;
  });
}

/** 0.1's own sentence about the same challenger, scored on the same events, where it took the default for what is out of distribution. */
const COMPARISON_01 =
  'promote: it is better (p 0.0055, allowed 0.017); log loss 0.3746 against 0.5012, accuracy 0.8500 against 0.8500 on 100 events';
/** Today's, which takes the base rate for those, as the answers do, and is judged by stretches. */
const COMPARISON =
  'promote: it is better (p 0.00091, allowed 0.017); log loss 0.3242 against 0.4654, accuracy 0.8500 against 0.8500 on 100 events';

test('the open retraining is taken up on the instrument it was ordered on, and its forest judges as that of 0.1 did', async () => {
  const { retrain } = journal.live.service.status();
  expect(retrain).toMatchObject({
    instrumentId: 'L',
    resumedFrom: expect.stringMatching(/^[0-9a-f-]{36}$/),
    modelVersion: expect.stringMatching(/^m-[0-9a-f]{16}$/),
    note: expect.stringContaining(COMPARISON),
  });
  expect(JSON.stringify(golden.at_start)).toContain(COMPARISON_01);
  const [taken, cut] = await journal.live.service.triggers(2);
  expect(taken).toMatchObject({ instrumentId: 'L', resumedFrom: cut.triggerId, state: 'completed' });
  expect(cut).toMatchObject({ instrumentId: 'L', resumedFrom: null, state: 'failed' });
});

/** 0.1 had no such view. */
const NEW_SINCE = ['/v1/outcomes'];

test.each(Object.keys(golden.at_start).filter((path) => !NEW_SINCE.includes(path)))(
  'GET %s answers as 0.1 did',
  async (path) => {
    const answer = settled(await journal.get(path)) as Record<string, unknown>;
    const expected = settled(golden.at_start[path]) as Record<string, unknown>;
    // Models are listed by the age of their files, which a copy does not keep.
    for (const { models } of [answer, expected] as { models?: { version: string }[] }[])
      models?.sort((a, b) => (a.version < b.version ? -1 : 1));
    expect(answer).toMatchObject(expected);
  },
);

test('every signal is told as 0.1 told it, with its instrument beside its outcome', async () => {
  for (const [id, expected] of Object.entries(golden.signals)) {
    const detail = await journal.detailOf(id);
    expect(detail, id).toMatchObject(expected);
    const { outcome, enriched } = detail as {
      outcome: { instrument_id: string } | null;
      enriched: { signal_event: { instrument_id: string } };
    };
    expect(outcome?.instrument_id ?? enriched.signal_event.instrument_id, id).toBe(enriched.signal_event.instrument_id);
  }
  const { title: _worded, ...unknown } = golden.unknown; // titles are for people; callers act on the code
  expect(await journal.get('/v1/signals/never-came')).toMatchObject(unknown);
});

test('what 0.1 hid in sentences is in columns, and the sentences say it no more', () => {
  const db = join(directory, 'ml4t.db');
  expect(rowsOf(db, 'PRAGMA user_version')).toEqual([{ user_version: 7n }]);
  const first = rowsOf(
    db,
    "SELECT instrument_id, resumed_from, note FROM triggers WHERE state = 'created' ORDER BY seq",
  );
  const cut = expect.stringMatching(/^[0-9a-f-]{36}$/);
  expect(first.map(({ instrument_id, resumed_from, note }) => [instrument_id, resumed_from, note])).toEqual([
    ['ODD "A"; on "B"; again, for it was interrupted: x\\', null, null],
    ['L', null, expect.stringMatching(/^accuracy is 0\.0200 over the last 100 outcomes/)],
    ['L', null, null],
    ['L', null, '1 new bars are known'],
    ['L', cut, null],
    ['L', null, null],
    ['L', cut, null],
  ]);
  expect(rowsOf(db, 'SELECT count(*) AS n FROM triggers WHERE instrument_id IS NULL')).toEqual([{ n: 0n }]);
  const events = rowsOf(db, 'SELECT event, count(*) AS n FROM models GROUP BY event ORDER BY event');
  expect(events.map(({ event, n }) => [event, Number(n)])).toEqual([
    ['none', 6],
    ['serves', 17],
  ]);
  const judged = rowsOf(db, 'SELECT verdict, attempt, alpha, figures FROM judgements ORDER BY seq');
  expect(judged.map(({ verdict, attempt }) => [verdict, Number(attempt)])).toEqual([
    ['promote', 1],
    ['hold', 1],
    ['promote', 2],
  ]);
  expect(JSON.parse(String(judged[0].figures))).toMatchObject({ nEvents: 100 });
});

test('the journal of 0.1 is kept beside it, for its owner alone, and can be opened', async () => {
  const copy = `${join(directory, 'ml4t.db')}.v1`;
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  expect(rowsOf(copy, 'PRAGMA user_version')).toEqual([{ user_version: 1n }]);
  for (const table of ['signals', 'bars', 'outcomes', 'models', 'triggers', 'settings', 'dead_letters', 'totals']) {
    const all = `SELECT * FROM ${table}`;
    expect(rowsOf(copy, all), table).toEqual(rowsOf(join(untouched, 'ml4t.db'), all));
  }
});

test('the chain of judgements holds before the migration and after it; `ml4t inspect` says so', async () => {
  expect(await verifyJournal(untouched)).toEqual({ nRows: 461, nJudgements: 2, faults: [] });
  expect(rowsOf(join(untouched, 'ml4t.db'), 'PRAGMA user_version'), 'to look changes nothing').toEqual([
    { user_version: 1n },
  ]);
  const after = await runCli(['inspect', directory, '--json']);
  expect(after.code, after.stderr).toBe(0);
  expect(JSON.parse(after.stdout)).toMatchObject({ path: directory, judgements: 3, faults: [] });
});

testDecisions(journal);

test('signals and outcomes have the numbers of their order', async () => {
  const { signals, outcomes } = numbersIn(join(directory, 'ml4t.db'));
  expect(signals).toEqual(signals.map((_, i) => i + 1));
  expect(outcomes).toEqual(outcomes.map((_, i) => i + 1));
  expect([signals.length, outcomes.length]).not.toContain(0);
});

test('a judgement that was changed, its row checksum made anew, is noticed at the start and by `ml4t inspect`', async () => {
  const tampered = join(root, 'tampered');
  journal.layOut(tampered);
  const opened = await openJournal({ directory: tampered, durability: 'process', maxQueue: 10, logger: SILENT });
  await opened.close();
  const table = TABLES.judgements;
  const [seq, ...row] = Object.values(rowsOf(join(tampered, 'ml4t.db'), 'SELECT * FROM judgements ORDER BY seq')[1]);
  const cells = row.slice(0, -1) as Cell[];
  cells[table.at.verdict] = 'promote';
  const db = new DatabaseSync(join(tampered, 'ml4t.db'));
  db.prepare('UPDATE judgements SET verdict = ?, checksum = ? WHERE seq = ?').run(
    'promote',
    checksumOf(table, Number(seq), cells),
    Number(seq),
  );
  db.close();
  const sentence =
    /the chain of judgements is broken at judgement 2 of 2 \(m-\S+ against m-\S+, 2026-\S+Z\): it was changed after it was written; .*restore a copy of the data directory, or start in an empty one/;
  const started = createSignalService(await settingsOf(tampered), { logger: SILENT });
  await expect(started).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED', message: expect.stringMatching(sentence) });
  const inspected = await runCli(['inspect', tampered]);
  expect(inspected.code).toBe(1);
  expect(inspected.stdout).toMatch(sentence);
  const json = await runCli(['inspect', tampered, '--json']);
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout)).toMatchObject({ judgements: 2, faults: [expect.stringMatching(sentence)] });
});

test('a promotion that is refused leaves a journal of 0.1 as it is', async () => {
  const refused = join(root, 'refused');
  journal.layOut(refused);
  const before = readFileSync(join(refused, 'ml4t.db'));
  const run = await runCli(['models', 'promote', 'm-2135faabcda2c140', '--data-dir', refused]);
  expect(run.code).toBe(1);
  expect(run.stderr).toMatch(/may not be promoted: taken back by hand; --force does it anyway/);
  expect(readFileSync(join(refused, 'ml4t.db')).equals(before), 'the journal is as it was').toBe(true);
  expect(readdirSync(refused).filter((name) => name.startsWith('ml4t.db.v'))).toEqual([]);
});

test('a directory without a journal is called that, and not damaged', async () => {
  const empty = mkdtempSync(join(root, 'empty-'));
  const run = await runCli(['inspect', empty]);
  expect(run.code).toBe(1);
  expect(run.stderr).toMatch(/holds no journal/);
  expect(run.stdout).toBe('');
});
