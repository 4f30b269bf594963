import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type AnswerEnding, type Ending, EndingWriter, type EndingWriterOptions } from './ending-writer.ts';
import type { AnswerCommand } from './entries/answer-command.ts';

/** An answer with a name, the `nth` that was submitted. */
function answer(name: string, nth: number): AnswerEnding {
  const fields = { topic: null, type: null, encoding: null, payload: null };
  const entry = { id: `${nth}-0`, fields, cut: null, repeated: null };
  const encoded = { topic: name, payload: '', type: '', encoding: 'json' as const };
  return {
    kind: 'answer',
    entry,
    nth,
    receipt: { text: name } as AnswerEnding['receipt'],
    text: name,
    answer: encoded,
  };
}

/** A writer to a server that keeps the topics of answers; its first look at the streams takes `firstMs`, its first write fails where it is to. */
function newWriter({ firstMs = 0, failsFirst = false } = {}) {
  const written: unknown[] = [];
  const acknowledged: unknown[][] = [];
  const socket: string[] = [];
  let [nLooks, nWrites] = [0, 0];
  let queued: unknown[] = [];
  const commands = {
    xlen: async () => {
      if (nLooks++ < 2) await setTimeout(firstMs);
      return 0;
    },
    multi: async () => {
      socket.push('multi');
      queued = [];
    },
    sendCommand: async ({ answer }: AnswerCommand) => void queued.push(answer.topic),
    xack: async (...args: unknown[]) => acknowledged.push(args.slice(2)),
    exec: async () => {
      socket.push('exec');
      if (nWrites++ === 0 && failsFirst) throw new Error('the server is loading');
      written.push(...queued);
      return [[null, 'ok']];
    },
    stream: { cork: () => socket.push('cork'), uncork: () => socket.push('uncork') },
    once: () => undefined,
    off: () => undefined,
  };
  const metrics = { count: () => undefined, setWorking: () => undefined, setFault: () => undefined };
  const options: unknown = { commands, metrics, signals: 's', enriched: 'e', group: 'g', isOver: () => false };
  return { writer: new EndingWriter(options as EndingWriterOptions), written, acknowledged, socket };
}

test.each([
  ['while the streams are looked at', { firstMs: 20 }],
  ['while the server takes nothing', { failsFirst: true }],
])('answers are written in the order of their signals, also %s', async (_, server) => {
  const { writer, written } = newWriter(server);
  const first = writer.writeWithOthers(answer('first', 1));
  await setTimeout(5);
  await Promise.all([first, writer.writeWithOthers(answer('third', 3)), writer.writeWithOthers(answer('second', 2))]);
  expect(written).toEqual(['first', 'second', 'third']);
});

test('an ignored entry is acknowledged with the answer that comes next, or by itself after a moment', async () => {
  const { writer, acknowledged } = newWriter();
  const ignored = (id: string): Ending => ({ kind: 'ignored', entry: { ...answer('', 0).entry, id } });
  const first = writer.writeWithOthers(ignored('bar 1'));
  await Promise.all([first, writer.writeWithOthers(answer('first', 1))]);
  await Promise.all([writer.writeWithOthers(ignored('bar 2')), writer.writeWithOthers(ignored('bar 3'))]);
  expect(acknowledged).toEqual([
    ['bar 1', '1-0'],
    ['bar 2', 'bar 3'],
  ]);
});

test('a transaction goes to the server in one piece', async () => {
  const { writer, socket } = newWriter();
  await writer.writeWithOthers(answer('first', 1));
  expect(socket).toEqual(['cork', 'multi', 'exec', 'uncork']);
});
