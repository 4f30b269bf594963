import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { BarSeries, Outcome } from '../domain/index.ts';
import { type Journal, type JournalEntry, type RecordedOutcome, SILENT } from '../ports/index.ts';
import {
  barsEntry,
  journalBars,
  judgementEntry,
  outcomeEntry,
  sha256,
  signalEntry,
  triggerEntry,
} from '../testing/journal/sample-entries.ts';
import { openJournal, verifyJournal } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'journal-'));
const LIMITS = { maxInstruments: 1000, heldBars: 2000, maxOpen: 1000, window: 1000, maxAnswers: 1000, maxPoints: 1000 };
let n = 0;
let directory = '';

beforeEach(() => {
  directory = join(root, `${n++}`, 'nested');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function open(maxQueue = 50_000): Promise<Journal> {
  return openJournal({ directory, durability: 'process', maxQueue, logger: SILENT });
}

async function write(...entries: JournalEntry[]): Promise<void> {
  const journal = await open();
  await Promise.all(entries.map((entry) => journal.append(entry, false)));
  await journal.close();
}

const outcome = outcomeEntry;
const endOf = (k: number, change: Partial<Outcome> = {}): Outcome => {
  const { kind: _, ...end } = outcomeEntry(k, change);
  return end;
};
/** The same as it is read back. */
const outcomeRead = (k: number, seq: number, change: Partial<Outcome> = {}): RecordedOutcome => {
  return { ...endOf(k, change), seq };
};

/** The columns of these bars, picked by hand. */
function pick(bars: BarSeries, rows: readonly number[]): unknown {
  const of = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row]);
  return {
    tsEvent: BigInt64Array.from(rows, (row) => bars.tsEvent[row]),
    open: of(bars.open),
    high: of(bars.high),
    low: of(bars.low),
    close: of(bars.close),
    volume: of(bars.volume),
    takerBuyVolume: bars.takerBuyVolume === null ? null : of(bars.takerBuyVolume),
  };
}

function columns({ tsEvent, open, high, low, close, volume, takerBuyVolume }: BarSeries): unknown {
  return { tsEvent, open, high, low, close, volume, takerBuyVolume };
}

describe('what is written is read back bit for bit', () => {
  test.each([false, true])('bars, taker volumes: %s', async (taker) => {
    const bars = journalBars(300, { taker });
    await write(
      barsEntry(0, 'A', bars.slice(0, 100)),
      barsEntry(100, 'B', bars.slice(100, 101)),
      barsEntry(150, 'A', bars.slice(101, 300)),
    );
    const journal = await open();
    expect(columns(await journal.readBars(Float64Array.of(99, 0, 100, 150, 151, 348)))).toEqual(
      pick(bars, [99, 0, 100, 101, 102, 299]),
    );
    await expect(journal.readBars(Float64Array.of(120)), 'ids nobody gave are damage').rejects.toThrow(
      /bar 120 is not there/,
    );
    await journal.close();
  });

  test('signals with and without model, trade and features', async () => {
    const scattered = Float64Array.of(0, 7, 9, 2 ** 50 + 1, 3, 4, 5, 5, 2 ** 40);
    const plain = signalEntry(1);
    const bare = signalEntry(2, { features: null, modelVersion: null, trade: null, signal: 0, source: 'default' });
    const odd = signalEntry(3, { barIds: scattered, answer: '\u0000"\u{1F600}\n', signalId: '名-"\'; --' });
    const special = signalEntry(4, {
      features: Float64Array.of(Number.NaN, -0, 5e-324, -Infinity),
      barIds: new Float64Array(),
    });
    await write(plain, bare, odd, special);
    const journal = await open();
    for (const [i, { kind: _, ...entry }] of [plain, bare, odd, special].entries()) {
      expect(await journal.findSignal(entry.signalId)).toEqual({ ...entry, seq: i + 1, outcome: null });
    }
    expect(await journal.findSignal('signal-5')).toBe(null);
    expect(await journal.findSignal('SIGNAL-1'), 'ids are compared exactly').toBe(null);
    await journal.close();
  });

  test('outcomes, settings, and by plain SQL all the rest', async () => {
    const letter = {
      kind: 'dead_letter',
      stream: 's',
      entryId: '1-1',
      signalId: null,
      code: 'BAD_JSON',
      reason: 'no',
      payload: Buffer.from([0, 255]),
      atMs: 5,
    } as const;
    const unknown = {
      outcome: 'unresolvable',
      label: null,
      tradeReturn: null,
      exitTs: null,
      reason: 'a hole',
    } as const;
    await write(
      signalEntry(1),
      signalEntry(2),
      outcome(1),
      outcome(2, unknown),
      letter,
      ...([
        { kind: 'settings', settingsId: sha256('s'), settings: '{"a":1}' },
        { kind: 'model', version: null, event: 'none', reason: 'no model serves', predecessor: null, atMs: 6 },
      ] as const),
      triggerEntry('t', 'queued', { atMs: 7 }),
      judgementEntry({ atMs: 8 }),
    );
    const journal = await open();
    expect((await journal.findSignal('signal-1'))?.outcome).toEqual(outcomeRead(1, 1));
    expect((await journal.findSignal('signal-2'))?.outcome).toEqual(outcomeRead(2, 2, unknown));
    expect(await journal.findSettings(sha256('s'))).toBe('{"a":1}');
    expect(await journal.findSettings('none')).toBe(null);
    const db = new DatabaseSync(join(directory, 'ml4t.db'), { readOnly: true });
    const row = (table: string): object => ({ ...db.prepare(`SELECT * FROM ${table}`).get(), seq: 0, checksum: 0 });
    const kept = { seq: 0, checksum: 0 };
    expect(row('dead_letters')).toEqual({
      ...kept,
      stream: 's',
      entry_id: '1-1',
      signal_id: null,
      code: 'BAD_JSON',
      reason: 'no',
      payload: new Uint8Array([0, 255]),
      at_ms: 5,
    });
    expect(row('models')).toEqual({
      ...kept,
      version: null,
      event: 'none',
      reason: 'no model serves',
      predecessor: null,
      at_ms: 6,
    });
    expect(row('triggers')).toEqual({
      ...kept,
      trigger_id: 't',
      instrument_id: 'A',
      reason: 'manual',
      state: 'queued',
      priority: 1,
      resumed_from: null,
      model_version: null,
      note: null,
      detector: null,
      at_ms: 7,
    });
    expect(row('judgements')).toMatchObject({
      champion: 'm-1',
      first_ts: 1,
      alpha: 0.025,
      figures: '{"nEvents":500,"pBetter":0.3}',
      previous_hash: null,
      at_ms: 8,
    });
    const { judgements, openTriggers } = await journal.recover(LIMITS);
    expect(judgements).toEqual([judgementEntry({ atMs: 8 })]);
    expect(openTriggers).toEqual([triggerEntry('t', 'queued', { atMs: 7 })]);
    db.close();
    await journal.close();
    expect(await verifyJournal(directory)).toEqual({ nRows: 9, faults: [] });
  });
});

describe('groups', () => {
  test('entries are written in the order they came, whatever group they share', async () => {
    const journal = await open();
    const settled: number[] = [];
    const appended = Array.from({ length: 3000 }, (_, k) =>
      journal.append(signalEntry(k), k % 3 === 0).then(() => settled.push(k)),
    );
    expect(journal.health).toMatchObject({ status: 'ok', nQueued: 3000, nWritten: 0 });
    await Promise.all(appended);
    expect(journal.health).toEqual({ status: 'ok', reason: null, nQueued: 0, nWritten: 3000 });
    expect(settled, 'promises settle in order').toEqual(Array.from({ length: 3000 }, (_, k) => k));
    const db = new DatabaseSync(join(directory, 'ml4t.db'), { readOnly: true });
    const seqs = db.prepare('SELECT seq, signal_id FROM signals ORDER BY seq').all();
    expect(seqs).toEqual(settled.map((k) => ({ seq: k + 1, signal_id: `signal-${k}` })));
    db.close();
    await journal.close();
  });

  test('an entry is there for a reader as soon as its promise settles', async () => {
    const journal = await open();
    for (let k = 0; k < 50; k++) {
      await journal.append(signalEntry(k), true);
      expect(await journal.findSignal(`signal-${k}`), `signal ${k} was written`).not.toBe(null);
    }
    await journal.close();
  });

  test('one bad entry is refused alone; its neighbours are written', async () => {
    const journal = await open();
    const nan = { ...signalEntry(9), confidence: Number.NaN };
    const results = await Promise.allSettled(
      [
        signalEntry(1),
        signalEntry(1, { answer: 'other' }),
        nan,
        outcome(7),
        signalEntry(8, { signal: 0, trade: null }),
        outcome(8),
        barsEntry(10, 'A', journalBars(5)),
        barsEntry(12, 'A', journalBars(1)),
        signalEntry(2),
      ].map((entry) => journal.append(entry, false)),
    );
    const reasons = results.map((result) =>
      result.status === 'fulfilled' ? 'written' : String(result.reason.message),
    );
    expect(reasons).toEqual([
      'written',
      expect.stringContaining('signal-1 is recorded already'),
      expect.stringContaining('confidence'),
      expect.stringContaining('no signal signal-7 is recorded'),
      'written',
      expect.stringContaining('signal-8 is flat and has no outcome'),
      'written',
      expect.stringContaining('bars from id 12'),
      'written',
    ]);
    expect((await journal.findSignal('signal-1'))?.answer, 'the first record stands').toBe(signalEntry(1).answer);
    expect(journal.health).toMatchObject({ status: 'ok', nQueued: 0, nWritten: 4 });
    await journal.close();
    expect(await verifyJournal(directory)).toEqual({ nRows: 4, faults: [] });
  });

  test('an outcome, a dead letter or settings that come again are one record', async () => {
    const letter = {
      kind: 'dead_letter',
      stream: 's',
      entryId: '1-1',
      signalId: null,
      code: 'C',
      reason: 'r',
      payload: new Uint8Array(),
      atMs: 5,
    } as const;
    const settings = { kind: 'settings', settingsId: 'x', settings: '{}' } as const;
    await write(signalEntry(1), outcome(1), letter, settings);
    const journal = await open();
    await Promise.all(
      [outcome(1, { resolvedMs: 9 }), { ...letter, atMs: 9 }, settings].map((entry) => journal.append(entry, false)),
    );
    await expect(journal.append(outcome(1, { outcome: 'stop_loss', label: 0 }), false)).rejects.toThrow(
      /is recorded already, as take_profit with label 1/,
    );
    expect((await journal.findSignal('signal-1'))?.outcome).toEqual(outcomeRead(1, 1));
    await journal.close();
    expect(await verifyJournal(directory)).toEqual({ nRows: 4, faults: [] });
  });

  test('past maxQueue entries are turned away at once, and nothing else is', async () => {
    const journal = await open(100);
    const results = await Promise.allSettled(
      Array.from({ length: 150 }, (_, k) => journal.append(signalEntry(k), k % 2 === 0)),
    );
    expect(results.map(({ status }) => status)).toEqual([
      ...Array(100).fill('fulfilled'),
      ...Array(50).fill('rejected'),
    ]);
    expect(results[149]).toMatchObject({ reason: { code: 'JOURNAL_FULL' } });
    await journal.append(signalEntry(1000), true);
    await journal.close();
  });

  test('closing writes what is queued; afterwards nothing is taken', async () => {
    const journal = await open();
    const appended = Array.from({ length: 500 }, (_, k) => journal.append(signalEntry(k), true));
    await Promise.all([journal.close(), journal.close(), ...appended]);
    await expect(journal.append(signalEntry(501), true)).rejects.toMatchObject({ code: 'JOURNAL_FAILED' });
    expect(await verifyJournal(directory)).toEqual({ nRows: 500, faults: [] });
  });
});

describe('recovery', () => {
  test('an empty journal recovers nothing', async () => {
    const journal = await open();
    const nothing = {
      nextBarId: 0,
      instruments: [],
      open: [],
      matured: [],
      openTriggers: [],
      answers: [],
      judgements: [],
      halt: null,
      detector: [],
      nSignals: 0,
      nOutcomes: 0,
      nRecordedOutcomes: 0,
    };
    expect(await journal.recover(LIMITS)).toEqual(nothing);
    expect(await journal.history('A', null)).toMatchObject({ signals: [], bars: { length: 0 } });
    await journal.close();
  });

  test('of each instrument the latest bars, the last word on each; the instruments in the order they were fed', async () => {
    const revised = journalBars(2, { first: 8, price: 500 });
    const late = journalBars(3, { first: -5 });
    await write(
      barsEntry(0, 'A', journalBars(10)),
      barsEntry(10, 'B', journalBars(4, { taker: true })),
      barsEntry(14, 'C', journalBars(1)),
      barsEntry(15, 'A', revised),
      barsEntry(17, 'A', late),
      barsEntry(20, 'B', journalBars(1, { first: 4 })),
    );
    const journal = await open();
    const { instruments, nextBarId } = await journal.recover({ ...LIMITS, heldBars: 12, maxInstruments: 2 });
    expect(nextBarId).toBe(21);
    expect(
      instruments.map(({ instrumentId }) => instrumentId),
      'C was fed longest ago',
    ).toEqual(['A', 'B']);
    expect(instruments[0].ids).toEqual(Float64Array.of(18, 19, 0, 1, 2, 3, 4, 5, 6, 7, 15, 16));
    const expected = [
      late.bar(1),
      late.bar(2),
      ...Array.from({ length: 8 }, (_, i) => journalBars(10).bar(i)),
      revised.bar(0),
      revised.bar(1),
    ];
    expect(Array.from({ length: 12 }, (_, i) => instruments[0].bars.bar(i))).toEqual(expected);
    const taker = journalBars(4, { taker: true }).takerBuyVolume ?? [];
    expect(instruments[1].bars.takerBuyVolume, 'NaN where a bar has none').toEqual(
      Float64Array.of(...taker, Number.NaN),
    );
    expect((await journal.history('A', null)).bars.length).toBe(13);
    expect((await journal.history('B', null)).bars.takerBuyVolume, 'not every bar has one').toBe(null);
    await journal.close();
  });

  test('the signals that are open, the outcomes that count, and history without flat signals', async () => {
    const flat = signalEntry(6, { signal: 0, trade: null });
    await write(
      ...[0, 1, 2, 3, 4, 5].map((k) => signalEntry(k)),
      flat,
      outcome(1),
      outcome(0, { label: 0 }),
      outcome(3, { label: null, outcome: 'unresolvable' }),
      outcome(4),
    );
    const journal = await open();
    const recovery = await journal.recover(LIMITS);
    expect(recovery.open.map(({ signalId }) => signalId)).toEqual(['signal-2', 'signal-5']);
    expect(recovery.matured[1]).toEqual(endOf(0, { label: 0 }));
    const { signalId, instrumentId, barType, signal, modelVersion, confidence, source, trade } = signalEntry(2);
    expect(recovery.open[0]).toEqual({
      signalId,
      instrumentId,
      barType,
      signal,
      modelVersion,
      confidence,
      source,
      trade,
    });
    expect(recovery.matured.map(({ signalId: id, label }) => [id, label])).toEqual([
      ['signal-1', 1],
      ['signal-0', 0],
      ['signal-4', 1],
    ]);
    expect(recovery).toMatchObject({ nSignals: 7, nOutcomes: 3 });
    const limited = await journal.recover({ ...LIMITS, maxOpen: 1, window: 2 });
    expect(
      limited.open.map(({ signalId: id }) => id),
      'the newest',
    ).toEqual(['signal-5']);
    expect(
      limited.matured.map(({ signalId: id }) => id),
      'the newest',
    ).toEqual(['signal-0', 'signal-4']);
    expect((await journal.history('BTC-PERP.TEST', null)).signals).toHaveLength(6);
    await journal.close();
  });
});

describe('the directory', () => {
  test('is for its owner alone, files included', async () => {
    const journal = await open();
    await journal.append(signalEntry(1), true);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    const modes = readdirSync(directory).map((name) => [name, statSync(join(directory, name)).mode & 0o777]);
    expect(modes.length).toBeGreaterThan(3);
    expect(modes.filter(([, mode]) => mode !== 0o600)).toEqual([]);
    await journal.close();
  });

  test('is locked, and free again after closing', async () => {
    const journal = await open();
    await expect(open()).rejects.toMatchObject({
      code: 'JOURNAL_LOCKED',
      message: expect.stringContaining('is in use by this process already'),
    });
    await journal.append(signalEntry(1), true);
    await expect(open(), 'the second try must not have freed it').rejects.toMatchObject({ code: 'JOURNAL_LOCKED' });
    await journal.close();
    const again = await open();
    expect(await again.findSignal('signal-1')).not.toBe(null);
    await again.close();
  });
});

test('a history whose reading thread dies is refused with that reason; the journal goes on, and the next history comes', async () => {
  const bars = journalBars(50);
  await write(barsEntry(0, 'A', bars));
  const journal = await open();
  expect((await journal.history('B', null)).bars.length, 'by now its other threads are there').toBe(0);
  process.once('worker', (thread) => void thread.terminate());
  await expect(journal.history('A', null)).rejects.toMatchObject({
    code: 'JOURNAL_FAILED',
    message: expect.stringContaining('its reading thread ended early'),
  });
  expect(journal.health.status).toBe('ok');
  await journal.append(barsEntry(50, 'B', bars), true);
  expect((await journal.history('A', null)).bars.length).toBe(50);
  expect((await journal.history('B', null)).bars.length).toBe(50);
  await journal.close();
});
