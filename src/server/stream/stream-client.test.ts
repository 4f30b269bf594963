import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { WebSocket } from '@fastify/websocket';
import { expect, test } from 'vitest';
import { TurnShare } from '../admission/turn-share.ts';
import type { ServerContext } from '../server-options.ts';
import { StreamClient } from './stream-client.ts';

/** A connection that only notes what is done to it. */
class FakeSocket extends EventEmitter {
  readonly done: string[] = [];
  bufferedAmount = 0;

  send(text: string): void {
    this.done.push(`send ${text}`);
  }

  ping(): void {
    this.done.push('ping');
  }

  pause(): void {
    this.done.push('pause');
  }

  resume(): void {
    this.done.push('resume');
  }

  terminate(): void {
    this.done.push('terminate');
  }

  close(code: number): void {
    this.done.push(`close ${code}`);
  }
}

function connected(): { readonly socket: FakeSocket; readonly client: StreamClient; readonly cut: string[] } {
  const socket = new FakeSocket();
  const cut: string[] = [];
  const metrics = { noteCut: (reason: string) => void cut.push(reason) };
  const turnShare = new TurnShare(() => 0);
  const context = { clock: { monotonicNs: () => 0 }, metrics, turnShare } as unknown as ServerContext;
  return { socket, client: new StreamClient(socket as unknown as WebSocket, context, ['state']), cut };
}

test('one that answers its pings stays, one that does not is cut at the next', () => {
  const { socket, client, cut } = connected();
  client.ping();
  socket.emit('pong');
  client.ping();
  expect([socket.done, cut]).toEqual([['ping', 'ping'], []]);
  client.ping();
  expect([socket.done, cut]).toEqual([['ping', 'ping', 'terminate'], ['silent']]);
});

test('only events of the types asked for are sent', () => {
  const { socket, client } = connected();
  client.sendEvent({ type: 'bars', text: '{"type":"bars"}' });
  client.sendEvent({ type: 'state', text: '{"type":"state"}' });
  expect(socket.done).toEqual(['send {"type":"state"}']);
  expect([client.wants('bars'), client.wants('state')]).toEqual([false, true]);
});

test('a reader with four megabytes waiting is closed once, and nothing more is sent to it', () => {
  const { socket, client, cut } = connected();
  const event = { type: 'state', text: '{}' } as const;
  socket.bufferedAmount = 4 * 1_048_576;
  client.sendEvent(event);
  socket.bufferedAmount++;
  client.sendEvent(event);
  client.sendEvent(event);
  socket.bufferedAmount = 0;
  client.sendEvent(event);
  expect([socket.done, cut]).toEqual([['send {}', 'close 1013'], ['slow']]);
});

test('what waits for it is told after each event, so that it counts with all other answers', () => {
  const socket = new FakeSocket();
  const told: number[] = [];
  const context = { clock: { monotonicNs: () => 0 } } as unknown as ServerContext;
  const client = new StreamClient(socket as unknown as WebSocket, context, ['state'], (n) => void told.push(n));
  socket.bufferedAmount = 70;
  client.sendEvent({ type: 'state', text: '{}' });
  socket.bufferedAmount = 0;
  client.measure();
  expect(told).toEqual([70, 0]);
});

test('messages that break the format count as five hundred each, and beyond the burst nothing more is read', async () => {
  const socket = new FakeSocket();
  const cut: string[] = [];
  const metrics = { noteCut: (reason: string) => void cut.push(reason), noteProblem: () => undefined };
  const turnShare = new TurnShare(() => 0);
  const context = { clock: { monotonicNs: () => 0 }, metrics, turnShare } as unknown as ServerContext;
  new StreamClient(socket as unknown as WebSocket, context, ['state']);
  const send = async (n: number): Promise<void> => {
    for (let k = 0; k < n; k++) {
      socket.emit('message', Buffer.from('{"type":"nonsense"}'));
      await nextTurn();
    }
  };
  await send(19);
  expect([socket.done.length, cut]).toEqual([19, []]);
  await send(1);
  expect([socket.done.slice(19), cut]).toEqual([['close 1008', 'pause'], ['flood']]);
  await send(10);
  expect(socket.done).toHaveLength(21);
});

test('a burst has its share of the turn, and the rest of it later ones', async () => {
  const socket = new FakeSocket();
  const metrics = { noteCut: () => undefined, noteProblem: () => undefined };
  let nowMs = 0;
  const context = { clock: { monotonicNs: () => 0 }, metrics, turnShare: new TurnShare(() => (nowMs += 1)) };
  new StreamClient(socket as unknown as WebSocket, context as unknown as ServerContext, ['state']);
  for (let k = 0; k < 18; k++) socket.emit('message', Buffer.from('{"type":"nonsense"}'));
  const nAnswered = (): number => socket.done.filter((done) => done.startsWith('send')).length;
  expect(nAnswered()).toBeLessThan(12);
  for (let k = 0; k < 10; k++) await nextTurn();
  expect(nAnswered()).toBe(18);
});
