import { expect, test, vi } from 'vitest';
import type { JournalEntry } from '../../ports/index.ts';
import { WriteQueue } from './write-queue.ts';

const ENTRY: JournalEntry = { kind: 'model', version: null, event: 'serves', atMs: 1 };
const FULL = { code: 'JOURNAL_FULL', message: 'no room' } as const;

test('a full disk is looked at again though everybody was turned away', async () => {
  vi.useFakeTimers();
  const sent: [ArrayBuffer, number][] = [];
  const statuses: string[] = [];
  const queue = new WriteQueue({
    sink: { send: (memory, length) => void sent.push([memory, length]) },
    maxQueue: 100,
    onStatus: ({ status }) => void statuses.push(status),
    onRefused: () => undefined,
  });
  const refused = expect(queue.append(ENTRY, true)).rejects.toMatchObject({ code: 'JOURNAL_FULL' });
  queue.unwritten(sent[0][0], FULL);
  await refused;
  expect(queue.health).toMatchObject({ status: 'full', nQueued: 0 });
  for (let k = 1; k < 4; k++) {
    vi.advanceTimersByTime(300);
    expect(sent.length, 'nobody looked whether there is room').toBe(k + 1);
    if (k < 3) queue.unwritten(sent[k][0], FULL);
  }
  expect(sent[3][1], 'what was turned away was written').toBe(0);
  queue.written(sent[3][0], []);
  vi.advanceTimersByTime(1000);
  expect(queue.health).toMatchObject({ status: 'ok', nQueued: 0, nWritten: 0 });
  expect(statuses).toEqual(['full', 'ok']);
  expect(sent.length, 'a sound journal needs no look').toBe(4);
  vi.useRealTimers();
});
