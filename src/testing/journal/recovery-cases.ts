import type { Journal, KnownBars, OpenSignal } from '../../ports/index.ts';
import { assertSame } from '../assertions.ts';
import { columnsOf, type DefineCase, recoveryOf, write } from './journal-subject.ts';
import {
  barsEntry,
  detectorEntry,
  haltEntry,
  journalBars,
  judgementEntry,
  outcomeEntry,
  SETTINGS,
  sha256,
  signalEntry,
  triggerEntry,
  WINDOW,
  withColumns,
} from './sample-entries.ts';

/** What `recover` promises. */
export function recoveryCases(define: DefineCase): void {
  define('recover of an empty journal has nothing', async ({ journal }) => {
    const { instruments, open, matured, answers, openTriggers, judgements, halt, detector, ...counts } =
      await recoveryOf(journal);
    assertSame('counts', counts, { nextBarId: 0, nSignals: 0, nOutcomes: 0, nRecordedOutcomes: 0 });
    assertSame('halt', halt, null);
    const lists = [instruments, open, matured, answers, openTriggers, judgements, detector];
    assertSame(
      'lists',
      lists.map(({ length }) => length),
      [0, 0, 0, 0, 0, 0, 0],
    );
  });

  define('recover: the id of the next bar is one more than the highest', async ({ journal, reopen }) => {
    await write(journal, barsEntry(3, 'A', journalBars(4)), barsEntry(50, 'B', journalBars(2)));
    assertSame('after a run with a hole before it', (await recoveryOf(await reopen())).nextBarId, 52);
  });

  define(
    'recover: instruments in the order of their latest bars, at most maxInstruments',
    async ({ journal, reopen }) => {
      await write(journal, ...['A', 'B', 'C', 'A'].map((id, k) => barsEntry(k, id, journalBars(1, { first: k }))));
      const again = await reopen();
      const ids = async (maxInstruments: number): Promise<string[]> =>
        (await recoveryOf(again, { maxInstruments })).instruments.map(({ instrumentId }) => instrumentId);
      assertSame('all, the latest last', await ids(9), ['B', 'C', 'A']);
      assertSame('the latest two', await ids(2), ['C', 'A']);
      assertSame('none', await ids(0), []);
    },
  );

  define('recover: of each instrument the latest bars by time, at most heldBars', async ({ journal, reopen }) => {
    const bars = journalBars(300);
    // Two hundred single runs, and one hundred older bars that came last.
    const late = Array.from({ length: 200 }, (_, k) => barsEntry(k, 'A', bars.slice(100 + k, 101 + k)));
    await write(journal, ...late, barsEntry(200, 'A', bars.slice(0, 100)));
    const again = await reopen();
    const held = async (heldBars: number): Promise<KnownBars> => (await recoveryOf(again, { heldBars })).instruments[0];
    const [few, many, all] = [await held(50), await held(250), await held(1000)];
    assertSame('fifty', columnsOf(few.bars), columnsOf(bars.slice(250, 300)));
    assertSame(
      'their ids',
      [...few.ids],
      Array.from({ length: 50 }, (_, i) => 150 + i),
    );
    assertSame('a part of those that came late', columnsOf(many.bars), columnsOf(bars.slice(50, 300)));
    assertSame('ids of those', [...many.ids.slice(0, 51)], [...Array.from({ length: 50 }, (_, i) => 250 + i), 0]);
    assertSame('fewer where there are no more', all.bars.length, 300);
  });

  define('recover: of a bar that was revised the last word, under its own id', async ({ journal, reopen }) => {
    const [bars, revised] = [journalBars(5), journalBars(5, { price: 200 })];
    await write(
      journal,
      barsEntry(0, 'A', bars),
      barsEntry(5, 'A', revised.slice(1, 3)),
      barsEntry(7, 'A', bars.slice(1, 2)),
    );
    const [{ ids, bars: known }] = (await recoveryOf(await reopen(), { heldBars: 4 })).instruments;
    assertSame('ids', [...ids], [7, 6, 3, 4]);
    assertSame('prices', [...known.close], [bars.close[1], revised.close[2], bars.close[3], bars.close[4]]);
  });

  define('recover: taker volumes where any bar has one', async ({ journal }) => {
    const taker = journalBars(4, { taker: true });
    await write(journal, barsEntry(0, 'A', journalBars(2)), barsEntry(2, 'A', taker.slice(2, 4)));
    const taken = async (heldBars: number): Promise<unknown> => {
      const { takerBuyVolume } = (await recoveryOf(journal, { heldBars })).instruments[0].bars;
      return takerBuyVolume === null ? null : [...takerBuyVolume];
    };
    const [a, b] = [taker.takerBuyVolume?.[2], taker.takerBuyVolume?.[3]];
    assertSame('NaN for a bar that has none', await taken(4), [Number.NaN, Number.NaN, a, b]);
    await write(journal, barsEntry(4, 'A', journalBars(2, { first: 4 })));
    assertSame('null where none has one', await taken(2), null);
  });

  define('recover: columns of the sender where any bar has a value', async ({ journal, reopen }) => {
    const columned = journalBars(4, { columns: true });
    await write(journal, barsEntry(0, 'A', journalBars(2)), barsEntry(2, 'A', columned.slice(2, 4)));
    const known = async (of: Journal, heldBars: number): Promise<unknown> =>
      columnsOf((await recoveryOf(of, { heldBars })).instruments[0].bars);
    const expected = columnsOf(withColumns(journalBars(4), columned, [2, 3]));
    assertSame('NaN for a bar that has none', await known(journal, 4), expected);
    assertSame('after a start', await known(await reopen(), 4), expected);
  });

  define(
    'recover: open signals are neither flat nor ended, at most maxOpen of the latest',
    async ({ journal, reopen }) => {
      const flat = signalEntry(4, { signal: 0, trade: null });
      await write(journal, SETTINGS, WINDOW, signalEntry(1), signalEntry(2), signalEntry(3), flat, signalEntry(5));
      await write(journal, outcomeEntry(2));
      const again = await reopen();
      const open = async (maxOpen: number): Promise<unknown> =>
        (await recoveryOf(again, { maxOpen })).open.map(openPart);
      const expected = [1, 3, 5].map((k) => openPart({ ...signalEntry(k), trade: tradeOf(k) }));
      assertSame('oldest first', await open(9), expected);
      assertSame('the latest two', await open(2), expected.slice(1));
      assertSame('none', await open(0), []);
    },
  );

  define(
    'recover: matured outcomes have a label, at most window of the latest written',
    async ({ journal, reopen }) => {
      const unknown = { outcome: 'unresolvable', label: null, tradeReturn: null, exitTs: null, reason: 'x' } as const;
      await write(journal, SETTINGS, WINDOW, ...[1, 2, 3, 4].map((k) => signalEntry(k)));
      await write(
        journal,
        outcomeEntry(3),
        outcomeEntry(2, unknown),
        outcomeEntry(4, { label: 0, outcome: 'vertical' }),
        outcomeEntry(1),
      );
      const again = await reopen();
      const matured = async (window: number): Promise<string[]> =>
        (await recoveryOf(again, { window })).matured.map(({ signalId }) => signalId);
      assertSame('in the order they were written', await matured(9), ['signal-3', 'signal-4', 'signal-1']);
      assertSame('the latest two', await matured(2), ['signal-4', 'signal-1']);
      assertSame('none', await matured(0), []);
      const { kind: _, ...first } = outcomeEntry(1);
      assertSame('all of one', (await recoveryOf(again)).matured.at(-1), first);
    },
  );

  define('recover: the latest answers, at most maxAnswers, oldest first', async ({ journal, reopen }) => {
    await write(journal, SETTINGS, WINDOW, ...[4, 2, 3].map((k) => signalEntry(k)));
    const again = await reopen();
    const answers = async (maxAnswers: number): Promise<unknown> => (await recoveryOf(again, { maxAnswers })).answers;
    const expected = [4, 2, 3].map((k, i) => {
      const { signalId, bodyHash, answer, answerHash } = signalEntry(k);
      return { signalId, seq: i + 1, bodyHash, answer, answerHash };
    });
    assertSame('all', await answers(9), expected);
    assertSame('the latest two', await answers(2), expected.slice(1));
    assertSame('none', await answers(0), []);
  });

  define('recover: the counts are of everything, whatever the limits', async ({ journal, reopen }) => {
    const unknown = { outcome: 'unresolvable', label: null, tradeReturn: null, exitTs: null, reason: 'x' } as const;
    await write(journal, SETTINGS, WINDOW, ...[1, 2, 3, 4].map((k) => signalEntry(k)));
    await write(journal, outcomeEntry(1), outcomeEntry(2), outcomeEntry(3, unknown));
    const none = { maxInstruments: 0, heldBars: 0, maxOpen: 0, window: 0, maxAnswers: 0, maxPoints: 0 };
    const { nSignals, nOutcomes, nRecordedOutcomes, nextBarId } = await recoveryOf(await reopen(), none);
    assertSame('signals, outcomes with a label, bars', [nSignals, nOutcomes, nextBarId], [4, 2, 100]);
    assertSame('outcomes', nRecordedOutcomes, 3);
  });

  define('recover: the first move of every retraining without an end', async ({ journal, reopen }) => {
    const first = triggerEntry('b', 'created', { note: 'first', priority: 2 });
    const moves = [triggerEntry('a', 'created'), first, triggerEntry('b', 'processing', { note: 'later' })];
    const ends = [triggerEntry('a', 'completed'), triggerEntry('c', 'created'), triggerEntry('c', 'failed')];
    const open = triggerEntry('d', 'created', { resumedFrom: 'c' });
    await write(journal, ...moves, ...ends, open);
    assertSame('oldest first', (await recoveryOf(await reopen())).openTriggers, [first, open]);
  });

  define('recover: every judgement of the chain, oldest first', async ({ journal, reopen }) => {
    const chain = Array.from({ length: 60 }, (_, k) =>
      judgementEntry({
        attempt: k + 1,
        verdict: k % 2 === 0 ? 'hold' : 'promote',
        figures: { nEvents: 500 + k, pBetter: 1 / (3 + k) },
        firstTs: -5n,
        lastTs: 1_700_000_000_000_000_001n,
        hash: sha256(`judgement ${k}`),
        previousHash: k === 0 ? null : sha256(`judgement ${k - 1}`),
      }),
    );
    await write(journal, ...chain);
    assertSame('as they were written', (await recoveryOf(await reopen())).judgements, chain);
  });

  define(
    'recover: the entries of the last detector, from its start on, at most maxPoints',
    async ({ journal, reopen }) => {
      const before = [detectorEntry({ event: 'start', modelVersion: 'm-1' }), detectorEntry({ modelVersion: 'm-1' })];
      const start = detectorEntry({ event: 'start', ts: null, outcomeSeq: 7, statistic: 0 });
      const points = Array.from({ length: 5 }, (_, k) =>
        detectorEntry({
          event: k === 3 ? 'alarm' : 'point',
          outcomeSeq: 8 + k,
          ts: 1_700_000_000_000_000_001n + BigInt(k),
          statistic: 1 / (3 + k),
          nScored: k,
          nSpans: k + 1,
          nInside: k + 2,
          lastAlarmTs: k < 3 ? null : 1_700_000_000_000_000_004n,
          isAlarmed: k === 3,
          atMs: k,
        }),
      );
      await write(journal, ...before, start, ...points);
      const again = await reopen();
      const detectorOf = async (maxPoints: number): Promise<unknown> =>
        (await recoveryOf(again, { maxPoints })).detector;
      assertSame('as it was written', await detectorOf(100), [start, ...points]);
      assertSame('the latest 2', await detectorOf(2), points.slice(3));
    },
  );

  define('recover: the last halt, or end of one', async ({ journal, reopen }) => {
    const halts = [
      haltEntry({ reason: 'a feed is wrong', atMs: 1 }),
      haltEntry({ halted: false, reason: 'it is right', atMs: 2 }),
      haltEntry({ atMs: 3 }),
    ];
    let latest = journal;
    for (const halt of halts) {
      await write(latest, halt);
      latest = await reopen();
      assertSame('as it was written', (await recoveryOf(latest)).halt, halt);
    }
  });
}

const tradeOf = (k: number): OpenSignal['trade'] => signalEntry(k).trade as OpenSignal['trade'];

/** What an open signal must have; it may have more. */
function openPart(open: OpenSignal): OpenSignal {
  const { signalId, instrumentId, barType, signal, modelVersion, confidence, source, trade } = open;
  return { signalId, instrumentId, barType, signal, modelVersion, confidence, source, trade };
}
