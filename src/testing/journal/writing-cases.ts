import type { OutcomeEntry } from '../../ports/index.ts';
import { assertRejects, assertResolves, assertSame } from '../assertions.ts';
import { append, type DefineCase, recoveryOf, write } from './journal-subject.ts';
import {
  barsEntry,
  deadLetter,
  journalBars,
  outcomeEntry,
  SETTINGS,
  signalEntry,
  triggerEntry,
  WINDOW,
} from './sample-entries.ts';

const REFUSED = 'INVALID_VALUE';

/** What `append`, `health` and `close` promise. */
export function writingCases(define: DefineCase): void {
  define('an entry whose promise resolved is found by every read that begins later', async ({ journal }) => {
    await write(journal, SETTINGS, WINDOW);
    for (let k = 0; k < 5; k++) {
      await append(journal, signalEntry(k), true);
      const found = await journal.findSignal(`signal-${k}`);
      assertSame('it is found in the process that wrote it', found?.answerHash, signalEntry(k).answerHash);
    }
  });

  define('an entry whose promise resolved is there after a kill -9', async ({ journal, reopen }) => {
    await write(
      journal,
      SETTINGS,
      WINDOW,
      signalEntry(1),
      signalEntry(2),
      outcomeEntry(1),
      triggerEntry('t', 'created'),
    );
    const again = await reopen();
    const recovery = await recoveryOf(again);
    assertSame('signals are there', recovery.nSignals, 2);
    assertSame('bars are there', recovery.nextBarId, 100);
    assertSame('outcomes are there', (await again.findSignal('signal-1'))?.outcome?.label, 1);
    assertSame('settings are there', await again.findSettings(SETTINGS.settingsId), SETTINGS.settings);
    assertSame('moves of retrainings are there', (await again.triggers(9)).length, 1);
  });

  define('signals and outcomes are numbered from 1, without gaps where one was refused', async (subject) => {
    const { journal, reopen } = subject;
    await write(journal, SETTINGS, WINDOW, signalEntry(3));
    const repeated = append(journal, signalEntry(3), false);
    const second = append(journal, signalEntry(1), true);
    await assertRejects('a signal that is recorded', repeated, REFUSED);
    await assertResolves('the one behind it', second);
    await write(journal, outcomeEntry(1));
    const again = await reopen();
    await write(again, outcomeEntry(1), signalEntry(2), outcomeEntry(2), outcomeEntry(3));
    const numbers = async (k: number): Promise<unknown> => {
      const { seq, outcome } = (await again.findSignal(`signal-${k}`)) ?? {};
      return [seq, outcome?.seq];
    };
    assertSame('in the order of the calls', await numbers(3), [1, 3]);
    assertSame('after a refused one', await numbers(1), [2, 1]);
    assertSame('after a restart', await numbers(2), [3, 2]);
  });

  define('entries are written in the order of the calls', async ({ journal, reopen }) => {
    const ks = [5, 3, 9, 1, 7];
    const entries = ks.flatMap((k) => [signalEntry(k), triggerEntry(`t${k}`, 'created')]);
    await write(journal, SETTINGS, WINDOW, ...entries);
    const again = await reopen();
    const { answers } = await recoveryOf(again);
    assertSame(
      'signals',
      answers.map(({ signalId }) => signalId),
      ks.map((k) => `signal-${k}`),
    );
    const moves = await again.triggers(9);
    assertSame(
      'moves',
      moves.map(({ triggerId }) => triggerId),
      ks.map((k) => `t${k}`),
    );
  });

  define('bars with an id that was given are refused, and the entries beside them are written', async ({ journal }) => {
    await write(journal, SETTINGS, WINDOW);
    const again = append(journal, barsEntry(99, 'A', journalBars(2)), false);
    const beside = append(journal, signalEntry(1), false);
    const next = append(journal, barsEntry(250, 'A', journalBars(2)), false);
    await assertRejects('bars from id 99 on, of which 100 were given', again, REFUSED);
    await assertResolves('the signal beside them', beside);
    await assertResolves('bars with a later id, where some were left out', next);
    assertSame('ids go on after the last', (await recoveryOf(journal)).nextBarId, 252);
  });

  define('a signal whose id is recorded is refused, and the first record stands', async ({ journal, reopen }) => {
    await write(journal, SETTINGS, WINDOW, signalEntry(1));
    const again = append(journal, signalEntry(1, { answer: '{"another":1}' }), true);
    const beside = append(journal, signalEntry(2), true);
    await assertRejects('the same id again', again, REFUSED);
    await assertResolves('the signal beside it', beside);
    const opened = await reopen();
    assertSame('the first record', (await opened.findSignal('signal-1'))?.answer, signalEntry(1).answer);
    assertSame('the number of signals', (await recoveryOf(opened)).nSignals, 2);
  });

  define('an outcome of a signal that is not recorded, or is flat, is refused', async ({ journal }) => {
    await write(journal, SETTINGS, WINDOW, signalEntry(1, { signal: 0, trade: null }));
    await assertRejects('an outcome of no signal', append(journal, outcomeEntry(7), false), REFUSED);
    await assertRejects('an outcome of a flat signal', append(journal, outcomeEntry(1), false), REFUSED);
    assertSame('nothing matured', (await recoveryOf(journal)).nOutcomes, 0);
  });

  define('another outcome of a signal is refused, and the first stands', async ({ journal, reopen }) => {
    await write(journal, SETTINGS, WINDOW, signalEntry(1), outcomeEntry(1));
    const others: Partial<OutcomeEntry>[] = [{ label: 0 }, { outcome: 'stop_loss' }, { outcome: 'told', label: 0 }];
    for (const other of others) {
      await assertRejects(JSON.stringify(other), append(journal, outcomeEntry(1, other), false), REFUSED);
    }
    const { outcome = null } = (await (await reopen()).findSignal('signal-1')) ?? {};
    assertSame('the first outcome', [outcome?.outcome, outcome?.label], ['take_profit', 1]);
  });

  define('the outcome that a signal has resolves and changes nothing', async ({ journal }) => {
    await write(journal, SETTINGS, WINDOW, signalEntry(1), outcomeEntry(1));
    const again = append(journal, outcomeEntry(1, { resolvedMs: 9, exitTs: 8n }), false);
    await assertResolves('the same outcome and label again', again);
    assertSame('it counts once', (await recoveryOf(journal)).nOutcomes, 1);
    assertSame('the first stands', (await journal.findSignal('signal-1'))?.outcome?.exitTs, outcomeEntry(1).exitTs);
  });

  define('a dead letter of a stream entry that has one resolves', async ({ journal, reopen }) => {
    await write(journal, deadLetter());
    await assertResolves('the same letter again', append(journal, deadLetter(), true));
    await assertResolves(
      'of the same entry with another reason',
      append(journal, deadLetter({ reason: 'other' }), true),
    );
    await assertResolves('of another entry', append(journal, deadLetter({ entryId: '1-2' }), true));
    const again = await reopen();
    await assertResolves('the same letter after a restart', append(again, deadLetter(), true));
  });

  define('settings that are recorded resolve, and the first record stands', async ({ journal, reopen }) => {
    await write(journal, SETTINGS);
    const again = await reopen();
    await assertResolves('the same settings at the next start', append(again, SETTINGS, false));
    await assertResolves('another text', append(again, { ...SETTINGS, settings: '{"a":2}' }, false));
    assertSame('the first text', await again.findSettings(SETTINGS.settingsId), SETTINGS.settings);
  });

  define('the health counts what waits and what is written', async ({ journal }) => {
    assertSame('nothing waits at the start', journal.health.nQueued, 0);
    await write(journal, SETTINGS, WINDOW, signalEntry(1));
    const { status, reason, nQueued, nWritten } = journal.health;
    assertSame(
      'its status',
      { status, reason, nQueued, nWritten },
      { status: 'ok', reason: null, nQueued: 0, nWritten: 3 },
    );
  });

  define('close writes what is queued', async ({ journal, reopen }) => {
    await write(journal, SETTINGS, WINDOW);
    const written = Array.from({ length: 50 }, (_, k) => append(journal, signalEntry(k), k % 2 === 0));
    await journal.close();
    for (const each of written) await assertResolves('an entry that was queued', each);
    assertSame('all of it is there', (await recoveryOf(await reopen())).nSignals, 50);
  });

  define('after close nothing is taken', async ({ journal }) => {
    await write(journal, SETTINGS, WINDOW);
    await journal.close();
    await assertResolves('a second close', journal.close());
    await assertRejects('an entry that somebody waits for', append(journal, signalEntry(1), true), 'JOURNAL_FAILED');
    await assertRejects('any other entry', append(journal, signalEntry(2), false), 'JOURNAL_FAILED');
  });
}
