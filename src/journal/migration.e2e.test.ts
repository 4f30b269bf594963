import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { JournalProcess } from '../../test/support/journal-process.ts';
import { SEED_NOTE, TEST_SEED } from '../../test/support/seed.ts';
import { Rng } from '../core/index.ts';
import { type Journal, SILENT } from '../ports/index.ts';
import { type Cell, checksumOf } from './codec/index.ts';
import { openJournal, readJournal, verifyJournal } from './index.ts';
import { MIGRATIONS, migrate } from './store/migrations/index.ts';
import { insertInto } from './store/table-sql.ts';
import { REPLACE_TOTALS, readTotals, totalsRow } from './store/totals.ts';

const GOLDEN = fileURLToPath(new URL('../../test/golden/journal-0.1/ml4t.db.gz', import.meta.url));
const golden = gunzipSync(readFileSync(GOLDEN));
const root = mkdtempSync(join(tmpdir(), 'migration-'));
const LIMITS = { maxInstruments: 1000, heldBars: 2000, maxOpen: 1000, window: 1000, maxAnswers: 1000, maxPoints: 1000 };
const [{ tablesBefore }] = MIGRATIONS;
const TRIGGERS_1 = tablesBefore[6];
/** The version this program writes. */
const TODAY = 7;
const children: JournalProcess[] = [];
let n = 0;
let directory = '';
let path = '';

beforeEach(() => {
  directory = join(root, `${n++}`);
  path = join(directory, 'ml4t.db');
  mkdirSync(directory);
  writeFileSync(path, golden, { mode: 0o600 });
});
afterEach(async () => {
  for (const child of children.splice(0)) await child.dispose();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function open(): Promise<Journal> {
  return openJournal({ directory, durability: 'process', maxQueue: 1000, logger: SILENT });
}

async function openAndClose(): Promise<void> {
  await (await open()).close();
}

function withDatabase<T>(file: string, work: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(file, { readBigInts: true, returnArrays: true });
  try {
    return work(db);
  } finally {
    db.close();
  }
}

const versionOf = (file: string): number =>
  withDatabase(file, (db) => Number((db.prepare('PRAGMA user_version').get() as unknown as bigint[])[0]));

/** Everything in the tables of a version. */
const contents = (file: string, tables = tablesBefore): unknown =>
  withDatabase(file, (db) => tables.map(({ name }) => db.prepare(`SELECT * FROM ${name} ORDER BY seq`).all()));

/** Adds moves of retrainings as version 1 would have. */
function addMoves(count: number): void {
  withDatabase(path, (db) => {
    const add = db.prepare(insertInto(TRIGGERS_1));
    const totals = readTotals(db);
    db.exec('BEGIN');
    for (let k = 0; k < count; k++) {
      const seq = ++totals.lastSeq;
      const cells: Cell[] = [`t${k}`, 'manual', 'created', 1, `on "I${k}"; ${'because '.repeat(20)}`, k];
      add.run(...([seq, ...cells, checksumOf(TRIGGERS_1, seq, cells)] as SQLInputValue[]));
    }
    db.prepare(REPLACE_TOTALS).run(...(totalsRow(totals) as SQLInputValue[]));
    db.exec('COMMIT');
  });
}

const namesIn = (): string[] => readdirSync(directory).filter((name) => name.startsWith('ml4t.db.v1'));

describe('whatever goes wrong, the old journal is there as it was', () => {
  test('a row that is not as it was written', async () => {
    withDatabase(path, (db) => db.exec('UPDATE triggers SET note = \'on "X"\' WHERE seq = 427'));
    const before = contents(path);
    await expect(open()).rejects.toMatchObject({
      code: 'JOURNAL_DAMAGED',
      message: expect.stringMatching(/row 427 of triggers is not as it was written; nothing of it is used; move its/),
    });
    expect(versionOf(path)).toBe(1);
    expect(contents(path)).toEqual(before);
  });

  test.each(MIGRATIONS)('an error after everything was rewritten, from version $from', (step) => {
    for (const earlier of MIGRATIONS.slice(0, step.from - 1)) withDatabase(path, (db) => migrate(db, earlier));
    const before = contents(path, step.tablesBefore);
    const failing = {
      ...step,
      run: (db: DatabaseSync) => {
        step.run(db);
        throw new Error('enough');
      },
    };
    withDatabase(path, (db) => expect(() => migrate(db, failing)).toThrow('enough'));
    expect(versionOf(path)).toBe(step.from);
    expect(contents(path, step.tablesBefore)).toEqual(before);
  });

  test('a full disk: there is no room for the copy, and the sentence says what to do', async (context) => {
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=700k,mode=700', 'tmpfs', directory], {
      encoding: 'utf8',
    });
    if (mounted.status !== 0) return context.skip('only root may mount a file system');
    try {
      writeFileSync(path, golden);
      writeFileSync(join(directory, 'ballast'), new Uint8Array(150_000));
      const message = expect.stringMatching(/no room for the copy that is kept of it: make room for 1 MB beside it/);
      await expect(open()).rejects.toMatchObject({ code: 'JOURNAL_FULL', message });
      expect(namesIn(), 'nothing is left of the copy').toEqual([]);
      expect(versionOf(path)).toBe(1);
      rmSync(join(directory, 'ballast'));
    } finally {
      spawnSync('umount', ['-l', directory]);
    }
  });

  test('a limit on the size of files', { tags: ['prlimit'] }, async () => {
    const child = new JournalProcess([directory, 'process', '0'], ['prlimit', '--fsize=200000:unlimited']);
    children.push(child);
    await child.ended();
    expect(child.lines).toEqual([]);
    expect(namesIn()).toEqual([]);
    expect(versionOf(path)).toBe(1);
    await openAndClose();
    expect(versionOf(path), 'the limit is gone').toBe(TODAY);
  });

  test('kill -9 while it copies, migrates, or just after: the journal is whole, old or new', async () => {
    addMoves(20_000);
    const grown = readFileSync(path);
    const rng = new Rng(TEST_SEED);
    const versions = new Set<number>();
    for (const [phase, waitMs] of [
      ['ml4t.db.v1-unfinished', 0],
      ['ml4t.db.v1-unfinished', 5],
      ...Array.from({ length: 4 }, (): [string, number] => ['ml4t.db.v1', Math.floor(rng.nextFloat() * 700)]),
    ] as const) {
      rmSync(directory, { recursive: true });
      mkdirSync(directory);
      writeFileSync(path, grown);
      const child = new JournalProcess([directory, 'process', '0']);
      children.push(child);
      const end = performance.now() + 30_000;
      while (!existsSync(join(directory, phase)) && performance.now() < end) await delay(1);
      await delay(waitMs);
      await child.kill();
      expect(await verifyJournal(directory), `${SEED_NOTE}: killed ${waitMs} ms after ${phase}`).toMatchObject({
        faults: [],
      });
      versions.add(versionOf(path));
      await openAndClose();
      expect(versionOf(path)).toBe(TODAY);
      expect(namesIn(), 'one copy').toEqual(['ml4t.db.v1']);
      expect(await verifyJournal(directory)).toEqual({ nRows: 20_461, faults: [] });
    }
    expect(versions.has(1), 'one of them was killed before the end').toBe(true);
  });
});

describe('the copy', () => {
  const copy = (): string => `${path}.v1`;

  test('is whole, for its owner alone, and says what was there', async () => {
    const before = contents(path);
    await openAndClose();
    expect(statSync(copy()).mode & 0o777).toBe(0o600);
    expect(contents(copy())).toEqual(before);
    expect(versionOf(copy())).toBe(1);
  });

  test('includes what is in the log only', async () => {
    const db = new DatabaseSync(path);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0');
    addMoves(3); // it stays in the log while this connection is open
    cpSync(path, `${path}.alone`);
    const other = join(directory, 'other');
    mkdirSync(other);
    for (const ending of ['', '-wal']) cpSync(`${path}${ending}`, join(other, `ml4t.db${ending}`));
    db.close();
    await (await openJournal({ directory: other, durability: 'process', maxQueue: 10, logger: SILENT })).close();
    const count = (file: string): number =>
      withDatabase(file, (at) => Number((at.prepare('SELECT count(*) FROM triggers').get() as unknown as bigint[])[0]));
    expect(count(`${path}.alone`)).toBe(23);
    expect(count(join(other, 'ml4t.db.v1'))).toBe(26);
  });

  test('stays where it says the same; one that says something else is never written over', async () => {
    await openAndClose();
    const first = readFileSync(copy());
    writeFileSync(path, golden); // as after a crash in the middle
    await openAndClose();
    expect(namesIn()).toEqual(['ml4t.db.v1']);
    writeFileSync(path, golden); // the old version goes on for a while
    addMoves(1);
    await openAndClose();
    expect(namesIn().sort()).toEqual(['ml4t.db.v1', 'ml4t.db.v1.2']);
    expect(readFileSync(copy())).toEqual(first);
    writeFileSync(copy(), 'no journal at all');
    writeFileSync(path, golden);
    await openAndClose();
    expect(namesIn().sort()).toEqual(['ml4t.db.v1', 'ml4t.db.v1.2', 'ml4t.db.v1.3']);
    expect(readFileSync(copy(), 'utf8')).toBe('no journal at all');
  });
});

describe('versions', () => {
  test('a journal of a newer version is refused, and says so', async () => {
    await openAndClose();
    withDatabase(path, (db) => db.exec(`PRAGMA user_version = ${TODAY + 1}`));
    const message = expect.stringContaining('the journal must be of version 7, was 8: written by a newer version');
    await expect(open()).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED', message });
    expect(() => readJournal(directory)).toThrow(/must be of version 7, was 8/);
    expect((await verifyJournal(directory)).faults).toEqual([expect.stringContaining('written by a newer version')]);
  });

  test('a reader takes a journal that nobody migrated as it is, and changes nothing', async () => {
    const records = readJournal(directory);
    const [signalId] = withDatabase(path, (db) =>
      db.prepare('SELECT signal_id FROM signals').get(),
    ) as unknown as string[];
    expect((await records.findSignal(signalId))?.outcome).toMatchObject({ signalId, instrumentId: expect.any(String) });
    const before = records.judgements();
    records.close();
    expect(readFileSync(path)).toEqual(Buffer.from(golden));
    const journal = await open();
    expect((await journal.recover(LIMITS)).judgements, 'by the same mapping').toEqual(before);
    expect(before.map(({ verdict, attempt }) => [verdict, attempt])).toEqual([
      ['promote', 1],
      ['hold', 1],
    ]);
    await journal.close();
  });
});
