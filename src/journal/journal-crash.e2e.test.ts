import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { JournalProcess } from '../../test/support/journal-process.ts';
import { SEED_NOTE, TEST_SEED } from '../../test/support/seed.ts';
import { Rng } from '../core/index.ts';
import { type Journal, type JournalStatus, SILENT } from '../ports/index.ts';
import { barsEntry, journalBars, signalEntry } from '../testing/journal/sample-entries.ts';
import { openJournal, verifyJournal } from './index.ts';

const N_KILLS = Number(process.env.ML4T_JOURNAL_KILLS ?? 4);
const root = mkdtempSync(join(tmpdir(), 'journal-crash-'));
const children: JournalProcess[] = [];
let n = 0;

afterEach(async () => {
  for (const child of children.splice(0)) await child.dispose();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const newDirectory = (): string => join(root, `${n++}`);

function start(args: readonly string[], wrapper: readonly string[] = []): JournalProcess {
  const child = new JournalProcess(args, wrapper);
  children.push(child);
  return child;
}

function open(directory: string): Promise<Journal> {
  return openJournal({ directory, durability: 'process', maxQueue: 50_000, logger: SILENT });
}

/** Every signal that was acknowledged is there, bit for bit, and nothing is wrong with the rest. */
async function expectAll(directory: string, written: readonly number[]): Promise<void> {
  const journal = await open(directory);
  const lost: number[] = [];
  for (const k of written) {
    if ((await journal.findSignal(`signal-${k}`))?.answerHash !== signalEntry(k).answerHash) lost.push(k);
  }
  expect(lost, 'signals that were acknowledged and are lost').toEqual([]);
  for (const k of written.slice(-20)) {
    const { kind: _, ...entry } = signalEntry(k);
    // verifyJournal, below, checks that the numbers are 1, 2, 3 …
    expect(await journal.findSignal(`signal-${k}`)).toEqual({ ...entry, seq: expect.any(Number), outcome: null });
  }
  await journal.close();
  expect((await verifyJournal(directory)).faults).toEqual([]);
}

test(`kill -9, ${N_KILLS} times while writing at full speed: every acknowledged entry is there`, async () => {
  const directory = newDirectory();
  const rng = new Rng(TEST_SEED);
  const written: number[] = [];
  for (let round = 0; round < N_KILLS; round++) {
    const child = start([directory, 'process']);
    const enough = 1 + Math.floor(rng.nextFloat() * 3000);
    await child.until(`${enough} records`, (lines) => lines.length > enough);
    await child.kill();
    const [{ opened = -1 }] = child.lines;
    const acknowledged = written.reduce((highest, k) => Math.max(highest, k), -1) + 1;
    expect(opened, `${SEED_NOTE}: signals found after kill ${round}`).toBeGreaterThanOrEqual(acknowledged);
    written.push(...child.written);
  }
  expect(written.length).toBeGreaterThan(N_KILLS);
  await expectAll(directory, written);
});

test('a second process is told who has the journal; kill -9 of the first leaves no lock behind', async () => {
  const directory = newDirectory();
  const first = start([directory, 'process']);
  await first.until('a record', (lines) => lines.length > 5);
  const message = expect.stringContaining(`is in use by process ${first.pid}`);
  await expect(open(directory)).rejects.toMatchObject({ code: 'JOURNAL_LOCKED', message });
  const second = start([directory, 'process']);
  await second.ended();
  expect(second.lines, 'a second process writes nothing').toEqual([]);
  await first.kill();
  await expectAll(directory, first.written);
});

test('a limit on the size of files: full, then well again when it is lifted, without a restart', {
  tags: ['prlimit'],
}, async () => {
  const directory = newDirectory();
  const child = start([directory, 'process'], ['prlimit', '--fsize=3000000:unlimited']);
  await child.until('a refusal', (lines) => lines.some(({ code }) => code !== undefined));
  const refusal = child.lines.findIndex(({ code }) => code !== undefined);
  expect(child.lines[refusal].code).toBe('JOURNAL_FULL');
  expect(child.lines.filter(({ status }) => status !== undefined)).toEqual([{ status: 'full' }]);
  const raised = spawnSync('prlimit', ['--pid', `${child.pid}`, '--fsize=unlimited:unlimited']);
  expect(raised.status, String(raised.stderr)).toBe(0);
  await child.until('health', (lines) => lines.some(({ status }) => status === 'ok'));
  const well = child.lines.length;
  await child.until('new records', (lines) => lines.slice(well).some(({ written }) => written !== undefined));
  await child.kill();
  await expectAll(directory, child.written);
  const journal = await open(directory);
  const refused = child.lines.flatMap(({ refused: k }) => (k === undefined ? [] : [k]));
  const recorded: number[] = [];
  for (const k of refused) if ((await journal.findSignal(`signal-${k}`)) !== null) recorded.push(k);
  expect(recorded, 'refused and yet recorded').toEqual([]);
  await journal.close();
});

/** A small file system of its own, or null where this user may not make one. */
function mountSmall(directory: string, bytes: number): boolean {
  mkdirSync(directory, { recursive: true });
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=700`, 'tmpfs', directory], {
    encoding: 'utf8',
  });
  if (mounted.status === 0) return true;
  if (/permission|superuser|not permitted/i.test(mounted.stderr)) return false;
  throw new Error(`no small file system could be made: ${mounted.error?.message ?? mounted.stderr}`);
}

test('a full disk: who waits is told, the rest is kept in order and written when there is room', async (context) => {
  const directory = newDirectory();
  if (!mountSmall(directory, 8 << 20)) return context.skip('only root may mount a file system');
  const ballast = join(directory, 'ballast');
  try {
    const journal = await open(directory);
    const seen: JournalStatus[] = [];
    journal.onStatus(({ status }) => seen.push(status));
    await journal.append(barsEntry(0, 'A', journalBars(100)), false);
    const { bavail, bsize } = statfsSync(directory);
    writeFileSync(ballast, new Uint8Array(bavail * bsize - 300_000));
    const results = await writeUntilFull(journal);
    expect(seen.splice(0).at(-1)).toBe('full');
    expect(results.refused.length).toBeGreaterThan(0);
    expect(journal.health).toMatchObject({ status: 'full', reason: expect.stringContaining('full') });
    const bars = journal.append(barsEntry(100, 'A', journalBars(5, { first: 100 })), false);
    const kept = journal.append(signalEntry(5000), false);
    await expect(journal.append(signalEntry(5001), true)).rejects.toMatchObject({ code: 'JOURNAL_FULL' });
    expect(journal.health.nQueued, 'what nobody waits for is kept').toBe(2);
    unlinkSync(ballast);
    await Promise.all([bars, kept]);
    expect(seen).toEqual(['ok']);
    await journal.append(signalEntry(5002), true);
    expect(await journal.findSignal('signal-5001')).toBe(null);
    expect((await journal.readBars(Float64Array.of(104))).length).toBe(1);
    await journal.close();
    await expectAll(directory, [...results.written, 5000, 5002]);
  } finally {
    spawnSync('umount', ['-l', directory]);
  }
});

/** In large groups, then one by one: where a group is refused there may be room for less. */
async function writeUntilFull(journal: Journal): Promise<{ written: number[]; refused: number[] }> {
  const written: number[] = [];
  const refused: number[] = [];
  for (let k = 0, size = 50; k < 4000; k += size) {
    const group = Array.from({ length: size }, (_, i) => journal.append(signalEntry(k + i), true));
    const results = await Promise.allSettled(group);
    results.forEach(({ status }, i) => {
      (status === 'fulfilled' ? written : refused).push(k + i);
    });
    if (refused.length === 0) continue;
    if (size === 1 && results[0].status === 'rejected') break;
    k += size - 1; // the next one comes behind this group
    size = 1;
  }
  return { written, refused };
}

test.each([
  ['once', '25'],
  ['from then on', '25+'],
])('a sync that fails %s: the journal is not trusted again until a restart', { tags: ['strace'] }, async (_, when) => {
  const directory = newDirectory();
  const strace = ['strace', '-f', '-qq', '-o', join(root, 'trace'), '-e', 'trace=fsync'];
  const child = start([directory, 'power'], [...strace, '-e', `inject=fsync:error=EIO:when=${when}`]);
  await child.until('failure', (lines) => lines.some(({ status }) => status === 'failed'));
  const failure = child.lines.findIndex(({ status }) => status === 'failed');
  await child.until('refusals', (lines) => lines.length > failure + 1000);
  const later = child.lines.slice(failure);
  expect(new Set(later.map(({ code }) => code))).toEqual(new Set([undefined, 'JOURNAL_FAILED']));
  expect(
    later.filter(({ written }) => written !== undefined),
    'nothing is acknowledged after a failed sync',
  ).toEqual([]);
  await child.kill();
  await expectAll(directory, child.written);
});

test.each(['power', 'process'] as const)(
  'durability %s: what is synced before an entry counts as written',
  { tags: ['strace'] },
  async (durability) => {
    const trace = join(root, `trace-${durability}`);
    const child = start(
      [newDirectory(), durability, '1'],
      ['strace', '-f', '-qq', '-o', trace, '-e', 'trace=fsync,pwrite64,write'],
    );
    await child.until('the record', (lines) => lines.some(({ closed }) => closed === true));
    const calls = readFileSync(trace, 'utf8').split('\n');
    const told = (what: string): number => calls.findIndex((call) => call.includes(`write(1, "{\\"${what}`));
    const between = calls.slice(told('opened'), told('written'));
    const isSync = (call: string): boolean => /fsync\(\d+\) += 0|fsync resumed.*= 0/.test(call);
    const lastPage = between.findLastIndex((call) => call.includes('pwrite64(') && call.includes(', 4096,'));
    expect(lastPage, 'a page was written').toBeGreaterThan(0);
    const isSynced = between.slice(lastPage).some(isSync);
    expect(isSynced, 'synced after the last page and before the promise settles').toBe(durability === 'power');
    expect(between.filter(isSync).length, 'once for the bars, once for the signal').toBe(
      durability === 'power' ? 2 : 0,
    );
  },
);
