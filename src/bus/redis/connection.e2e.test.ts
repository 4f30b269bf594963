import { expect, test } from 'vitest';
import { TlsSocket } from './connection.ts';
import { WideReads } from './replies/wide-reads.ts';

test.each([
  ['TLS', TlsSocket],
  ['no TLS', WideReads],
])('with %s a connection that fails twice ends nothing but itself', async (_, Connector) => {
  const connector = new Connector({ host: '127.0.0.1', port: 9, tls: {} });
  const socket = await connector.connect();
  socket.emit('error', new Error('first'));
  expect(() => socket.emit('error', new Error('second'))).not.toThrow();
  expect(connector.firstError?.message).toBe('first');
  socket.destroy();
});
