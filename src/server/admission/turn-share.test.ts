import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { TurnShare } from './turn-share.ts';

test('work of one and a half milliseconds is run in one turn, the rest in later ones and in its order', async () => {
  let nowMs = 0;
  const turns = new TurnShare(() => nowMs);
  const run: number[] = [];
  const read = (i: number): void =>
    turns.run(() => {
      run.push(i);
      nowMs += 0.75;
    });
  for (let i = 0; i < 7; i++) read(i);
  expect(run).toEqual([0, 1]);
  await nextTurn();
  read(7);
  expect(run).toEqual([0, 1, 2, 3]);
  await nextTurn();
  await nextTurn();
  expect(run).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  await nextTurn();
  read(8);
  expect(run.at(-1)).toBe(8);
});

test('what waits says for how long, and gets what was made, or the error', async () => {
  let nowMs = 0;
  const turns = new TurnShare(() => nowMs);
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

test('work that asks for more gets it after what waits, and within the share', async () => {
  let nowMs = 0;
  const turns = new TurnShare(() => nowMs);
  const run: string[] = [];
  const again = (name: string, n: number): void => {
    run.push(`${name}${n}`);
    nowMs += 0.5;
    if (n < 4) turns.run(() => again(name, n + 1));
  };
  turns.run(() => again('a', 1));
  turns.run(() => again('b', 1));
  expect(run, 'a asked from inside').toEqual(['a1']);
  await nextTurn();
  expect(run).toEqual(['a1', 'a2', 'b1', 'a3']);
  await nextTurn();
  expect(run).toEqual(['a1', 'a2', 'b1', 'a3', 'b2', 'a4', 'b3']);
});

test('work that throws ends its own part alone', async () => {
  const turns = new TurnShare(() => 0);
  expect(() =>
    turns.run(() => {
      throw new Error('broken');
    }),
  ).toThrow('broken');
  expect(await turns.make(() => 1)).toBe(1);
});
