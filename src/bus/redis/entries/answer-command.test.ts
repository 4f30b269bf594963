import { Command } from 'ioredis';
import { expect, test } from 'vitest';
import type { EncodedAnswer } from '../../../ports/index.ts';
import { AnswerCommand } from './answer-command.ts';

const text: EncodedAnswer = {
  topic: 'data.é',
  payload: '{"id":"é\u{1f600}"}',
  type: 'EnrichedSignal',
  encoding: 'json',
};

test.each<[string, EncodedAnswer]>([
  ['a text', text],
  ['bytes', { ...text, payload: Uint8Array.of(0, 13, 10, 255), encoding: 'msgpack' }],
  ['nothing', { ...text, payload: '' }],
  ['more than a pool of buffers has', { ...text, payload: 'x'.repeat(20_000) }],
])('writes the bytes that the client writes for the same command: %s', (_, answer) => {
  const { topic, payload, type, encoding } = answer;
  const fields = ['topic', topic, 'payload', Buffer.from(payload as string), 'type', type, 'encoding', encoding];
  const usual = new Command('xadd', ['nautilus:é', 'MAXLEN', '~', 5000, '*', ...fields]);
  const own = new AnswerCommand({ name: 'nautilus:é', maxEntries: 5000 }, answer);
  expect(own.toWritable()).toEqual(Buffer.from(usual.toWritable({})));
});
