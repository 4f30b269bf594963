import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JournalError, Rng } from '../core/index.ts';
import { type JournalEntry, SILENT } from '../ports/index.ts';
import { barsEntry, journalBars, outcomeEntry, sha256, signalEntry } from '../testing/journal/sample-entries.ts';
import { openJournal, verifyJournal } from './index.ts';
import { JournalReader, openToRead, recoverJournal, toJournalError } from './store/index.ts';

const N_FLIPS = Number(process.env.ML4T_JOURNAL_FLIPS ?? 100);
const N_SIGNALS = 70; // enough bars for a block of them
const root = mkdtempSync(join(tmpdir(), 'journal-damage-'));
const whole = join(root, 'whole');
const damaged = join(root, 'damaged');
const FILE = 'ml4t.db';
let truth: Map<string, unknown>;

beforeAll(async () => {
  const journal = await openJournal({ directory: whole, durability: 'process', maxQueue: 1e6, logger: SILENT });
  const entries: JournalEntry[] = [{ kind: 'settings', settingsId: sha256('settings'), settings: '{"a":1}' }];
  entries.push(barsEntry(0, 'A', journalBars(100)), barsEntry(100, 'B', journalBars(120, { taker: true })));
  for (let k = 0; k < N_SIGNALS; k++) {
    const last = journalBars(1, { first: 100 + k });
    entries.push(barsEntry(220 + k, 'A', last), signalEntry(k, { instrumentId: 'A' }));
    if (k % 3 === 0) entries.push(outcomeEntry(k, { label: (k % 2) as 0 | 1, tradeReturn: k / 7 }));
  }
  await Promise.all(entries.map((entry) => journal.append(entry, false)));
  await journal.close();
  truth = readAll(join(whole, FILE));
  expect([...truth.values()].filter((value) => value instanceof Error)).toEqual([]);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Everything that a service reads, each value by itself; what cannot be read is the error. */
function readAll(path: string): Map<string, unknown> {
  const values = new Map<string, unknown>();
  const attempt = (what: string, read: () => unknown): void => {
    try {
      values.set(what, read());
    } catch (cause) {
      values.set(what, toJournalError(cause));
    }
  };
  attempt('open', () => {
    const db = openToRead(path);
    try {
      const reader = new JournalReader(db);
      for (let k = 0; k < N_SIGNALS; k++) attempt(`signal ${k}`, () => reader.findSignal(`signal-${k}`));
      for (let id = 0; id < 220 + N_SIGNALS; id += 10) attempt(`bar ${id}`, () => reader.readBars(Float64Array.of(id)));
      attempt('settings', () => reader.findSettings(sha256('settings')));
      for (const instrument of ['A', 'B']) attempt(`history ${instrument}`, () => reader.history(instrument));
      const limits = {
        maxInstruments: 5,
        heldBars: 50,
        maxOpen: 1000,
        window: 1000,
        maxAnswers: 1000,
        maxPoints: 1000,
      };
      for (const [name, value] of recovered(() => recoverJournal(db, limits))) attempt(name, value);
    } finally {
      db.close();
    }
  });
  return values;
}

/** The parts of a recovery, each to be told by itself; of one that fails, the failure is every part's. */
function recovered(recover: () => object): [string, () => unknown][] {
  const names = ['nextBarId', 'instruments', 'open', 'matured', 'openTriggers', 'judgements', 'nSignals', 'nOutcomes'];
  try {
    const recovery = recover() as Record<string, unknown>;
    return names.map((name) => [name, () => recovery[name]]);
  } catch (error) {
    return names.map((name) => [
      name,
      () => {
        throw error;
      },
    ]);
  }
}

const isSame = (a: unknown, b: unknown): boolean => {
  try {
    expect(a).toEqual(b);
    return true;
  } catch {
    return false;
  }
};

/** What was read of a damaged journal that is neither the truth, nor nothing, nor an error that says damage. */
function lies(read: Map<string, unknown>): string[] {
  const told = [...truth.keys()].filter((what) => {
    const value = read.get(what);
    if (value instanceof JournalError && value.code === 'JOURNAL_DAMAGED') return false;
    return value !== undefined && value !== null && !isSame(value, truth.get(what));
  });
  return told.map((what) => `${what}: ${String(read.get(what)).slice(0, 200)}`);
}

const flipsOf = (n: number, size: number, seed: number): number[] => {
  const rng = new Rng(seed);
  return Array.from({ length: n }, () => Math.floor(rng.nextFloat() * size * 8));
};

test(`${N_FLIPS} random bit flips: each is found, or everything still reads as it was written`, async () => {
  const bytes = readFileSync(join(whole, FILE));
  mkdirSync(damaged, { recursive: true });
  let nFound = 0;
  for (const bit of flipsOf(N_FLIPS, bytes.length, 7)) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3] ^= 1 << (bit & 7);
    rmSync(damaged, { recursive: true, force: true });
    mkdirSync(damaged);
    writeFileSync(join(damaged, FILE), flipped);
    const read = readAll(join(damaged, FILE));
    expect(lies(read), `bit ${bit} flipped: damage was told as truth`).toEqual([]);
    const { faults } = await verifyJournal(damaged);
    const isHarmless = isSame(read, truth);
    expect(isHarmless || faults.length > 0, `bit ${bit} flipped: what is missing must be found`).toBe(true);
    if (faults.length > 0) nFound++;
  }
  expect(nFound, 'much of the file matters').toBeGreaterThan(N_FLIPS / 4);
});

/** The files of a journal as a kill -9 leaves them: all of it in the log, and how much was written when the log was how long. */
async function leaveOpen(directory: string): Promise<{ database: Buffer; log: Buffer; ends: number[] }> {
  const journal = await openJournal({ directory, durability: 'process', maxQueue: 1e6, logger: SILENT });
  const ends: number[] = [];
  for (let k = 0; k < 12; k++) {
    await journal.append(signalEntry(k), true);
    ends.push(statSync(join(directory, `${FILE}-wal`)).size);
  }
  const database = readFileSync(join(directory, FILE));
  const log = readFileSync(join(directory, `${FILE}-wal`));
  await journal.close();
  return { database, log, ends };
}

function layOut(directory: string, database: Uint8Array, log: Uint8Array): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, FILE), database);
  writeFileSync(join(directory, `${FILE}-wal`), log);
}

async function openAndCount(directory: string): Promise<number> {
  const journal = await openJournal({ directory, durability: 'process', maxQueue: 1e6, logger: SILENT });
  const { nSignals } = await journal.recover({
    maxInstruments: 5,
    heldBars: 50,
    maxOpen: 1000,
    window: 1000,
    maxAnswers: 1000,
    maxPoints: 1000,
  });
  const found = await Promise.all(
    Array.from({ length: nSignals }, async (_, k) => (await journal.findSignal(`signal-${k}`))?.answer),
  );
  expect(found, 'what is there is the beginning of what was written').toEqual(
    Array.from({ length: nSignals }, (_, k) => signalEntry(k).answer),
  );
  await journal.append(signalEntry(nSignals), true);
  await journal.close();
  expect((await verifyJournal(directory)).faults).toEqual([]);
  return nSignals;
}

test('a log cut off anywhere: all that was whole before the cut is there, and writing goes on', async () => {
  const { database, log, ends } = await leaveOpen(join(root, 'cut'));
  const rng = new Rng(11);
  const cuts = [ends[11], ends[11] - 1, ends[5], ends[5] + 24, ends[5] - 4096, 20].concat(
    Array.from({ length: 3 }, () => ends[0] + Math.floor(rng.nextFloat() * (ends[11] - ends[0]))),
  );
  for (const cut of cuts) {
    layOut(damaged, database, log.subarray(0, cut));
    expect(await openAndCount(damaged), `cut at ${cut} of ${log.length}`).toBe(ends.filter((end) => end <= cut).length);
  }
});

test('a bit flipped in the log: refused, or it was the last commit', async () => {
  const { database, log, ends } = await leaveOpen(join(root, 'flipped'));
  const lastCommit = ends[11] - 4096 - 24;
  for (const bit of [...flipsOf(20, lastCommit, 3), 8 * 17, 8 * 5, 8 * 33, 8 * 44]) {
    const flipped = Buffer.from(log);
    flipped[bit >> 3] ^= 1 << (bit & 7);
    layOut(damaged, database, flipped);
    await expect(openAndCount(damaged), `bit ${bit}`).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' });
    expect((await verifyJournal(damaged)).faults.length, `bit ${bit} as the doctor sees it`).toBeGreaterThan(0);
  }
  const last = Buffer.from(log);
  last[lastCommit + 500] ^= 1;
  layOut(damaged, database, last);
  expect(await openAndCount(damaged), 'looks like a write that was cut off').toBe(11);
});

test('a hole in the log after the machine went down: what is before it, and a warning', async () => {
  const { database, log, ends } = await leaveOpen(join(root, 'down'));
  log.fill(0, ends[5], ends[5] + 4120);
  layOut(damaged, database, log);
  await expect(openAndCount(damaged), 'not without a reason').rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' });
  writeFileSync(join(damaged, 'ml4t.owner'), JSON.stringify({ pid: 1, boot: 'an earlier one' }));
  expect(await openAndCount(damaged)).toBe(6);
  expect(await openAndCount(damaged), 'the hole is gone').toBe(7);
});

test('a database cut off anywhere is refused', async () => {
  const bytes = readFileSync(join(whole, FILE));
  const rng = new Rng(5);
  for (const cut of [bytes.length - 1, bytes.length - 4096, 4096, 100, 1, 0].concat(
    Array.from({ length: 5 }, () => 1 + Math.floor(rng.nextFloat() * (bytes.length - 1))),
  )) {
    layOut(damaged, bytes.subarray(0, cut), new Uint8Array());
    copyFileSync(join(whole, 'ml4t.owner'), join(damaged, 'ml4t.owner'));
    const opened = openJournal({ directory: damaged, durability: 'process', maxQueue: 1e6, logger: SILENT });
    const message = expect.stringMatching(/ml4t\.db: .*nothing of it is used; move its directory away/);
    await expect(opened, `cut at ${cut} of ${bytes.length}`).rejects.toMatchObject({
      code: 'JOURNAL_DAMAGED',
      message,
    });
  }
});
