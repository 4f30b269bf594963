import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, expect, test } from 'vitest';
import { verifyJournal } from '../../src/app/index.ts';
import { Rng } from '../../src/core/index.ts';
import { JournalProcess } from '../support/journal-process.ts';
import { SEED_NOTE, TEST_SEED } from '../support/seed.ts';

const N_KILLS = 4;
const root = mkdtempSync(join(tmpdir(), 'outcome-crash-'));
const children: JournalProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) await child.dispose();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function start(directory: string): JournalProcess {
  const child = new JournalProcess([directory], [], 'outcomes');
  children.push(child);
  return child;
}

/** Everything that a journal says of outcomes but when they came to be known. */
function outcomesIn(directory: string): unknown[] {
  const db = new DatabaseSync(join(directory, 'ml4t.db'), { readOnly: true });
  const columns = 'signal_id, outcome, label, trade_return, coin, excess, exit_ts, reason';
  try {
    const read = db.prepare(`SELECT ${columns} FROM outcomes ORDER BY CAST(signal_id AS INTEGER)`);
    read.setReadBigInts(true);
    return read.all();
  } finally {
    db.close();
  }
}

test(`kill -9, ${N_KILLS} times, with signals one side of which has ended: every outcome comes once, and is the same`, async () => {
  const [whole, killed] = ['whole', 'killed'].map((name) => join(root, name));
  const straight = start(whole);
  await straight.until('its end', (lines) => lines.some(({ closed }) => closed === true));
  const expected = outcomesIn(whole);
  expect(expected.length).toBeGreaterThan(280);
  expect(expected.filter((row) => (row as { coin: number | null }).coin === null)).toEqual([]);

  const rng = new Rng(TEST_SEED);
  for (let round = 0; round < N_KILLS; round++) {
    const child = start(killed);
    const enough = 5 + Math.floor(rng.nextFloat() * 60);
    await child.until(`${enough} bars`, () => child.written.length >= enough);
    await child.kill();
  }
  const last = start(killed);
  await last.until('its end', (lines) => lines.some(({ closed }) => closed === true));
  expect(outcomesIn(killed), SEED_NOTE).toEqual(expected);
  expect(await verifyJournal(killed), SEED_NOTE).toMatchObject({ faults: [] });
});
