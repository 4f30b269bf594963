import { expect, test, vi } from 'vitest';
import type { JournalEntry, JournalStatus } from '../ports/index.ts';
import {
  barsEntry,
  haltEntry,
  journalBars,
  judgementEntry,
  outcomeEntry,
  signalEntry,
} from '../testing/journal/sample-entries.ts';
import { openRecord } from './codec/index.ts';
import { WriteQueue } from './write-queue.ts';

/** A queue whose other side is in the test's hands. */
function newQueue(maxQueue = 1e6, groupMs = 1) {
  const groups: { memory: ArrayBuffer; length: number }[] = [];
  const seen: JournalStatus[] = [];
  const refused: string[] = [];
  const queue = new WriteQueue({
    sink: { send: (memory, length) => void groups.push({ memory: memory.transfer(), length }) },
    maxQueue,
    groupMs,
    onStatus: ({ status }) => seen.push(status),
    onRefused: (reason) => refused.push(reason),
  });
  const memory = (): ArrayBuffer => (groups.at(-1) as { memory: ArrayBuffer }).memory;
  return {
    queue,
    groups,
    seen,
    refused,
    written: (bad: { index: number; reason: string }[] = []) => queue.written(memory(), bad),
    full: () => queue.unwritten(memory(), { code: 'JOURNAL_FULL', message: 'no room' }),
    failed: () => queue.unwritten(memory(), { code: 'JOURNAL_FAILED', message: 'broken' }),
    /** The keys of the entries in the group sent last, in order. */
    sent: () => namesIn(groups.at(-1) as { memory: ArrayBuffer; length: number }),
  };
}

function namesIn({ memory, length }: { memory: ArrayBuffer; length: number }): string[] {
  const view = new DataView(memory);
  const names: string[] = [];
  for (let at = 0; at < length; at += 4 + view.getUint32(at, true)) {
    names.push(String(openRecord(new Uint8Array(memory, at + 4, view.getUint32(at, true))).cells[0]));
  }
  return names;
}

const outcomeOf = async (promise: Promise<void>): Promise<string> =>
  promise.then(
    () => 'written',
    (error: { code: string }) => error.code,
  );

test('the first entry goes at once; what comes meanwhile shares the next group', async () => {
  vi.useFakeTimers();
  const { queue, groups, sent, written } = newQueue();
  const promises = [1, 2, 3].map((k) => queue.append(signalEntry(k), true));
  expect(sent()).toEqual(['signal-1']);
  written();
  expect(groups, 'groups keep a pace').toHaveLength(1);
  vi.advanceTimersByTime(2);
  expect(sent()).toEqual(['signal-2', 'signal-3']);
  expect(queue.health).toMatchObject({ nQueued: 2, nWritten: 1 });
  written();
  await Promise.all(promises);
  vi.useRealTimers();
});

test('a group that nobody waits for keeps a slower pace, until somebody does or the journal ends', () => {
  vi.useFakeTimers();
  const { queue, groups, sent, written } = newQueue(1e6, 50);
  const add = (k: number, durable: boolean): void => void queue.append(signalEntry(k), durable);
  add(1, false);
  expect(sent(), 'after a pause the first goes at once').toEqual(['signal-1']);
  written();
  add(2, false);
  vi.advanceTimersByTime(49);
  expect(groups).toHaveLength(1);
  vi.advanceTimersByTime(2);
  expect(sent()).toEqual(['signal-2']);
  written();
  add(3, false);
  vi.advanceTimersByTime(5);
  add(4, true);
  expect(sent(), 'somebody waits, and what came before goes along').toEqual(['signal-3', 'signal-4']);
  written();
  add(5, false);
  vi.advanceTimersByTime(5);
  expect(groups).toHaveLength(3);
  queue.append({ kind: 'unknown' } as never, true).catch(() => undefined);
  vi.advanceTimersByTime(46);
  expect(sent(), 'one that cannot be written holds up nothing').toEqual(['signal-5']);
  written();
  add(6, false);
  queue.stop();
  vi.advanceTimersByTime(2);
  expect(sent(), 'the end waits for no pace').toEqual(['signal-6']);
  vi.useRealTimers();
});

test('who waits behind a full group that nobody waits for does not wait for its pace', () => {
  vi.useFakeTimers();
  const { queue, groups, sent, written } = newQueue(1e6, 1000);
  for (let k = 0; k <= 1000; k++) queue.append(signalEntry(k), false); // the first goes at once, more than a group waits
  written();
  vi.advanceTimersByTime(5);
  expect(groups).toHaveLength(1);
  queue.append(signalEntry(1001), true);
  expect(groups).toHaveLength(2);
  written();
  vi.advanceTimersByTime(2);
  expect(sent().at(-1)).toBe('signal-1001');
  vi.useRealTimers();
});

test('no room: who waits is told at once, wherever they stand; the rest is tried again in its order', async () => {
  vi.useFakeTimers();
  const { queue, groups, seen, sent, full, written } = newQueue();
  const add = (entry: JournalEntry, durable: boolean) => outcomeOf(queue.append(entry, durable));
  const first = add(signalEntry(0), false);
  const second = [
    add(barsEntry(7, 'A', journalBars(2)), false),
    add(signalEntry(1), true),
    add(signalEntry(2), false),
    add(signalEntry(3), true),
  ];
  full();
  expect(seen).toEqual(['full']);
  expect(await second[1], 'also in the group that was not sent yet').toBe('JOURNAL_FULL');
  expect(await second[3]).toBe('JOURNAL_FULL');
  expect(queue.health).toMatchObject({ status: 'full', reason: 'no room', nQueued: 3 });
  vi.advanceTimersByTime(200);
  expect(groups, 'not tried again yet').toHaveLength(1);
  vi.advanceTimersByTime(100);
  expect(sent()).toEqual(['signal-0']);
  full();
  vi.advanceTimersByTime(300);
  expect(sent(), 'first things first').toEqual(['signal-0']);
  expect(seen, 'told once').toEqual(['full']);
  written();
  expect(seen).toEqual(['full', 'ok']);
  vi.advanceTimersByTime(5);
  expect(sent(), 'bars before the signals judged by them').toEqual(['7', 'signal-2']);
  written();
  expect(await Promise.all([first, second[0], second[2]])).toEqual(['written', 'written', 'written']);
  expect(queue.health).toMatchObject({ status: 'ok', nQueued: 0, nWritten: 3 });
  vi.useRealTimers();
});

test('a refused entry is rejected alone', async () => {
  const { queue, refused, written } = newQueue();
  const promise = outcomeOf(queue.append(signalEntry(0), true));
  written([{ index: 0, reason: 'twice' }]);
  expect(await promise).toBe('INVALID_VALUE');
  expect(refused).toEqual(['twice']);
  expect(queue.health).toMatchObject({ status: 'ok', nQueued: 0, nWritten: 0 });
});

test('a failure is final, and everybody is told', async () => {
  const { queue, groups, seen, failed } = newQueue();
  const promises = [1, 2].map((k) => outcomeOf(queue.append(signalEntry(k), k === 1)));
  failed();
  expect(await Promise.all(promises)).toEqual(['JOURNAL_FAILED', 'JOURNAL_FAILED']);
  expect(await outcomeOf(queue.append(signalEntry(3), false))).toBe('JOURNAL_FAILED');
  expect(seen).toEqual(['failed']);
  expect(groups).toHaveLength(1);
});

test('bars have twice the room of the rest', async () => {
  const { queue } = newQueue(2);
  const entries = [0, 1].map((k) => queue.append(signalEntry(k), false));
  expect(entries).toHaveLength(2);
  expect(await outcomeOf(queue.append(signalEntry(2), false))).toBe('JOURNAL_FULL');
  queue.append(barsEntry(0, 'A', journalBars(1)), false);
  expect(queue.health.nQueued).toBe(3);
  queue.append(barsEntry(1, 'A', journalBars(1)), false);
  expect(await outcomeOf(queue.append(barsEntry(2, 'A', journalBars(1)), false))).toBe('JOURNAL_FULL');
});

test('a large group is cut, and its memory grows past the usual', () => {
  vi.useFakeTimers();
  const { queue, sent, written } = newQueue();
  queue.append(signalEntry(0), false);
  for (let k = 1; k <= 2500; k++) queue.append(signalEntry(k), false);
  written();
  const sizes: number[] = [];
  while (queue.health.nQueued > 0) {
    vi.advanceTimersByTime(5);
    sizes.push(sent().length);
    written();
  }
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1000);
  expect(sizes.reduce((a, b) => a + b, 0)).toBe(2500);
  vi.useRealTimers();
});

test('a judgement and a halt have room where nothing else has', async () => {
  const { queue } = newQueue(2);
  for (const k of [1, 2]) queue.append(signalEntry(k), false).catch(() => undefined);
  expect(await outcomeOf(queue.append(signalEntry(3), true))).toBe('JOURNAL_FULL');
  queue.append(judgementEntry(), false).catch(() => expect.unreachable('a judgement was refused'));
  for (const durable of [false, true])
    queue.append(haltEntry(), durable).catch(() => expect.unreachable('a halt was refused'));
  expect(queue.health.nQueued).toBe(5);
});

test.each(['written', 'full', 'failed'] as const)(
  'a fault met elsewhere while a group is on its way refuses it; that it is %s later changes nothing',
  async (answer) => {
    const made = newQueue();
    const outcome = outcomeOf(made.queue.append(signalEntry(1), true));
    made.queue.fail('a sync failed');
    expect(await outcome).toBe('JOURNAL_FAILED');
    made[answer]();
    expect(made.queue.health).toMatchObject({ status: 'failed', nQueued: 0, nWritten: 0 });
    expect(made.seen).toEqual(['failed']);
  },
);

test('bars go with the signal that waited for them, or at the end of their turn', async () => {
  const { queue, groups, sent, written } = newQueue();
  const bars = queue.append(barsEntry(1, 'A', journalBars(1)), true);
  const ended = queue.append(outcomeEntry(0), false);
  expect(groups, 'bars, and what they end, wait for the end of the turn').toHaveLength(0);
  const signal = queue.append(signalEntry(1), true);
  expect(sent()).toEqual([expect.anything(), 'signal-0', 'signal-1']);
  written();
  await Promise.all([bars, ended, signal]);
  const { queue: other, groups: sentLater } = newQueue();
  void other.append(barsEntry(1, 'A', journalBars(1)), true);
  expect(sentLater).toHaveLength(0);
  await new Promise((resolve) => setImmediate(resolve));
  expect(sentLater).toHaveLength(1);
});
