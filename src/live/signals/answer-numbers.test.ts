import { expect, test } from 'vitest';
import { ControlledJournal } from '../../../test/support/controlled-journal.ts';
import { liveService, messageAt, OVER_HTTP, OVER_STREAM, submitNow } from '../../../test/support/live-service.ts';
import { randomWalk } from '../../../test/support/random-walk.ts';
import type { SignalOrigin, SignalReceipt } from '../../ports/index.ts';
import type { SignalService } from '../signal-service.ts';

const bars = randomWalk(300, 11, { gaps: 0 });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Submits a signal; whether its record is ever written is seen by its receipt. */
function ask(service: SignalService, signalId: string, origin: SignalOrigin): SignalReceipt {
  const receipt = submitNow(service, messageAt(bars, 150, { signalId }), origin);
  receipt.recorded.catch(() => undefined);
  return receipt;
}

/** The answers that a subscriber gets: id and number, by the event and inside its text. */
function listen(service: SignalService): [string, number, number][] {
  const heard: [string, number, number][] = [];
  service.on('enriched', ({ seq, text, answer }) => {
    heard.push([answer.signalId, seq, JSON.parse(text).enriched.seq]);
  });
  return heard;
}

test('an answer has its number at once, and subscribers get all by their numbers once those before are recorded', async () => {
  const { service, journal } = await liveService();
  const heard = listen(service);
  expect(ask(service, 'a', OVER_HTTP).answer.seq).toBe(1);
  expect(heard).toEqual([['a', 1, 1]]);
  journal.isHeld = true;
  const receipts = [ask(service, 'b', OVER_HTTP), ask(service, 'c', OVER_STREAM), ask(service, 'd', OVER_HTTP)];
  expect(receipts.map(({ answer }) => answer.seq)).toEqual([2, 3, 4]);
  expect(
    heard.map(([id]) => id),
    'c waits for its record, and d for c',
  ).toEqual(['a', 'b']);
  expect(service.status().seq).toEqual({ signals: 2, outcomes: 0 });
  journal.isHeld = false;
  journal.flush();
  await turn();
  expect(heard.slice(2)).toEqual([
    ['c', 3, 3],
    ['d', 4, 4],
  ]);
  expect(service.status().seq.signals).toBe(4);
  expect((await service.signalsAfter(2, 9)).map(({ signalId, seq }) => [signalId, seq])).toEqual([
    ['c', 3],
    ['d', 4],
  ]);
  const again = ask(service, 'c', OVER_HTTP);
  expect([again.answer.seq, again.isDuplicate]).toEqual([3, true]);
});

test('one that the journal had no room for takes no number: those behind it move up, for subscribers too', async () => {
  const { service, journal } = await liveService();
  const heard = listen(service);
  journal.isHeld = true;
  const [dropped, kept] = [ask(service, 'dropped', OVER_STREAM), ask(service, 'kept', OVER_HTTP)];
  expect([dropped.answer.seq, kept.answer.seq]).toEqual([1, 2]);
  journal.setStatus('full');
  await turn();
  journal.isHeld = false;
  journal.setStatus('ok');
  await turn();
  await expect(dropped.recorded).rejects.toMatchObject({ code: 'JOURNAL_FULL' });
  await kept.recorded;
  expect([kept.answer.seq, JSON.parse(kept.text).seq]).toEqual([1, 1]);
  expect(heard).toEqual([['kept', 1, 1]]);
  expect((await journal.findSignal('kept'))?.seq).toBe(1);
  const next = ask(service, 'next', OVER_STREAM);
  await next.recorded;
  expect(next.answer.seq).toBe(2);
});

test('numbers go on in the next process, where repeats have those of their first answers', async () => {
  const journal = new ControlledJournal();
  const before = await liveService({ journal });
  for (const id of ['a', 'b']) await ask(before.service, id, OVER_STREAM).recorded;
  journal.isHeld = true;
  expect(ask(before.service, 'lost', OVER_HTTP).answer.seq).toBe(3);
  const { service } = await liveService({ journal: journal.reopen() });
  expect(service.eventNumbers).toEqual({ enriched: 2, outcome: 0, state: expect.any(Number), bars: 0 });
  const repeat = await service.submit(messageAt(bars, 150, { signalId: 'a' }), OVER_HTTP);
  expect([repeat.answer.seq, repeat.isDuplicate]).toEqual([1, true]);
  const next = await service.submit(messageAt(bars, 150, { signalId: 'c' }), OVER_HTTP);
  expect(next.answer.seq, 'the number of the one that was lost comes again').toBe(3);
  const resent = await service.submit(messageAt(bars, 150, { signalId: 'lost' }), OVER_HTTP);
  expect([resent.answer.seq, resent.isDuplicate]).toEqual([4, false]);
});
