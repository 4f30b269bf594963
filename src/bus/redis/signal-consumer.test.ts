import { expect, test } from 'vitest';
import { JournalError, ServiceError } from '../../core/index.ts';
import type { LiveService, SignalOrigin } from '../../ports/index.ts';
import type { SignalMessage } from '../../wire/index.ts';
import { ServerTime } from './clock/server-time.ts';
import type { AnswerCommand } from './entries/answer-command.ts';
import { EntryDecoder } from './entries/entry-decoder.ts';
import { SignalConsumer, type SignalConsumerOptions } from './signal-consumer.ts';

function newConsumer(options: unknown): SignalConsumer {
  const given = options as SignalConsumerOptions;
  return new SignalConsumer({ ...given, decoder: new EntryDecoder(given.codec, 1e6, false) });
}

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
    serverTime: new ServerTime(),
    isOver: () => true,
  };
  const consumer = newConsumer(options);
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
    serverTime: { isDue: false, takenMs: (idMs: number) => idMs, ageMs: () => 0 },
    waits: { wait: () => null },
    metrics: { count: () => undefined },
    isStopping: () => isStopping,
    isOver: () => true,
  };
  const consumer = newConsumer(options);
  const fields = { topic: null, type: null, encoding: null, payload: null };
  await consumer.handle([{ id: '1700000300000-0', fields, cut: null, repeated: null }]);
  expect(letters).toEqual([]);
  expect(origins.map(({ takenMs, waitedMs }) => [takenMs, waitedMs])).toEqual(
    Array.from({ length: 3 }, () => [1_700_000_300_000, 0]),
  );
});

test.each<[string, number | null, object]>([
  ['that waited counts from when its bar came', 7_000_000, { receivedNs: 7_000_000, waitedMs: 0 }],
  ['that waited in vain counts from its own time', null, { receivedNs: 9_000_000, waitedMs: 300 }],
])('how late a signal is %s; it is not acknowledged before', async (_, cameNs, expected) => {
  const origins: SignalOrigin[] = [];
  const acknowledged: unknown[] = [];
  let come = (): void => undefined;
  const commands = {
    xlen: async () => 0,
    multi: async () => 'OK',
    sendCommand: async () => '1-0',
    xack: async (...args: unknown[]) => void acknowledged.push(args.at(-1)),
    exec: async () => [[null, 'ok']],
    once: () => undefined,
    off: () => undefined,
  };
  const options: unknown = {
    service: {
      isReady: true,
      submit: (_: SignalMessage, origin: SignalOrigin) => {
        origins.push(origin);
        return { recorded: Promise.resolve(), text: '{}' };
      },
    },
    commands,
    signals: 'signals',
    enriched: 'enriched',
    codec: {
      decode: () => ({ kind: 'signal', message: { bars: [] } }),
      encodeAnswer: (payload: string) => ({ topic: null, payload, type: null, encoding: null }),
    },
    serverTime: { isDue: false, takenMs: () => undefined, ageMs: () => 0 },
    waits: {
      wait: (_: unknown, judge: (cameNs: number | null) => unknown) =>
        new Promise((resolve) => {
          come = () => resolve(judge(cameNs));
        }),
    },
    barWaitMs: 250,
    clock: { monotonicNs: () => 9_000_000 },
    nowMs: () => 1300,
    metrics: { count: () => undefined, setWorking: () => undefined, setFault: () => undefined },
    isStopping: () => false,
    isOver: () => false,
  };
  const consumer = newConsumer(options);
  const fields = { topic: null, type: null, encoding: null, payload: null };
  await consumer.handle([{ id: '1000-0', fields, cut: null, repeated: null }]);
  expect([origins, acknowledged, consumer.isKnown('1000-0')], 'it waits, and is known').toEqual([[], [], true]);
  come();
  await consumer.idle();
  expect(origins).toMatchObject([{ ...expected, hasAwaitedBar: true }]);
  expect([acknowledged, consumer.isKnown('1000-0')]).toEqual([['1000-0'], false]);
});

test('an answer that waits for Redis while a halt comes is sent as the halt says', async () => {
  const sent: string[] = [];
  let text = 'taken';
  let nExecuted = 0;
  const receipt = {
    recorded: Promise.resolve(),
    get text() {
      return text;
    },
  };
  const commands = {
    xlen: async () => 0,
    multi: async () => 'OK',
    sendCommand: async ({ answer }: AnswerCommand) => void sent.push(String(answer.payload)),
    xack: async () => 1,
    exec: async () => {
      if (++nExecuted > 1) return [[null, 'ok']];
      text = 'halted';
      throw new Error('the connection is lost');
    },
    once: () => undefined,
    off: () => undefined,
    on: () => undefined,
    removeListener: () => undefined,
  };
  const options: unknown = {
    service: { isReady: true, submit: () => receipt },
    commands,
    signals: 'signals',
    enriched: 'enriched',
    codec: {
      decode: () => ({ kind: 'signal', message: { bars: [] } }),
      encodeAnswer: (payload: string) => ({ topic: null, payload, type: null, encoding: null }),
    },
    serverTime: { isDue: false, takenMs: (idMs: number) => idMs, ageMs: () => 0 },
    waits: { wait: () => null },
    clock: { monotonicNs: () => 0 },
    nowMs: () => 0,
    metrics: { count: () => undefined, setWorking: () => undefined, setFault: () => undefined },
    isStopping: () => false,
    isOver: () => false,
  };
  const consumer = newConsumer(options);
  const fields = { topic: null, type: null, encoding: null, payload: null };
  await consumer.handle([{ id: '1-0', fields, cut: null, repeated: null }]);
  expect(sent).toEqual(['taken', 'halted']);
});

test('signals are judged in the order of the stream, also where the bars of a later batch are found sooner', async () => {
  const judged: string[] = [];
  const readings = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let nReadings = 0;
  const options: unknown = {
    service: {
      isReady: true,
      submit: ({ signalId }: SignalMessage) => {
        judged.push(String(signalId));
        throw new ServiceError('STOPPING', 'judged again later');
      },
    },
    codec: { decode: ({ topic }: { topic: string }) => ({ kind: 'signal', message: { signalId: topic, bars: null } }) },
    barReader: { catchUp: () => readings[nReadings++].promise },
    clock: { monotonicNs: () => 0 },
    nowMs: () => 0,
    serverTime: { isDue: false, takenMs: () => undefined, ageMs: () => 0 },
    waits: { wait: () => null },
    metrics: { count: () => undefined, setWorking: () => undefined },
    isStopping: () => nReadings === 2 && judged.length > 0,
    isOver: () => true,
  };
  const consumer = newConsumer(options);
  const entry = (topic: string) => ({
    id: `${topic}-0`,
    fields: { topic, type: null, encoding: null, payload: null },
    cut: null,
    repeated: null,
  });
  const batches = [consumer.handle([entry('1'), entry('2')]), consumer.handle([entry('3')])];
  readings[1].resolve();
  await new Promise((resolve) => setImmediate(resolve));
  expect(judged).toEqual([]);
  readings[0].resolve();
  await Promise.all(batches);
  expect(judged).toEqual(['1', '2', '3']);
});
