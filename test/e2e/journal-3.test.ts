import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verifyJournal } from '../../src/app/index.ts';
import { endTrades, numbersIn, rowsOf, testDecisions, useGolden } from '../support/golden-journal.ts';

const journal = useGolden('journal-3');
const { answers: golden, untouched, directory } = journal;
/** Its prices are flat, so that its trade has no barriers: that is found, and written, at the next start. */
const FLAT_PRICES = 'C:1577913600000000000:1';
const openIds = Object.keys(golden.signals).filter((id) => golden.signals[id].barriers !== null);

test('every signal is told as before', async () => {
  for (const [id, expected] of Object.entries(golden.signals)) {
    const { outcome, barriers, ...rest } = expected;
    const told = await journal.detailOf(id);
    expect(told, id).toMatchObject(id === FLAT_PRICES ? rest : expected);
    if (id === FLAT_PRICES) expect([outcome, told.outcome]).toMatchObject([null, { outcome: 'unresolvable' }]);
  }
});

testDecisions(journal);

test('the journal of version 3 is kept beside it; every row is under its place, whole, and has the strength 1 and no columns', async () => {
  const [before, after] = [join(untouched, 'ml4t.db'), join(directory, 'ml4t.db')];
  expect(rowsOf(before, 'PRAGMA user_version')).toEqual([{ user_version: 3n }]);
  expect(rowsOf(after, 'PRAGMA user_version')).toEqual([{ user_version: 7n }]);
  expect(readdirSync(directory).filter((name) => name.startsWith('ml4t.db.v'))).toEqual(['ml4t.db.v3']);
  for (const table of ['signals', 'bars', 'outcomes', 'models', 'triggers', 'settings', 'totals', 'open_signals']) {
    const all = `SELECT * FROM ${table}`;
    expect(rowsOf(`${after}.v3`, all), table).toEqual(rowsOf(before, all));
  }
  const without = ({ checksum: _, number: __, ...row }: Record<string, unknown>) => row;
  const signals = rowsOf(before, 'SELECT * FROM signals').map((row) => ({
    ...without(row),
    strength: 1,
    column_values: null,
  }));
  expect(rowsOf(after, 'SELECT * FROM signals').map(without)).toEqual(signals);
  for (const table of ['outcomes', 'open_signals']) {
    const others = `SELECT * FROM ${table} WHERE signal_id <> '${FLAT_PRICES}'`;
    expect(rowsOf(after, others).map(without), table).toEqual(rowsOf(before, others).map(without));
  }
  const numbers = numbersIn(after);
  expect(numbers).toEqual({
    signals: numbers.signals.map((_, i) => i + 1),
    outcomes: numbers.outcomes.map((_, i) => i + 1),
  });
  expect(await verifyJournal(untouched), 'as it is').toMatchObject({ faults: [] });
  expect(await verifyJournal(directory)).toMatchObject({ faults: [] });
});

test('trades that were open go on at their barriers and terms', async () => {
  const ofA = openIds.filter((id) => id.startsWith('s-'));
  expect(ofA.length).toBeGreaterThan(0);
  for (const [id, outcome] of await endTrades(journal, ofA)) {
    expect(outcome, id).toMatchObject({ net: false, cost_bps: 1.5 });
    const { return: gross, coin, excess } = outcome as Readonly<Record<string, number>>;
    expect(coin + excess, id).toBeCloseTo(gross, 12);
  }
});
