import { describe, expect, test } from 'vitest';
import { ControlledJournal } from '../../../test/support/controlled-journal.ts';
import { liveService, messageAt, OVER_HTTP, OVER_STREAM, submitNow } from '../../../test/support/live-service.ts';
import { randomWalk } from '../../../test/support/random-walk.ts';
import type { RecordedSignal, SignalReceipt } from '../../ports/index.ts';
import type { SignalService } from '../signal-service.ts';
import { KNOWN_ANSWERS } from './known-signals.ts';

const bars = randomWalk(300, 11, { gaps: 0 });

/** A journal that answers about the past when the test lets it. */
class SlowJournal extends ControlledJournal {
  /** Ids that were looked for, also by what recalls the features of the latest signals. */
  readonly lookups: string[] = [];
  nIdReadings = 0;
  /** Whether a reading of ids comes to its end. */
  areIdsReadable = true;
  #gate = Promise.withResolvers<void>();

  override reopen(): SlowJournal {
    return new SlowJournal(this.records);
  }

  /** Lets every look that waits, and those after it, go on. */
  letGo(): void {
    this.#gate.resolve();
  }

  override async findSignal(signalId: string): Promise<RecordedSignal | null> {
    this.lookups.push(signalId);
    await this.#gate.promise;
    return super.findSignal(signalId);
  }

  override async *signalIds(): AsyncGenerator<readonly string[]> {
    this.nIdReadings++;
    if (!this.areIdsReadable) throw new Error('the table is locked');
    yield* super.signalIds();
  }
}

/** A journal that looks at once and says later what it saw; its ids cannot be read. */
class LateJournal extends ControlledJournal {
  static latest: LateJournal;
  readonly #waiting: { readonly signalId: string; readonly letGo: () => void }[] = [];

  override reopen(): LateJournal {
    LateJournal.latest = new LateJournal(this.records);
    return LateJournal.latest;
  }

  /** Lets the oldest look for this id go on. */
  async letGo(signalId: string): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    const at = this.#waiting.findIndex((look) => look.signalId === signalId);
    if (at >= 0) this.#waiting.splice(at, 1)[0].letGo();
    await new Promise((resolve) => setImmediate(resolve));
  }

  override async findSignal(signalId: string): Promise<RecordedSignal | null> {
    const found = await super.findSignal(signalId);
    await new Promise<void>((letGo) => this.#waiting.push({ signalId, letGo }));
    return found;
  }

  // biome-ignore lint/correctness/useYield: it fails
  override async *signalIds(): AsyncGenerator<readonly string[]> {
    throw new Error('the table is locked');
  }
}

/** Fills a journal with more answers than are kept in memory; the first are `old-0`, `old-1`. */
async function filled<J extends ControlledJournal = SlowJournal>(
  journal: J = new SlowJournal() as ControlledJournal as J,
): Promise<J> {
  const { service } = await liveService({ journal });
  for (let i = 0; i < KNOWN_ANSWERS + 10; i++) {
    await submitNow(service, messageAt(bars, 150, { signalId: `old-${i}`, bars: i === 0 ? window : null }), OVER_STREAM)
      .recorded;
  }
  return journal;
}
const window = bars.slice(51, 151);

/** A service that begins on a journal, once it has read the ids. */
async function begun(journal: SlowJournal): Promise<SignalService> {
  const { service } = await liveService({ journal });
  await new Promise((resolve) => setImmediate(resolve));
  return service;
}

describe('a signal older than what is in memory', () => {
  test('gets the answer it got, and is judged once, also where it comes fifty times at once', async () => {
    const journal = (await filled()).reopen();
    const before = journal.signals.find(({ signalId }) => signalId === 'old-1');
    const service = await begun(journal);
    const again = Array.from({ length: 50 }, () =>
      service.submit(messageAt(bars, 150, { signalId: 'old-1', bars: null }), OVER_HTTP),
    );
    expect(
      again.every((receipt) => receipt instanceof Promise),
      'only the journal can say',
    ).toBe(true);
    journal.letGo();
    const receipts = await Promise.all(again);
    expect(new Set(receipts.map(({ answerHash }) => answerHash))).toEqual(new Set([before?.answerHash]));
    expect(receipts.every(({ isDuplicate }) => isDuplicate)).toBe(true);
    expect(
      journal.lookups.filter((id) => id === 'old-1'),
      'they share a look',
    ).toHaveLength(1);
    expect(journal.signals.filter(({ signalId }) => signalId === 'old-1')).toHaveLength(1);
  });

  test('with another body is a conflict, and counted', async () => {
    const journal = (await filled()).reopen();
    journal.letGo();
    const service = await begun(journal);
    const other = service.submit(messageAt(bars, 151, { signalId: 'old-1' }), OVER_HTTP);
    await expect(other).rejects.toMatchObject({ code: 'ID_CONFLICT' });
    expect(service.status().counts.rejected).toEqual({ ID_CONFLICT: 1 });
  });

  test('can be recalled, and shown with its bars', async () => {
    const journal = (await filled()).reopen();
    journal.letGo();
    const service = await begun(journal);
    const message = messageAt(bars, 150, { signalId: 'old-0' });
    expect((await service.recall(message, OVER_STREAM))?.isDuplicate).toBe(true);
    expect(await service.recall({ ...message, signalId: 'never' }, OVER_STREAM)).toBeNull();
    const { text } = await service.submit(message, { ...OVER_HTTP, includeBars: true });
    expect(text).toContain('"ts_event":[');
  });
});

describe('a new signal', () => {
  test('is answered at once when all ids are read, without a look into the journal', async () => {
    const journal = (await filled()).reopen();
    const service = await begun(journal);
    expect(submitNow(service, messageAt(bars, 160, { signalId: 'new' }), OVER_HTTP).isDuplicate).toBe(false);
    expect(submitNow(service, messageAt(bars, 160, { signalId: 'new' }), OVER_HTTP).isDuplicate).toBe(true);
    expect(journal.lookups).not.toContain('new');
  });

  test('is answered at once on a journal whose answers are all in memory: no id is read', async () => {
    const journal = new SlowJournal();
    const first = await liveService({ journal });
    submitNow(first.service, messageAt(bars, 150, { signalId: 'x' }), OVER_HTTP);
    const again = journal.reopen();
    const { service } = await liveService({ journal: again });
    expect(submitNow(service, messageAt(bars, 150, { signalId: 'x' }), OVER_HTTP).isDuplicate).toBe(true);
    expect(submitNow(service, messageAt(bars, 151, { signalId: 'y' }), OVER_HTTP).isDuplicate).toBe(false);
    expect(again.lookups).not.toContain('y');
    expect(again.nIdReadings).toBe(0);
  });

  test('is looked up while the ids are not read, and judged once, in the order in which it came', async () => {
    const journal = (await filled()).reopen();
    journal.areIdsReadable = false;
    const { service, lines } = await liveService({ journal });
    await new Promise((resolve) => setImmediate(resolve));
    expect(lines.join()).toContain('the ids of earlier signals cannot be read, so each new one is looked up');
    const withBars = messageAt(bars, 250, { signalId: 'a' });
    const without = messageAt(bars, 250, { signalId: 'b', bars: null });
    const submitted = [withBars, without, withBars, without].map((message) => service.submit(message, OVER_HTTP));
    journal.letGo();
    const receipts = await Promise.all(submitted);
    expect(
      receipts.map(({ isDuplicate }) => isDuplicate),
      'b is judged by the bars of a',
    ).toEqual([false, false, true, true]);
    expect(journal.signals.filter(({ signalId }) => signalId === 'a')).toHaveLength(1);
  });

  test('is judged once, however late a look comes back that found nothing', async () => {
    const journal = new LateJournal();
    const { service } = await liveService({ journal: (await filled(journal)).reopen() });
    await new Promise((resolve) => setImmediate(resolve));
    const late = LateJournal.latest;
    const submit = (signalId: string, instrumentId = 'SIM'): Promise<SignalReceipt> =>
      Promise.resolve(service.submit(messageAt(bars, 250, { signalId, instrumentId }), OVER_STREAM));
    const ahead = submit('ahead');
    const first = submit('x');
    await late.letGo('x');
    const again = submit('x'); // x waits for the one ahead, so it is looked up once more
    await late.letGo('ahead');
    await Promise.all([ahead, first]);
    for (let i = 0; i <= KNOWN_ANSWERS; i++) {
      const other = submit(`other-${i}`, 'ELSE');
      await late.letGo(`other-${i}`);
      await (await other).recorded;
    }
    await late.letGo('x');
    await late.letGo('x'); // the second look was too old
    expect((await again).isDuplicate).toBe(true);
    expect((await again).answerHash).toBe((await first).answerHash);
  });

  test('whose durable record was lost is judged again', async () => {
    const journal = new ControlledJournal();
    const { service } = await liveService({ journal });
    const message = messageAt(bars, 150, { signalId: 'x' });
    journal.isHeld = true;
    const { recorded } = submitNow(service, message, OVER_STREAM);
    journal.setStatus('full');
    await expect(recorded).rejects.toMatchObject({ code: 'JOURNAL_FULL' });
    journal.isHeld = false;
    journal.setStatus('ok');
    const again = await service.submit(message, OVER_STREAM);
    expect(again.isDuplicate).toBe(false);
    await again.recorded;
    expect(journal.signals).toHaveLength(1);
  });

  test('that waits for the journal can be recalled: it gets its turn first', async () => {
    const journal = (await filled()).reopen();
    journal.areIdsReadable = false;
    const { service } = await liveService({ journal });
    await new Promise((resolve) => setImmediate(resolve));
    const message = messageAt(bars, 250, { signalId: 'a' });
    const recalled = service.recall(message, OVER_STREAM);
    const submitted = service.submit(message, OVER_HTTP);
    const recalledAfter = service.recall(message, OVER_STREAM);
    journal.letGo();
    expect(await recalled, 'it came before the signal').toBeNull();
    expect((await recalledAfter)?.answerHash).toBe((await submitted).answerHash);
  });

  test('is refused where too many wait for a journal that does not answer', async () => {
    const journal = (await filled()).reopen();
    journal.areIdsReadable = false;
    const { service } = await liveService({ journal, config: { server: { maxInFlight: 100 } } });
    await new Promise((resolve) => setImmediate(resolve));
    const submit = (i: number): unknown =>
      service.submit(messageAt(bars, 250, { signalId: `a-${i}`, instrumentId: `SIM-${i % 3}` }), OVER_HTTP);
    const waiting = Array.from({ length: 100 }, (_, i) => submit(i));
    expect(() => submit(100)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
    journal.letGo();
    await Promise.all(waiting);
    await submit(101);
  });

  test('that waits for the journal when the service stops is answered before the journal is closed', async () => {
    const journal = (await filled()).reopen();
    journal.areIdsReadable = false;
    const { service } = await liveService({ journal });
    await new Promise((resolve) => setImmediate(resolve));
    const waiting = service.submit(messageAt(bars, 250, { signalId: 'a' }), OVER_STREAM);
    const stopped = service.stop();
    journal.letGo();
    const { recorded } = await waiting;
    await recorded;
    await stopped;
    expect(journal.signals.at(-1)?.signalId).toBe('a');
  });
});
