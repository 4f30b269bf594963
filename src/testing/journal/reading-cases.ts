import type { BarSeries } from '../../domain/index.ts';
import type { Journal, SignalEntry } from '../../ports/index.ts';
import { assertRejects, assertSame } from '../assertions.ts';
import { columnsOf, type DefineCase, recoveryOf, write } from './journal-subject.ts';
import {
  barsEntry,
  journalBars,
  MINUTE,
  outcomeEntry,
  SETTINGS,
  START,
  signalEntry,
  triggerEntry,
  WINDOW,
  withColumns,
} from './sample-entries.ts';

/** What the reads of the past promise, `recover` left out. */
export function readingCases(define: DefineCase): void {
  define('a signal is read back as it was written', async ({ journal, reopen }) => {
    const scattered = Float64Array.of(0, 7, 9, 99, 3, 4, 5, 5);
    const signals = [
      signalEntry(1),
      signalEntry(2, { features: null, modelVersion: null, trade: null, signal: 0, source: 'default' }),
      signalEntry(3, { barIds: scattered, answer: '"\u{1F600}\n\\', signalId: '名-"\'; --', transport: 'http' }),
      signalEntry(4, { features: Float64Array.of(Number.NaN, -0, 5e-324, Number.NEGATIVE_INFINITY) }),
    ];
    await write(journal, SETTINGS, WINDOW, ...signals);
    const again = await reopen();
    for (const [i, { kind: _, ...signal }] of signals.entries()) {
      const expected = { ...signal, seq: i + 1, outcome: null };
      assertSame(`signal ${signal.signalId}`, await again.findSignal(signal.signalId), expected);
    }
  });

  define('a signal is found by its exact id, with its outcome', async ({ journal }) => {
    const unknown = {
      outcome: 'unresolvable',
      label: null,
      tradeReturn: null,
      exitTs: null,
      reason: 'a hole',
    } as const;
    await write(journal, SETTINGS, WINDOW, signalEntry(1), signalEntry(2), signalEntry(3));
    await write(journal, outcomeEntry(1), outcomeEntry(2, unknown));
    for (const id of ['SIGNAL-1', 'signal-1 ', ' signal-1', 'signal-', 'signal-10']) {
      assertSame(`no signal ${JSON.stringify(id)} was written`, await journal.findSignal(id), null);
    }
    const outcomeOf = async (k: number): Promise<unknown> => (await journal.findSignal(`signal-${k}`))?.outcome;
    const { kind: _, ...first } = outcomeEntry(1);
    const { kind: __, ...second } = outcomeEntry(2, unknown);
    assertSame('how it ended', await outcomeOf(1), { ...first, seq: 1 });
    assertSame('that it cannot be known', await outcomeOf(2), { ...second, seq: 2 });
    assertSame('null while it is open', await outcomeOf(3), null);
  });

  define(
    'signalsAfter and outcomesAfter give what has a higher number, in the order of the numbers',
    async (subject) => {
      const { journal, reopen } = subject;
      assertSame('none of an empty journal', await journal.signalsAfter(0, 9), []);
      await write(journal, SETTINGS, WINDOW, ...[4, 2, 3, 1].map((k) => signalEntry(k)));
      await write(journal, outcomeEntry(3), outcomeEntry(4));
      const again = await reopen();
      const { kind: _, ...end } = outcomeEntry(3);
      const numbered = (k: number, seq: number, outcome: unknown): object => {
        const { signalId, instrumentId, answer, answerHash, modelVersion, features } = signalEntry(k);
        const { transport, receivedMs, settingsId } = signalEntry(k);
        const made = { modelVersion, features, transport, receivedMs, settingsId };
        return { signalId, instrumentId, seq, answer, answerHash, ...made, outcome };
      };
      const expected = [numbered(2, 2, null), numbered(3, 3, { ...end, seq: 1 })];
      assertSame('a page of signals', await again.signalsAfter(1, 2), expected);
      const ids = async (after: number, limit: number): Promise<string[]> =>
        (await again.signalsAfter(after, limit)).map(({ signalId }) => signalId);
      assertSame('all signals', await ids(0, 9), ['signal-4', 'signal-2', 'signal-3', 'signal-1']);
      assertSame('none after the last', await ids(4, 9), []);
      const ends = async (after: number, limit: number): Promise<unknown> =>
        (await again.outcomesAfter(after, limit)).map(({ signalId, seq }) => [signalId, seq]);
      assertSame('outcomes', await ends(0, 9), [
        ['signal-3', 1],
        ['signal-4', 2],
      ]);
      assertSame('a page of outcomes', await ends(0, 1), [['signal-3', 1]]);
      assertSame('none after the last', await ends(2, 1), []);
    },
  );

  define('promisesAfter gives what one model promised and what came of it', async ({ journal, reopen }) => {
    const ask = { expected_r: 0.2, expected_return_bps: 10, base_rate: 0.4, take: true };
    const promising = (k: number, change: Partial<SignalEntry> = {}): SignalEntry =>
      signalEntry(k, { answer: JSON.stringify(ask), ...change });
    const page = async (from: Journal, after: number, limit: number): Promise<unknown> => {
      const { upTo, found } = await from.promisesAfter('model-1', after, limit);
      const { label, take, promisedR, risk, baseRate, confidence, cost, excess } = found;
      return [upTo, [label, take, promisedR, risk, baseRate, confidence, cost, excess].map((column) => [...column])];
    };
    const none = [[], [], [], [], [], [], [], []];
    assertSame('none of an empty journal', await page(journal, 0, 9), [0, none]);
    const silent = promising(3, { source: 'default' });
    await write(journal, SETTINGS, WINDOW, promising(1), promising(2, { modelVersion: 'other' }), silent);
    await write(journal, signalEntry(4), promising(5), promising(6));
    await write(journal, outcomeEntry(2, { modelVersion: 'other' }), outcomeEntry(3, { source: 'default' }));
    const open = { outcome: 'unresolvable', label: null, tradeReturn: null, coin: null, excess: null } as const;
    await write(journal, outcomeEntry(1), outcomeEntry(4), outcomeEntry(5, { ...open, reason: 'a hole' }));
    await write(journal, outcomeEntry(6, { label: 0, coin: null, excess: null }));
    const again = await reopen();
    const { excess, costBps } = outcomeEntry(1);
    const cost = costBps / 1e4;
    const own = (k: number): number => signalEntry(k).confidence;
    const [nan, risk] = [Number.NaN, 10 / 1e4 / 0.2];
    assertSame('all', await page(again, 0, 9), [
      6,
      [
        [1, 1, 0],
        [1, 0, 1],
        [0.2, nan, 0.2],
        [risk, nan, risk],
        [0.4, nan, 0.4],
        [own(1), own(4), own(6)],
        [cost, cost, cost],
        [excess, excess, nan],
      ],
    ]);
    assertSame('none of the first two', await page(again, 0, 2), [2, none]);
    const first = [[1], [1], [0.2], [risk], [0.4], [own(1)], [cost], [excess]];
    assertSame('a page', await page(again, 2, 1), [3, first]);
    assertSame('none after the last', await page(again, 6, 9), [6, none]);
  });

  define('signalIds gives the id of every signal written before the call', async ({ journal, reopen }) => {
    assertSame('none of an empty journal', await idsOf(journal), []);
    const n = 2500;
    await write(journal, SETTINGS, WINDOW, ...Array.from({ length: n }, (_, k) => signalEntry(k)));
    const expected = Array.from({ length: n }, (_, k) => `signal-${k}`).sort();
    assertSame('each of them', await idsOf(journal), expected);
    assertSame('each of them after a kill', await idsOf(await reopen()), expected);
  });

  define('signalIds may be left early, and begins anew', async ({ journal }) => {
    await write(journal, SETTINGS, WINDOW, ...Array.from({ length: 3000 }, (_, k) => signalEntry(k)));
    for await (const _ of journal.signalIds()) break;
    await write(journal, signalEntry(3000));
    assertSame('the number of ids', (await idsOf(journal)).length, 3001);
  });

  define('readBars gives the bars in the order of the ids, bit for bit', async ({ journal, reopen }) => {
    const plain = journalBars(300);
    const taken = journalBars(300, { taker: true });
    for (const [first, bars] of [[0, plain] as const, [1000, taken] as const]) {
      await write(
        journal,
        barsEntry(first, 'A', bars.slice(0, 100)),
        barsEntry(first + 100, 'B', bars.slice(100, 101)),
        barsEntry(first + 150, 'A', bars.slice(101, 300)),
      );
    }
    const again = await reopen();
    const ids = Float64Array.of(99, 0, 100, 150, 0, 348);
    const rows = [99, 0, 100, 101, 0, 299];
    assertSame('without taker volumes', columnsOf(await again.readBars(ids)), pick(plain, rows));
    const later = ids.map((id) => 1000 + id);
    assertSame('with taker volumes', columnsOf(await again.readBars(later)), pick(taken, rows));
  });

  define('readBars gives taker volumes where all of the bars have one', async ({ journal }) => {
    await write(
      journal,
      barsEntry(0, 'A', journalBars(5)),
      barsEntry(5, 'A', journalBars(5, { first: 5, taker: true })),
    );
    const taker = async (...ids: number[]): Promise<boolean> =>
      (await journal.readBars(Float64Array.from(ids))).takerBuyVolume !== null;
    assertSame(
      'with, without, and both',
      [await taker(6, 7), await taker(1, 2), await taker(4, 5)],
      [true, false, false],
    );
  });

  define('readBars of an id that was never given is damage', async ({ journal }) => {
    await write(journal, barsEntry(0, 'A', journalBars(5)), barsEntry(10, 'A', journalBars(5, { first: 5 })));
    for (const id of [5, 9, 15]) {
      await assertRejects(`bar ${id}`, journal.readBars(Float64Array.of(0, id)), 'JOURNAL_DAMAGED');
    }
  });

  define('history has every bar of the instrument, the last word on each, in order of time', async ({ journal }) => {
    const [bars, revised] = [journalBars(10), journalBars(10, { price: 200 })];
    await write(
      journal,
      barsEntry(0, 'A', bars.slice(4, 8)),
      barsEntry(4, 'B', journalBars(10, { price: 50 })),
      barsEntry(14, 'A', bars.slice(0, 3)), // late
      barsEntry(17, 'A', revised.slice(6, 9)),
    );
    const { bars: known } = await journal.history('A', null);
    assertSame(
      'times, without that of bar 3, which is not there',
      [...known.tsEvent],
      [...bars.tsEvent].filter((_, i) => i !== 3 && i < 9),
    );
    const closes = [0, 1, 2, 4, 5].map((i) => bars.close[i]);
    assertSame('prices', [...known.close], [...closes, ...revised.close.slice(6, 9)]);
    assertSame('no taker volumes where some have none', known.takerBuyVolume, null);
  });

  define('history has the signals of the instrument that are not flat, in the order written', async ({ journal }) => {
    const trade = { entryTs: START + 5n * MINUTE, target: 1, maxStepNs: MINUTE, tickSize: null, costBps: 0 };
    const earlier = { ...trade, entryTs: START };
    await write(
      journal,
      SETTINGS,
      WINDOW,
      signalEntry(1, { signal: -1, trade }),
      signalEntry(2, { signal: 0, trade: null }),
      signalEntry(3, { instrumentId: 'B' }),
      signalEntry(4, { signal: 1, trade: earlier }),
    );
    const { signals } = await journal.history('BTC-PERP.TEST', null);
    const { strength, columnValues } = signalEntry(1);
    const expected = [
      { entryTs: trade.entryTs, signal: -1, strength, columnValues, told: null },
      { entryTs: earlier.entryTs, signal: 1, strength: 1, columnValues: null, told: null },
    ];
    assertSame('entry, side and what was read', signals, expected);
  });

  define(
    'history has the outcomes that were reported, and those that were resolved not',
    async ({ journal, reopen }) => {
      await write(journal, SETTINGS, WINDOW, ...[1, 2, 3, 4].map((k) => signalEntry(k)));
      await write(
        journal,
        outcomeEntry(1),
        outcomeEntry(2, { outcome: 'told', label: 0, tradeReturn: -0.25, exitTs: START + MINUTE, resolvedMs: 7 }),
        outcomeEntry(4, { outcome: 'told', label: 1, tradeReturn: null, exitTs: null, resolvedMs: 8 }),
      );
      const again = await reopen();
      const { signals } = await again.history('BTC-PERP.TEST', null);
      const expected = [
        null,
        { label: 0, tradeReturn: -0.25, exitTs: START + MINUTE, toldMs: 7 },
        null,
        { label: 1, tradeReturn: null, exitTs: null, toldMs: 8 },
      ];
      assertSame(
        'what was reported',
        signals.map(({ told }) => told),
        expected,
      );
    },
  );

  define('columns of the sender come with their bars', async ({ journal, reopen }) => {
    const [plain, columned] = [journalBars(6), journalBars(6, { columns: true })];
    await write(journal, barsEntry(0, 'A', plain.slice(0, 3)), barsEntry(3, 'A', columned.slice(2, 6)));
    const expected = withColumns(plain, columned, [2, 3, 4, 5]);
    const again = await reopen();
    const ids = Float64Array.of(0, 1, 3, 4, 5, 6);
    assertSame('readBars: where any has a value', columnsOf(await again.readBars(ids)), columnsOf(expected));
    assertSame('none where none has', columnsOf(await again.readBars(ids.slice(0, 2))), columnsOf(plain.slice(0, 2)));
    assertSame('history', columnsOf((await again.history('A', null)).bars), columnsOf(expected));
  });

  define('history of an instrument that is not known is empty', async ({ journal }) => {
    await write(journal, SETTINGS, WINDOW, signalEntry(1));
    const { bars, signals } = await journal.history('BTC-PERP', null);
    assertSame('bars and signals', [bars.length, signals.length], [0, 0]);
  });

  define('two bar types of an instrument are two series', async ({ journal, reopen }) => {
    const [bid, last] = [journalBars(4, { price: 99 }), journalBars(6)];
    const [ofBid, ofLast] = ['A-1-MINUTE-BID-EXTERNAL', 'A-1-MINUTE-LAST-EXTERNAL'];
    const ids = { barIds: Float64Array.of(0, 1), instrumentId: 'A' };
    await write(
      journal,
      SETTINGS,
      barsEntry(0, 'A', bid, ofBid),
      barsEntry(4, 'A', last, ofLast),
      barsEntry(10, 'A', bid.slice(0, 3), ofBid),
      barsEntry(13, 'A', journalBars(2)),
      signalEntry(1, { ...ids, barType: ofLast }),
      signalEntry(2, { ...ids, barType: ofBid }),
    );
    await write(
      journal,
      outcomeEntry(2, { instrumentId: 'A', barType: ofBid }),
      triggerEntry('t', 'created', { barType: ofBid }),
    );
    const again = await reopen();
    const lengths = [ofBid, ofLast, null, 'A-1-MINUTE'].map(
      async (barType) => (await again.history('A', barType)).bars.length,
    );
    assertSame('bars of each', await Promise.all(lengths), [4, 6, 2, 0]);
    assertSame('signals of one', (await again.history('A', ofLast)).signals.length, 1);
    const found = await again.findSignal('signal-2');
    assertSame('a signal and its outcome', [found?.barType, found?.outcome?.barType], [ofBid, ofBid]);
    const { instruments, open } = await recoveryOf(again);
    const known = instruments.map(({ barType, firstId, bars }) => [barType, firstId, bars.length]);
    assertSame('recover: each series, with the id of its first bar', known, [
      [ofLast, 4, 6],
      [ofBid, 0, 4],
      [null, 13, 2],
    ]);
    assertSame(
      'recover: an open signal',
      open.map(({ instrumentId, barType }) => [instrumentId, barType]),
      [['A', ofLast]],
    );
    const [trigger] = await again.triggers(9);
    assertSame('a move of a retraining', [trigger.instrumentId, trigger.barType], ['A', ofBid]);
  });

  define('findSettings gives the text under an id, or null', async ({ journal }) => {
    await write(journal, SETTINGS);
    assertSame('the text', await journal.findSettings(SETTINGS.settingsId), SETTINGS.settings);
    assertSame('null for any other', await journal.findSettings(SETTINGS.settingsId.slice(1)), null);
  });

  define('triggers gives the latest moves, oldest first', async ({ journal, reopen }) => {
    const moves = [
      triggerEntry('a', 'created', { note: null, atMs: 9 }),
      triggerEntry('a', 'queued', { instrumentId: null, reason: 'sample_count', priority: 3, atMs: 2 }),
      triggerEntry('b', 'created', { resumedFrom: 'a' }),
      triggerEntry('a', 'completed', { modelVersion: 'm-2', note: 'ü' }),
    ];
    await write(journal, ...moves);
    const again = await reopen();
    assertSame('all of them', await again.triggers(100), moves);
    assertSame('the latest two', await again.triggers(2), moves.slice(2));
    assertSame('none', await again.triggers(0), []);
  });
}

async function idsOf(journal: Journal): Promise<string[]> {
  const ids = new Set<string>();
  for await (const piece of journal.signalIds()) for (const id of piece) ids.add(id);
  return [...ids].sort();
}

/** The columns of these bars, as {@link columnsOf} has them. */
function pick(bars: BarSeries, rows: readonly number[]): object {
  const { columns: named, ...own } = columnsOf(bars) as Readonly<Record<string, readonly unknown[] | null>>;
  const columns = Object.entries(own).map(([name, column]) => [name, column && rows.map((row) => column[row])]);
  return { ...Object.fromEntries(columns), columns: named };
}
