import { expect, test } from 'vitest';
import { JournalError, ServiceError } from '../../core/index.ts';
import type { LiveService, SignalOrigin } from '../../ports/index.ts';
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
  await consumer.endUndeliverable({ id: '1-0', fields, cut: null, repeated: null }, 5);
  expect(letters).toEqual([]);
});

test('an entry that is ahead of a clock that is behind waits, with the time of the stream as a witness', async () => {
  const letters: unknown[] = [];
  const origins: SignalOrigin[] = [];
  let isStopping = false;
  const service: Pick<LiveService, 'submit' | 'recordDeadLetter' | 'isReady'> = {
    isReady: true,
    submit: (_, origin) => {
      isStopping = origins.push(origin) === 3;
      throw new ServiceError('CLOCK_BEHIND', 'the clock is 300 s behind');
    },
    recordDeadLetter: async (letter) => void letters.push(letter),
  };
  const options: unknown = {
    service,
    signals: 'signals',
    codec: { decode: () => ({ kind: 'signal', message: { bars: [] } }) },
    clock: { monotonicNs: () => 0 },
    nowMs: () => 1_700_000_000_000,
    metrics: { count: () => undefined },
    isStopping: () => isStopping,
    isOver: () => true,
  };
  const consumer = new SignalConsumer(options as SignalConsumerOptions);
  const fields = { topic: null, type: null, encoding: null, payload: null };
  await consumer.handle([{ id: '1700000300000-0', fields, cut: null, repeated: null }]);
  expect(letters).toEqual([]);
  expect(origins.map(({ takenMs, waitedMs }) => [takenMs, waitedMs])).toEqual(
    Array.from({ length: 3 }, () => [1_700_000_300_000, 0]),
  );
});
