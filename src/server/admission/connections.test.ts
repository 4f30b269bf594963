import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Connection } from './connection.ts';
import { Connections } from './connections.ts';

/** A socket that only says how many bytes it has not sent, whether it is read, and whether it was destroyed. */
class FakeSocket extends EventEmitter {
  writableLength = 0;
  destroyed = false;
  isPaused = false;

  pause(): void {
    this.isPaused = true;
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

/** A response that ends when the test says so. */
function responseOf(isComplete = true): ServerResponse {
  return Object.assign(new EventEmitter(), {
    req: { complete: isComplete } as IncomingMessage,
  }) as unknown as ServerResponse;
}

function opened(limits: { readonly maxConnections?: number; readonly unreadBytes?: number } = {}) {
  let nowMs = 0;
  const cut: string[] = [];
  const connections = new Connections(
    { maxConnections: 10, unreadBytes: 1000, ...limits },
    { noteConnectionCut: (reason) => void cut.push(reason) },
    () => nowMs,
  );
  const accept = (): { readonly socket: FakeSocket; readonly connection: Connection } => {
    const socket = new FakeSocket();
    connections.accept(socket as unknown as Socket);
    return { socket, connection: connections.of(socket as unknown as Socket) as Connection };
  };
  const holdBytes = ({ socket }: { readonly socket: FakeSocket }, nBytes: number): ServerResponse => {
    const response = responseOf();
    socket.writableLength += nBytes;
    connections.hold(socket as unknown as Socket, response, nBytes);
    return response;
  };
  const passMs = (ms: number): void => {
    nowMs += ms;
  };
  return { connections, cut, accept, holdBytes, passMs };
}

describe('bytes that wait to be read', () => {
  test('are counted over all connections until each answer is sent', () => {
    const { connections, accept, holdBytes } = opened();
    const [a, b] = [accept(), accept()];
    const first = holdBytes(a, 100);
    holdBytes(a, 200);
    holdBytes(b, 300);
    expect(connections.unreadBytes).toBe(600);
    first.emit('close');
    expect(connections.unreadBytes).toBe(500);
    a.socket.destroy();
    expect(connections.unreadBytes, 'a closed connection has nothing waiting').toBe(300);
  });

  test('an answer that ends after its connection is counted no second time', () => {
    const { connections, accept, holdBytes } = opened();
    const a = accept();
    const response = holdBytes(a, 100);
    a.socket.destroy();
    response.emit('close');
    expect(connections.unreadBytes).toBe(0);
  });

  test('leave no room for a further answer, until the slowest reader is cut', () => {
    const { connections, cut, accept, holdBytes, passMs } = opened();
    const [slow, slower] = [accept(), accept()];
    holdBytes(slower, 500);
    passMs(1000);
    holdBytes(slow, 400);
    expect(connections.hasRoom(200)).toBe(false);
    passMs(1500);
    expect([connections.hasRoom(200), slower.socket.destroyed, slow.socket.destroyed]).toEqual([true, true, false]);
    expect(cut).toEqual(['unread']);
  });

  test('one larger answer finds room where nothing waits', () => {
    expect(opened().connections.hasRoom(5000)).toBe(true);
  });

  test('beyond the limit cut the connection with most of them, where all read', () => {
    const { connections, accept, holdBytes } = opened();
    const [small, large] = [accept(), accept()];
    holdBytes(large, 700);
    holdBytes(small, 400);
    expect([large.socket.destroyed, small.socket.destroyed, connections.unreadBytes]).toEqual([true, false, 400]);
  });

  test('without progress for long are cut, with progress are not', () => {
    const { connections, cut, accept, holdBytes, passMs } = opened();
    const [stalled, slow] = [accept(), accept()];
    holdBytes(stalled, 100);
    holdBytes(slow, 100);
    for (let k = 0; k < 40; k++) {
      passMs(500);
      slow.socket.writableLength--;
      connections.sweep();
    }
    expect([stalled.socket.destroyed, slow.socket.destroyed, cut]).toEqual([true, false, ['stalled']]);
  });

  test('of an answer that waits for its own making are no stall', () => {
    const { connections, accept, holdBytes, passMs } = opened();
    const waiting = accept();
    holdBytes(waiting, 100);
    waiting.socket.writableLength = 0;
    passMs(60_000);
    connections.sweep();
    expect(waiting.socket.destroyed).toBe(false);
  });
});

describe('a connection too many', () => {
  test('takes the place of the one that never asked for anything', () => {
    const { accept, connections, passMs } = opened({ maxConnections: 2 });
    const [silent, reader] = [accept(), accept()];
    const response = responseOf();
    connections.begin(reader.connection, response);
    response.emit('close');
    passMs(60_000);
    const third = accept();
    expect([silent.socket.destroyed, reader.socket.destroyed, third.socket.destroyed]).toEqual([true, false, false]);
    expect(connections.size).toBe(2);
  });

  test('takes the place of half a request, then of an idle reader, and not of a sender or of one that waits', () => {
    const { accept, connections, passMs } = opened({ maxConnections: 4 });
    const [half, reader, sender, waiting] = [accept(), accept(), accept(), accept()];
    for (const { connection } of [reader, sender]) {
      const response = responseOf();
      connections.begin(connection, response);
      connection.noteAdmitted(connection === sender.connection);
      response.emit('close');
    }
    connections.begin(half.connection, responseOf(false));
    connections.begin(waiting.connection, responseOf());
    passMs(2000);
    const ask = (): void => connections.begin(accept().connection, responseOf());
    ask();
    expect([half, reader, sender, waiting].map(({ socket }) => socket.destroyed)).toEqual([true, false, false, false]);
    ask();
    expect([reader, sender, waiting].map(({ socket }) => socket.destroyed)).toEqual([true, false, false]);
    const refused = new FakeSocket();
    connections.accept(refused as unknown as Socket);
    expect([refused.destroyed, connections.size], 'nobody gives way').toEqual([true, 4]);
  });
});

test('what is kept back is not answered when its connection is gone, which gives way first', () => {
  const { accept, connections } = opened({ maxConnections: 1 });
  const refused = accept();
  connections.begin(refused.connection, responseOf());
  let nAnswered = 0;
  connections.waitBefore(refused.connection, 0, () => nAnswered++);
  connections.waitBefore(refused.connection, 60_000, () => nAnswered++);
  accept();
  expect([nAnswered, refused.socket.destroyed]).toEqual([1, true]);
});

test('after 64 refusals in a row a connection should be closed, and one that is admitted begins anew', () => {
  const { accept } = opened();
  const { connection } = accept();
  const refuse = (n: number): readonly boolean[] => Array.from({ length: n }, () => connection.noteRefusal());
  expect([refuse(63).includes(true), connection.isPersistent]).toEqual([false, true]);
  connection.noteAdmitted(false);
  expect([connection.isPersistent, refuse(64).indexOf(true)]).toEqual([false, 63]);
});

test('a connection that is ending is read no more', () => {
  const { connections, cut, accept } = opened();
  const [ending, other] = [accept(), accept()];
  connections.endSoon(ending.connection, 'refused');
  expect([ending.socket.isPaused, other.socket.isPaused, cut]).toEqual([true, false, ['refused']]);
});
