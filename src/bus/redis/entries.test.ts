import { expect, test } from 'vitest';
import { entryFault, toEntries } from './entries.ts';

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
