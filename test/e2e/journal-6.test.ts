import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verifyJournal } from '../../src/app/index.ts';
import { endTrades, rowsOf, testDecisions, useGolden } from '../support/golden-journal.ts';

const journal = useGolden('journal-6');
const { answers: golden, untouched, directory } = journal;
const ids = Object.keys(golden.signals);
const openIds = ids.filter((id) => golden.signals[id].barriers !== null);

test('every signal is told as before, to the last character of its answer and hash', async () => {
  for (const id of ids) expect(await journal.detailOf(id), id).toMatchObject(golden.signals[id]);
});

testDecisions(journal);

test('the journal of version 6 is kept beside it; every row is under its place, whole, and no signal brought a column', async () => {
  const [before, after] = [join(untouched, 'ml4t.db'), join(directory, 'ml4t.db')];
  expect(rowsOf(before, 'PRAGMA user_version')).toEqual([{ user_version: 6n }]);
  expect(rowsOf(after, 'PRAGMA user_version')).toEqual([{ user_version: 7n }]);
  expect(readdirSync(directory).filter((name) => name.startsWith('ml4t.db.v'))).toEqual(['ml4t.db.v6']);
  const all = (table: string): string => `SELECT * FROM ${table} ORDER BY seq`;
  for (const table of ['signals', 'bars', 'outcomes', 'models', 'triggers', 'halts', 'detectors', 'open_signals']) {
    expect(rowsOf(`${after}.v6`, all(table)), table).toEqual(rowsOf(before, all(table)));
  }
  const without = ({ checksum: _, ...row }: Record<string, unknown>) => row;
  const signals = rowsOf(before, all('signals')).map((row) => ({ ...without(row), column_values: null }));
  expect(signals.length).toBeGreaterThan(60);
  expect(rowsOf(after, all('signals')).map(without)).toEqual(signals);
  for (const table of ['bars', 'outcomes', 'triggers', 'halts', 'open_signals']) {
    expect(rowsOf(after, all(table)), table).toEqual(rowsOf(before, all(table)));
  }
  expect(await verifyJournal(untouched), 'as it is').toMatchObject({ faults: [] });
  expect(await verifyJournal(directory)).toMatchObject({ faults: [] });
});

test('trades that were open go on at their barriers and terms', async () => {
  const ofA = openIds.filter((id) => id.startsWith('x-'));
  expect(ofA.length).toBeGreaterThan(0);
  for (const [id, outcome] of await endTrades(journal, ofA)) {
    expect(outcome, id).toMatchObject({ net: false, cost_bps: 1.5 });
    const { return: gross, coin, excess } = outcome as Readonly<Record<string, number>>;
    expect(coin + excess, id).toBeCloseTo(gross, 12);
  }
});
