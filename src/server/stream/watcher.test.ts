import { EventEmitter } from 'node:events';
import type { WebSocket } from '@fastify/websocket';
import { expect, test } from 'vitest';
import type { ServerContext } from '../server-options.ts';
import { Watcher } from './watcher.ts';

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

  terminate(): void {
    this.done.push('terminate');
  }

  close(code: number): void {
    this.done.push(`close ${code}`);
  }
}

function watch(): { readonly socket: FakeSocket; readonly watcher: Watcher; readonly cut: string[] } {
  const socket = new FakeSocket();
  const cut: string[] = [];
  const metrics = { noteCut: (reason: string) => void cut.push(reason) };
  const context = { clock: { monotonicNs: () => 0 }, metrics } as unknown as ServerContext;
  return { socket, watcher: new Watcher(socket as unknown as WebSocket, context, ['state']), cut };
}

test('one that answers its pings stays, one that does not is cut at the next', () => {
  const { socket, watcher, cut } = watch();
  watcher.ping();
  socket.emit('pong');
  watcher.ping();
  expect([socket.done, cut]).toEqual([['ping', 'ping'], []]);
  watcher.ping();
  expect([socket.done, cut]).toEqual([['ping', 'ping', 'terminate'], ['silent']]);
});

test('only events of the types asked for are sent', () => {
  const { socket, watcher } = watch();
  watcher.sendEvent({ type: 'bars', text: '{"type":"bars"}' });
  watcher.sendEvent({ type: 'state', text: '{"type":"state"}' });
  expect(socket.done).toEqual(['send {"type":"state"}']);
  expect([watcher.wants('bars'), watcher.wants('state')]).toEqual([false, true]);
});

test('a reader with four megabytes waiting is closed once, and nothing more is sent to it', () => {
  const { socket, watcher, cut } = watch();
  const event = { type: 'state', text: '{}' } as const;
  socket.bufferedAmount = 4 * 1_048_576;
  watcher.sendEvent(event);
  socket.bufferedAmount++;
  watcher.sendEvent(event);
  watcher.sendEvent(event);
  socket.bufferedAmount = 0;
  watcher.sendEvent(event);
  expect([socket.done, cut]).toEqual([['send {}', 'close 1013'], ['slow']]);
});
