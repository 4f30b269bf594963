import { afterEach, expect, test, vi } from 'vitest';
import type { JournalStatus, SignalReceipt } from '../../ports/index.ts';
import { sendJson, settledSoon, whenRecorded } from './send.ts';

afterEach(() => void vi.useRealTimers());

const never = new Promise<void>(() => undefined);

function contextWith(status: JournalStatus, reason: string | null = status) {
  return { service: { status: () => ({ journal: { status, reason, nQueued: 1, nWritten: 0 } }) } } as never;
}

test.each<[JournalStatus, string]>([
  ['busy', 'JOURNAL_BUSY'],
  ['full', 'JOURNAL_FULL'],
  ['failed', 'JOURNAL_FAILED'],
  ['ok', 'JOURNAL_BUSY'],
])('a record that takes too long while the journal is %s is told with %s', async (status, code) => {
  vi.useFakeTimers();
  const waited = expect(settledSoon(contextWith(status), never)).rejects.toMatchObject({ code });
  await vi.advanceTimersByTimeAsync(10_000);
  await waited;
});

test('the answer to a signal that came before waits no longer than that either', async () => {
  vi.useFakeTimers();
  const receipt = { isDuplicate: true, recorded: never } as SignalReceipt;
  const waited = expect(whenRecorded(contextWith('busy'), receipt)).rejects.toMatchObject({ code: 'JOURNAL_BUSY' });
  await vi.advanceTimersByTimeAsync(10_000);
  await waited;
});

test('a large text is sent as bytes, of which Node keeps no more than there are', () => {
  const sent: unknown[] = [];
  const reply = { header: () => reply, send: (payload: unknown) => sent.push(payload) };
  const large = `"${'é'.repeat(4096)}"`;
  sendJson(reply as never, '{}');
  sendJson(reply as never, large);
  expect(sent).toEqual(['{}', Buffer.from(large)]);
});
