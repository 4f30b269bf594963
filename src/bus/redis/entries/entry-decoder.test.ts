import { expect, test } from 'vitest';
import { ConditionError } from '../../../core/index.ts';
import type { DecodedEntry } from '../../../ports/index.ts';
import type { StreamEntry } from './entries.ts';
import { EntryDecoder } from './entry-decoder.ts';

const HEARTBEAT: DecodedEntry = { kind: 'heartbeat' };

function entry(id: string, nBytes = 10): StreamEntry {
  const fields = { topic: null, type: null, encoding: null, payload: new Uint8Array(nBytes) };
  return { id, fields, cut: null, repeated: null };
}

/** A decoder whose codec counts what it decodes, and throws at what is to be refused. */
function newDecoder(isShared: boolean, refused?: Error) {
  let nDecoded = 0;
  const decode = (): DecodedEntry => {
    nDecoded++;
    if (refused !== undefined) throw refused;
    return HEARTBEAT;
  };
  const codec = { decode, encodeAnswer: () => expect.unreachable() };
  return { decoder: new EntryDecoder(codec, 1000, isShared), count: () => nDecoded };
}

test('an entry of a stream that two connections read is decoded once', () => {
  const { decoder, count } = newDecoder(true);
  expect([decoder.decode(entry('1-0')), decoder.decode(entry('2-0')), decoder.decode(entry('1-0'))]).toEqual([
    HEARTBEAT,
    HEARTBEAT,
    HEARTBEAT,
  ]);
  expect(count()).toBe(2);
  decoder.decode(entry('1-0'));
  expect(count(), 'an entry that is delivered again is decoded again').toBe(3);
});

test('an entry under an id that was given before is decoded by itself: a server that lost its data gives ids again', () => {
  const { decoder, count } = newDecoder(true);
  const before = entry('1-0');
  const others = [
    { ...before, fields: { ...before.fields, payload: Uint8Array.of(7) } },
    { ...before, fields: { ...before.fields, topic: 'another' } },
    { ...before, repeated: 'payload' },
  ];
  for (const [k, other] of others.entries()) {
    decoder.decode(before);
    const n = count();
    const isRead = decoder.decode(other) === HEARTBEAT;
    expect([isRead, count() - n], `${k}`).toEqual(k === 2 ? [false, 0] : [true, 1]);
    decoder.decode(other);
  }
});

test('nothing is kept of a stream that one connection reads', () => {
  const { decoder, count } = newDecoder(false);
  for (let k = 0; k < 3; k++) decoder.decode(entry('1-0'));
  expect(count()).toBe(3);
});

test('what is kept is bounded in number, and a large entry is not', () => {
  const { decoder, count } = newDecoder(true);
  for (let k = 0; k < 1000; k++) decoder.decode(entry(`${k}-0`));
  decoder.decode(entry('0-0'));
  expect(count(), 'forgotten').toBe(1001);
  decoder.decode(entry('999-0'));
  expect(count(), 'kept').toBe(1001);
  const large = newDecoder(true);
  for (let k = 0; k < 2; k++) large.decoder.decode(entry('1-0', 5000));
  expect(large.count()).toBe(2);
});

test.each([
  ['a rule that is broken', new ConditionError('signal', '-1, 0 or 1', 7), 'signal must be -1, 0 or 1, was 7'],
  ['a codec that throws anything', new TypeError('no such field'), 'it cannot be read: TypeError: no such field'],
])('both readers get the same reason: %s', (_, refused, message) => {
  const { decoder, count } = newDecoder(true, refused);
  const [first, second] = [decoder.decode(entry('1-0')), decoder.decode(entry('1-0'))];
  expect(first).toBe(second);
  expect(first).toMatchObject({ message });
  expect(count()).toBe(1);
});
