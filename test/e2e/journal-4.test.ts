import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verifyJournal } from '../../src/app/index.ts';
import { endTrades, rowsOf, testDecisions, useGolden } from '../support/golden-journal.ts';

const journal = useGolden('journal-4');
const { answers: golden, untouched, directory } = journal;
const ids = Object.keys(golden.signals);
const openIds = ids.filter((id) => golden.signals[id].barriers !== null);

test('every signal is told as before, to the last character of its answer and hash', async () => {
  for (const id of ids) expect(await journal.detailOf(id), id).toMatchObject(golden.signals[id]);
});

testDecisions(journal);

test('the journal of version 4 is kept beside it; every row is under its place, whole, and signals and outcomes have numbers', async () => {
  const [before, after] = [join(untouched, 'ml4t.db'), join(directory, 'ml4t.db')];
  expect(rowsOf(before, 'PRAGMA user_version')).toEqual([{ user_version: 4n }]);
  expect(rowsOf(after, 'PRAGMA user_version')).toEqual([{ user_version: 7n }]);
  expect(readdirSync(directory).filter((name) => name.startsWith('ml4t.db.v'))).toEqual(['ml4t.db.v4']);
  for (const table of ['signals', 'bars', 'outcomes', 'models', 'triggers', 'settings', 'totals', 'open_signals']) {
    const all = `SELECT * FROM ${table}`;
    expect(rowsOf(`${after}.v4`, all), table).toEqual(rowsOf(before, all));
  }
  for (const table of ['signals', 'outcomes']) {
    const all = `SELECT * FROM ${table} ORDER BY seq`;
    const added = table === 'signals' ? { column_values: null } : {};
    const expected = rowsOf(before, all).map(({ checksum: _, ...row }, i) => ({
      ...row,
      ...added,
      number: BigInt(i + 1),
    }));
    expect(expected.length, table).toBeGreaterThan(20);
    expect(
      rowsOf(after, all).map(({ checksum: _, ...row }) => row),
      table,
    ).toEqual(expected);
  }
  expect(rowsOf(after, 'SELECT * FROM halts')).toEqual([]);
  const open = 'SELECT * FROM open_signals';
  expect(rowsOf(after, open)).toEqual(rowsOf(before, open));
  expect(await verifyJournal(untouched), 'as it is').toMatchObject({ faults: [] });
  expect(await verifyJournal(directory)).toMatchObject({ faults: [] });
});

test('trades that were open go on at their barriers and terms', async () => {
  const ofA = openIds.filter((id) => id.startsWith('w-'));
  expect(ofA.length).toBeGreaterThan(0);
  for (const [id, outcome] of await endTrades(journal, ofA)) {
    expect(outcome, id).toMatchObject({ net: false, cost_bps: 1.5 });
    const { return: gross, coin, excess } = outcome as Readonly<Record<string, number>>;
    expect(coin + excess, id).toBeCloseTo(gross, 12);
  }
});
