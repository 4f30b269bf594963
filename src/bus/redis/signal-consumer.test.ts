import { expect, test } from 'vitest';
import { JournalError } from '../../core/index.ts';
import type { LiveService } from '../../ports/index.ts';
import type { SignalMessage } from '../../wire/index.ts';
import { SignalConsumer, type SignalConsumerOptions } from './signal-consumer.ts';

test('an entry whose record cannot be looked up now is left for later, and no dead letter is written', async () => {
  const letters: unknown[] = [];
  const service: Pick<LiveService, 'recall' | 'recordDeadLetter'> = {
    recall: () => Promise.reject(new JournalError('JOURNAL_FAILED', 'no connection')),
    recordDeadLetter: async (letter) => void letters.push(letter),
  };
  const options: unknown = {
    service,
    signals: 'signals',
    codec: { decode: () => ({ kind: 'signal', message: {} as SignalMessage }) },
    clock: { monotonicNs: () => 0 },
    nowMs: () => 0,
    isOver: () => true,
  };
  const consumer = new SignalConsumer(options as SignalConsumerOptions);
  const fields = { topic: null, type: null, encoding: null, payload: null };
  await consumer.endUndeliverable({ id: '1-0', fields, cut: null }, 5);
  expect(letters).toEqual([]);
});
