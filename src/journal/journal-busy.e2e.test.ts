import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { type Journal, type Logger, SILENT } from '../ports/index.ts';
import { barsEntry, journalBars, signalEntry } from '../testing/journal/sample-entries.ts';
import { openJournal, verifyJournal } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'busy-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const open = (directory: string, logger: Logger = SILENT): Promise<Journal> =>
  openJournal({ directory, durability: 'process', maxQueue: 1000, logger });

async function idsOf(journal: Journal): Promise<string[]> {
  const ids: string[] = [];
  for await (const some of journal.signalIds()) ids.push(...some);
  return ids.toSorted();
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'written',
    (error: { code: string }) => error.code,
  );

test.each([
  ['a transaction that writes', (db: DatabaseSync) => db.exec('BEGIN IMMEDIATE')],
  ['one that wants the database alone', (db: DatabaseSync) => db.exec('BEGIN EXCLUSIVE')],
])('%s of another program is outlasted, and nothing is lost or written twice', async (_, lock) => {
  const directory = mkdtempSync(join(root, 'held-'));
  const journal = await open(directory);
  await journal.append(barsEntry(0, 'A', journalBars(100)), false);
  await journal.append(signalEntry(1), true);
  const other = new DatabaseSync(join(directory, 'ml4t.db'));
  lock(other);
  const kept = journal.append(signalEntry(2), false);
  const dropped = codeOf(journal.append(signalEntry(3), true));
  expect(await dropped).toBe('JOURNAL_BUSY');
  expect(journal.health).toMatchObject({ status: 'busy', reason: expect.stringContaining('another program') });
  expect((await journal.findSignal('signal-1'))?.signalId, 'what is written is read meanwhile').toBe('signal-1');
  other.exec('ROLLBACK');
  await kept;
  expect(journal.health).toMatchObject({ status: 'ok', reason: null });
  await journal.append(signalEntry(3), true);
  await journal.close();
  other.close();
  expect(await verifyJournal(directory)).toMatchObject({ faults: [] });
  const again = await open(directory);
  expect(await idsOf(again)).toEqual(['signal-1', 'signal-2', 'signal-3']);
  await again.close();
});

test('a journal that is held is closed in time, and what it could not write was refused', async () => {
  const directory = mkdtempSync(join(root, 'closing-'));
  const warnings: string[] = [];
  const journal = await open(directory, { info: () => undefined, warn: (line) => void warnings.push(line) });
  const other = new DatabaseSync(join(directory, 'ml4t.db'));
  other.exec('BEGIN IMMEDIATE');
  const kept = codeOf(journal.append(signalEntry(1), false));
  await expect.poll(() => journal.health.status).toBe('busy');
  await journal.close(100);
  expect(await kept).toBe('JOURNAL_FAILED');
  expect(warnings.at(-1)).toMatch(/^the journal is closed, and 1 entries are not in it: another program holds a lock/);
  other.exec('ROLLBACK');
  other.close();
  const again = await open(directory);
  expect(await idsOf(again)).toEqual([]);
  await again.close();
});

test.each(['ANALYZE', 'PRAGMA optimize=0x10002', 'VACUUM', 'REINDEX', 'PRAGMA wal_checkpoint(TRUNCATE)'])(
  'after another program did %s, while it was open and while it was not, it is opened as it was',
  async (sql) => {
    const directory = mkdtempSync(join(root, 'tended-'));
    const journal = await open(directory);
    await journal.append(signalEntry(1), true);
    const tend = (): void => {
      const other = new DatabaseSync(join(directory, 'ml4t.db'));
      other.exec(sql);
      other.close();
    };
    tend();
    await journal.append(signalEntry(2), true);
    await journal.close();
    tend();
    expect(await verifyJournal(directory)).toMatchObject({ faults: [] });
    const again = await open(directory);
    await again.append(signalEntry(3), true);
    expect(await idsOf(again)).toEqual(['signal-1', 'signal-2', 'signal-3']);
    await again.close();
  },
);

test('a journal that is held at the start says so, and not that it is damaged', async () => {
  const directory = mkdtempSync(join(root, 'start-'));
  await (await open(directory)).close();
  const other = new DatabaseSync(join(directory, 'ml4t.db'));
  other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  await expect(open(directory)).rejects.toMatchObject({ code: 'JOURNAL_BUSY' });
  other.exec('ROLLBACK');
  other.close();
  await (await open(directory)).close();
});
