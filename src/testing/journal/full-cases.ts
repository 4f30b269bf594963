import { assertRejects, assertResolves, assertSame } from '../assertions.ts';
import { ContractError } from '../contract-case.ts';
import { append, type DefineCase, type JournalSubject, write } from './journal-subject.ts';
import { SETTINGS, signalEntry, WINDOW } from './sample-entries.ts';

/** What is promised while the storage has no room. */
export function fullCases(define: DefineCase): void {
  define(
    'while it is full, what somebody waits for is dropped, and anything else is kept until it is written',
    async (subject) => {
      const { journal } = subject;
      await write(journal, SETTINGS, WINDOW);
      setFull(subject, true);
      const kept = append(journal, signalEntry(1), false);
      const dropped = append(journal, signalEntry(2), true);
      await assertRejects('the durable one', dropped, 'JOURNAL_FULL');
      const { status, reason, nQueued } = journal.health;
      const health = { status, hasReason: reason !== null, nQueued };
      assertSame('its health', health, { status: 'full', hasReason: true, nQueued: 1 });
      setFull(subject, false);
      await assertResolves('the other one, once there is room', kept);
      assertSame('the dropped one is not there', await journal.findSignal('signal-2'), null);
      assertSame('the kept one is', (await journal.findSignal('signal-1'))?.signalId, 'signal-1');
      await write(journal, signalEntry(2));
    },
  );

  define('a signal that is dropped leaves no gap in the numbers', async (subject) => {
    const { journal } = subject;
    await write(journal, SETTINGS, WINDOW, signalEntry(1));
    setFull(subject, true);
    const dropped = append(journal, signalEntry(2), true);
    const kept = append(journal, signalEntry(3), false);
    await assertRejects('the durable one', dropped, 'JOURNAL_FULL');
    setFull(subject, false);
    await kept;
    assertSame('the one behind it', (await journal.findSignal('signal-3'))?.seq, 2);
  });

  define('every change of status is heard once, with the health as it is then', async (subject) => {
    const { journal } = subject;
    const heard: string[] = [];
    journal.onStatus(({ status, reason }) => heard.push(`${status} ${reason === null}`));
    await write(journal, SETTINGS, WINDOW);
    assertSame('nothing while all is well', heard, []);
    setFull(subject, true);
    const kept = append(journal, signalEntry(1), false);
    await assertRejects('what somebody waits for', append(journal, signalEntry(2), true), 'JOURNAL_FULL');
    setFull(subject, false);
    await kept;
    assertSame('full, and well again', heard, ['full false', 'ok true']);
  });
}

function setFull(subject: JournalSubject, isFull: boolean): void {
  if (subject.setFull === undefined) throw new ContractError('canBeFull: the subject has no setFull');
  subject.setFull(isFull);
}
