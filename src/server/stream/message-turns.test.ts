import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { MessageTurns } from './message-turns.ts';

function connected(handle: (n: number) => void = () => undefined) {
  const done: string[] = [];
  const socket = { pause: () => void done.push('pause'), resume: () => void done.push('resume') };
  const handled: number[] = [];
  const turns = new MessageTurns(socket, (data) => {
    handled.push(data.readUInt16BE());
    handle(data.readUInt16BE());
  });
  const add = (n: number): void => {
    const data = Buffer.alloc(2);
    data.writeUInt16BE(n);
    turns.add(data);
  };
  return { turns, add, handled, done };
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, k) => k);

test('a few messages are handled at once, and those of a burst in later turns and in their order', async () => {
  const { add, handled, done } = connected();
  for (const n of upTo(40)) add(n);
  expect([handled, done]).toEqual([upTo(16), ['pause']]);
  await nextTurn();
  add(40);
  expect(handled).toEqual(upTo(32));
  await nextTurn();
  expect([handled, done]).toEqual([upTo(41), ['pause', 'resume']]);
});

test('a sender of a message a turn never waits', async () => {
  const { add, handled, done } = connected();
  for (const n of upTo(40)) {
    add(n);
    expect(handled).toHaveLength(n + 1);
    await nextTurn();
  }
  expect(done).toEqual([]);
});

test('nothing is handled after the end, and the socket stays paused', async () => {
  const { turns, add, handled, done } = connected((n) => {
    if (n === 20) turns.end();
  });
  for (const n of upTo(40)) add(n);
  await nextTurn();
  await nextTurn();
  add(41);
  expect([handled, done]).toEqual([upTo(21), ['pause', 'pause']]);
});
