import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { dropWith, WideReads } from './wide-reads.ts';

test('reads more at a time than Node does by itself, and every byte once', async () => {
  const content = Buffer.alloc(
    8 << 20,
    Uint8Array.from({ length: 251 }, (_, k) => k),
  );
  const server = createServer((peer) => peer.end(content)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connector = new WideReads({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  const socket = await connector.connect();
  const pieces: Buffer[] = [];
  socket.prependListener('data', (piece: Buffer) => pieces.push(piece)).resume(); // as ioredis listens
  await once(socket, 'close');
  server.close();
  expect(Buffer.concat(pieces).equals(content)).toBe(true);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeGreaterThan(65_536);
});

test('hands out no copy of what is dropped', async () => {
  const server = createServer((peer) => peer.end(Buffer.alloc(1 << 20))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connector = new WideReads({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  const socket = await connector.connect();
  let [nDropped, nRead] = [0, 0];
  dropWith(socket, ({ length }) => {
    if (nDropped >= 500_000) return false;
    nDropped += length;
    return true;
  });
  socket.prependListener('data', ({ length }: Buffer) => (nRead += length)).resume();
  await once(socket, 'close');
  server.close();
  expect(nDropped).toBeGreaterThanOrEqual(500_000);
  expect(nDropped + nRead).toBe(1 << 20);
});

test('names why it cannot connect', async () => {
  const connector = new WideReads({ host: '127.0.0.1', port: 1 });
  const socket = await connector.connect();
  await new Promise((resolve) => socket.once('close', resolve));
  expect(connector.firstError).toMatchObject({ code: 'ECONNREFUSED' });
});
