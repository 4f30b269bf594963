import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verifyJournal } from '../../src/app/index.ts';
import { endTrades, type JsonObject, numbersIn, rowsOf, testDecisions, useGolden } from '../support/golden-journal.ts';

/** In the settings of that time, which took it off every return. */
const COST_BPS = 2.5;
const journal = useGolden('journal-2');
const { answers: golden, untouched, directory } = journal;
const openIds = Object.keys(golden.signals).filter((id) => golden.signals[id].barriers !== null);
const outcomeOf = (id: string): JsonObject | null => golden.signals[id].outcome as JsonObject | null;

test('every signal is told as before; old outcomes keep their net return, and say so and what it cost', async () => {
  for (const [id, { outcome: _, ...expected }] of Object.entries(golden.signals)) {
    const told = await journal.detailOf(id);
    const outcome = outcomeOf(id);
    expect(told, id).toMatchObject(expected);
    const net = outcome !== null && outcome.return !== null;
    const terms = { net, cost_bps: COST_BPS, coin: null, excess: null };
    if (outcome === null) expect(told.outcome, id).toBeNull();
    else expect(told.outcome, id).toMatchObject({ ...outcome, ...terms });
  }
});

test('a repeated report of that time changes nothing; another one is refused', async () => {
  const ids = Object.keys(golden.signals).filter((id) => outcomeOf(id)?.outcome === 'told');
  expect(ids.length).toBeGreaterThan(3);
  for (const signalId of ids) {
    const report = (tradeReturn: number): Promise<unknown> =>
      journal.live.service.recordOutcome({ signalId, label: null, tradeReturn, exitTs: null });
    const { label, return: told } = outcomeOf(signalId) as unknown as { label: number; return: number };
    if ((told > 0 ? 1 : 0) === label) await report(told);
    await expect(report(told + 0.001), signalId).rejects.toMatchObject({ code: 'OUTCOME_CONFLICT' });
  }
});

testDecisions(journal);

test('the journal of version 2 is kept beside it; every row is under its place, and whole', async () => {
  const [before, after] = [join(untouched, 'ml4t.db'), join(directory, 'ml4t.db')];
  expect(rowsOf(before, 'PRAGMA user_version')).toEqual([{ user_version: 2n }]);
  expect(rowsOf(after, 'PRAGMA user_version')).toEqual([{ user_version: 7n }]);
  expect(readdirSync(directory).filter((name) => name.startsWith('ml4t.db.v'))).toEqual(['ml4t.db.v2']);
  for (const table of ['signals', 'bars', 'outcomes', 'models', 'triggers', 'settings', 'totals', 'open_signals']) {
    const all = `SELECT * FROM ${table}`;
    expect(rowsOf(`${after}.v2`, all), table).toEqual(rowsOf(before, all));
  }
  for (const table of ['signals', 'outcomes', 'open_signals']) {
    const rows = `SELECT seq, signal_id FROM ${table} WHERE seq <= ${rowsOf(before, 'SELECT last_seq FROM totals')[0].last_seq}`;
    expect(rowsOf(after, rows), table).toEqual(rowsOf(before, rows));
  }
  const { signals, outcomes } = numbersIn(after);
  expect([signals, outcomes]).toEqual([signals, outcomes].map((numbers) => numbers.map((_, i) => i + 1)));
  expect(await verifyJournal(untouched), 'as it is').toMatchObject({ faults: [] });
  expect(await verifyJournal(directory)).toMatchObject({ faults: [] });
});

test('trades that were open go on at their barriers, on no tick grid, and end with a gross return and the coin', async () => {
  const ofA = openIds.filter((id) => id.startsWith('s-'));
  expect([openIds.length, ofA.length]).toEqual([4, 3]);
  expect(rowsOf(join(directory, 'ml4t.db'), 'SELECT DISTINCT tick_size, cost_bps FROM open_signals')).toEqual([
    { tick_size: null, cost_bps: COST_BPS },
  ]);
  for (const [id, outcome] of await endTrades(journal, ofA)) {
    expect(outcome, id).toMatchObject({ net: false, cost_bps: COST_BPS, coin: expect.any(Number) });
    const { return: gross, coin, excess } = outcome as Readonly<Record<string, number>>;
    expect(coin + excess, id).toBeCloseTo(gross, 12);
  }
});
