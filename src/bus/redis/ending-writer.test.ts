import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type AnswerEnding, EndingWriter, type EndingWriterOptions } from './ending-writer.ts';

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
  let [nLooks, nWrites] = [0, 0];
  let queued: unknown[] = [];
  const commands = {
    xlen: async () => {
      if (nLooks++ < 2) await setTimeout(firstMs);
      return 0;
    },
    multi: async () => {
      queued = [];
    },
    xadd: async (...args: unknown[]) => void queued.push(args[args.indexOf('topic') + 1]),
    xack: async () => 1,
    exec: async () => {
      if (nWrites++ === 0 && failsFirst) throw new Error('the server is loading');
      written.push(...queued);
      return [[null, 'ok']];
    },
    once: () => undefined,
    off: () => undefined,
  };
  const metrics = { count: () => undefined, setWorking: () => undefined, setFault: () => undefined };
  const options: unknown = { commands, metrics, signals: 's', enriched: 'e', group: 'g', isOver: () => false };
  return { writer: new EndingWriter(options as EndingWriterOptions), written };
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
