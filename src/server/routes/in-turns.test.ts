import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { textsInTurns } from './in-turns.ts';

const items = Array.from({ length: 250 }, (_, i) => i);

test('all texts come, in their order, and others have their turn between them', async () => {
  const made: number[] = [];
  const texts = textsInTurns(items, (i) => String(made.push(i) - 1), 1_000_000);
  expect(made).toHaveLength(100);
  await nextTurn();
  expect(made).toHaveLength(200);
  expect(await texts).toEqual(items.map(String));
});

test('they end before the one that does not fit; the first always fits', async () => {
  expect(await textsInTurns(['aa', 'bb', 'cc'], (text) => text, 6)).toEqual(['aa', 'bb']);
  expect(await textsInTurns(['aaaa', 'b'], (text) => text, 2)).toEqual(['aaaa']);
  expect(await textsInTurns([], String, 2)).toEqual([]);
});
