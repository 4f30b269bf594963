import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { TurnShare } from '../admission/turn-share.ts';
import { MessageTurns } from './message-turns.ts';

/** A connection whose messages take a millisecond each. */
function connected(handle: (n: number) => void = () => undefined, clock = { ms: 0 }, share?: TurnShare) {
  const done: string[] = [];
  const socket = { pause: () => void done.push('pause'), resume: () => void done.push('resume') };
  const handled: number[] = [];
  const turns = new MessageTurns(socket, share ?? new TurnShare(() => clock.ms), (data) => {
    handled.push(data.readUInt16BE());
    clock.ms++;
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
  for (const n of upTo(14)) add(n);
  expect([handled, done]).toEqual([upTo(4), ['pause']]);
  await nextTurn();
  add(14);
  expect(handled).toEqual(upTo(8));
  await nextTurn();
  expect(handled).toEqual(upTo(12));
  await nextTurn();
  await nextTurn();
  expect([handled, done]).toEqual([upTo(15), ['pause', 'resume']]);
});

test('bursts of several connections have one share of the turn together', async () => {
  const clock = { ms: 0 };
  const share = new TurnShare(() => clock.ms);
  const clients = upTo(10).map(() => connected(undefined, clock, share));
  for (const { add } of clients) for (const n of upTo(40)) add(n);
  const nHandled = (): number => clients.reduce((n, { handled }) => n + handled.length, 0);
  const before = nHandled();
  await nextTurn();
  expect(nHandled() - before).toBe(4);
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
    if (n === 6) turns.end();
  });
  for (const n of upTo(40)) add(n);
  for (let k = 0; k < 5; k++) await nextTurn();
  add(41);
  expect([handled, done]).toEqual([upTo(7), ['pause', 'pause']]);
});
