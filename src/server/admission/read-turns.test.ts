import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ReadTurns } from './read-turns.ts';

test('reads of four milliseconds are run in one turn, the rest in later ones and in their order', async () => {
  let nowMs = 0;
  const turns = new ReadTurns(() => nowMs);
  const run: number[] = [];
  const read = (i: number): void =>
    turns.run(() => {
      run.push(i);
      nowMs += 1.5;
    });
  for (let i = 0; i < 7; i++) read(i);
  expect(run).toEqual([0, 1, 2]);
  await nextTurn();
  read(7);
  expect(run).toEqual([0, 1, 2, 3, 4, 5]);
  await nextTurn();
  expect(run).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  await nextTurn();
  read(8);
  expect(run.at(-1)).toBe(8);
});

test('what waits says for how long, and gets what was made, or the error', async () => {
  let nowMs = 0;
  const turns = new ReadTurns(() => nowMs);
  const use = (): number => (nowMs += 5);
  expect(await turns.make(use)).toBe(5);
  turns.run(use);
  const waiting = turns.make(() => {
    throw new Error('no page');
  });
  expect(turns.delayMs).toBe(0);
  nowMs += 7;
  expect(turns.delayMs).toBe(7);
  await expect(waiting).rejects.toThrow('no page');
  expect(turns.delayMs).toBe(0);
});
