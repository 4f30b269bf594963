import { expect, test } from 'vitest';
import type { Alert } from '../events/alert.ts';
import type { Attempt } from './post-alert.ts';
import { Receiver } from './receiver.ts';

const WEBHOOK = {
  setting: 'alerts.webhooks.0',
  url: 'https://hooks.example.com/services/T0KEN',
  secret: null,
  kind: 'slack',
  events: ['halted'],
} as const;
const TAKEN: Attempt = { status: 200, fault: null, retryAfterMs: 0, answer: '' };
const answered = (status: number | null, retryAfterMs = 0): Attempt => ({
  status,
  fault: `it answered ${status}`,
  retryAfterMs,
  answer: '',
});

function alertOf(id: string, letOutMs = 0): Alert {
  return {
    id,
    event: 'halted',
    subject: 'halt',
    value: 'x',
    atMs: 0,
    letOutMs,
    text: 'halted',
    data: {},
    nHeldBack: 0,
  };
}

/** A receiver that answers as it is told, and what became of each alert. */
function receiverOf(answers: Attempt[]) {
  const clock = { nowMs: 0 };
  const posts: string[] = [];
  const left: string[] = [];
  const lines: string[] = [];
  const receiver = new Receiver({
    webhook: WEBHOOK,
    post: async (_, { id }) => {
      posts.push(id);
      return answers.shift() ?? TAKEN;
    },
    nowMs: () => clock.nowMs,
    random: () => 1,
    warn: (line) => void lines.push(line),
    onLeft: ({ id }, isTaken) => void left.push(`${id} ${isTaken ? 'taken' : 'given up'}`),
    onFailed: () => undefined,
  });
  const send = async (): Promise<boolean> => {
    const isSent = receiver.sendDue();
    await receiver.attempt;
    return isSent;
  };
  return { receiver, clock, posts, left, lines, send };
}

test('after failures the wait doubles, also for the alerts behind, and all go out in their order once it answers', async () => {
  const { receiver, clock, posts, left, send } = receiverOf([answered(500), answered(null), answered(503)]);
  for (const id of ['a', 'b', 'c']) receiver.add(alertOf(id));
  const waits: (number | null)[] = [];
  for (let k = 0; k < 3; k++) {
    expect(await send()).toBe(true);
    expect(await send(), 'it is left alone').toBe(false);
    waits.push((receiver.nextMs ?? 0) - clock.nowMs);
    clock.nowMs = receiver.nextMs ?? 0;
  }
  expect(waits).toEqual([1000, 2000, 4000]);
  expect(receiver.status).toMatchObject({
    setting: 'alerts.webhooks.0',
    state: 'failing',
    nPending: 3,
    fault: 'it answered 503',
  });
  while (await send());
  expect(posts).toEqual(['a', 'a', 'a', 'a', 'b', 'c']);
  expect(left).toEqual(['a taken', 'b taken', 'c taken']);
  expect(receiver.status).toMatchObject({ state: 'ok', nPending: 0, fault: null });
});

test('a receiver is left alone for as long as it asks', async () => {
  const { receiver, send } = receiverOf([answered(429, 90_000)]);
  receiver.add(alertOf('a'));
  await send();
  expect(receiver.nextMs).toBe(90_000);
});

test('an alert that is refused for itself does not hold up the others', async () => {
  const { receiver, left, send } = receiverOf([answered(400)]);
  receiver.add(alertOf('a'));
  receiver.add(alertOf('b'));
  await send();
  await send();
  expect(left).toEqual(['b taken']);
  expect(receiver.nextMs).toBe(1000);
});

test('410 ends it: nothing is sent any more, and what waited is given up', async () => {
  const { receiver, left, lines, send } = receiverOf([answered(410)]);
  receiver.add(alertOf('a'));
  receiver.add(alertOf('b'));
  await send();
  expect(left).toEqual(['a given up', 'b given up']);
  expect(receiver.wants(alertOf('c'))).toBe(false);
  expect(receiver.status.state).toBe('gone');
  expect(lines, 'one line, without a promise to try again, and of an address only the origin').toEqual([
    'alerts.webhooks.0, the slack webhook at https://hooks.example.com, answered 410: it is gone, and gets no alert until the next start',
  ]);
});

test('a dead receiver costs a thousand alerts, the latest ones, and each of them a day', async () => {
  const { receiver, clock, left, send } = receiverOf(Array.from({ length: 5000 }, () => answered(null)));
  for (let k = 0; k < 1500; k++) receiver.add(alertOf(`a${k}`, k));
  expect(receiver.status.nPending).toBe(1000);
  expect(left.slice(0, 2)).toEqual(['a0 given up', 'a1 given up']);
  clock.nowMs = 86_400_000 + 1000;
  await send();
  expect(receiver.status.nPending).toBe(500);
});

test('it is sent what it asked for', () => {
  const { receiver } = receiverOf([]);
  expect(receiver.wants(alertOf('a'))).toBe(true);
  expect(receiver.wants({ ...alertOf('a'), event: 'resumed' })).toBe(false);
});
