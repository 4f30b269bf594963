import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { TurnShare } from '../admission/turn-share.ts';
import { textsInTurns } from './in-turns.ts';

const items = Array.from({ length: 250 }, (_, i) => i);

test('all pages share one and a half milliseconds of a turn, and their texts come in their order', async () => {
  let nowMs = 0;
  const turns = new TurnShare(() => nowMs);
  let nMade = 0;
  const textOf = (i: number): string => {
    nMade++;
    nowMs += 0.02; // 1 ms a part
    return String(i);
  };
  const pages = [1, 2].map(() => textsInTurns(turns, items, textOf, 1_000_000));
  expect(nMade, 'the second begins while the share lasts').toBe(100);
  await nextTurn();
  expect(nMade).toBe(200);
  expect(await Promise.all(pages)).toEqual([items.map(String), items.map(String)]);
});

test('they end before the one that does not fit; the first always fits', async () => {
  const turns = new TurnShare();
  expect(await textsInTurns(turns, ['aa', 'bb', 'cc'], (text) => text, 6)).toEqual(['aa', 'bb']);
  expect(await textsInTurns(turns, ['aaaa', 'b'], (text) => text, 2)).toEqual(['aaaa']);
  expect(await textsInTurns(turns, [], String, 2)).toEqual([]);
});
