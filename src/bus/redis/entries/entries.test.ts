import { expect, test } from 'vitest';
import { entryFault, partsOf, type StreamEntry, toEntries } from './entries.ts';

const entryOf = (size: number | null): StreamEntry => ({
  id: '1-0',
  fields: { topic: null, type: null, encoding: null, payload: size === null ? null : new Uint8Array(size) },
  cut: null,
  repeated: null,
});

test.each<[string, (number | null)[], number[]]>([
  ['none', [], []],
  ['usual ones', [10, 20, 30, null], [4]],
  ['large ones', [60, 60, 60], [1, 1, 1]],
  ['one that is larger than a part', [500, 1, 99, 1], [1, 2, 1]],
  ['none with a payload', [null, null], [2]],
])('entries are divided by their size: %s', (_, sizes, lengths) => {
  const entries = sizes.map(entryOf);
  const parts = partsOf(entries, 100);
  expect(parts.map(({ length }) => length)).toEqual(lengths);
  expect(parts.flat()).toEqual(entries);
});

const entry = (...fields: string[]) => toEntries([[Buffer.from('1-0'), fields.map((text) => Buffer.from(text))]])[0];

test.each(['topic', 'type', 'encoding', 'payload'])('an entry with the field %s twice is refused', (name) => {
  const fault = entryFault(entry('payload', 'a', name, 'b', name, 'c'), 1000);
  expect([fault?.code, fault?.message]).toEqual([
    'BAD_JSON',
    `the field ${name} stands twice in one entry; write each field once`,
  ]);
});

test('fields that nobody reads may stand twice', () => {
  expect(entryFault(entry('x', 'a', 'payload', 'b', 'x', 'c'), 1000)).toBeNull();
});
