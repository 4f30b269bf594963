import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import type { Alert } from '../events/alert.ts';
import { postAlert } from './post-alert.ts';

const ALERT: Alert = {
  id: 'msg_1',
  event: 'halted',
  subject: 'halt',
  value: 'x',
  atMs: 0,
  letOutMs: 0,
  text: 'halted',
  data: {},
  nHeldBack: 0,
};
const HOOK = { setting: 'alerts.webhooks.0', secret: null, kind: 'slack', events: ['halted'] } as const;

/** What comes of an attempt at a server that does this. */
async function attemptAt(listener: RequestListener, attemptMs?: number) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    return await postAlert({ ...HOOK, url: `http://127.0.0.1:${port}/T0KEN` }, ALERT, 'host/data', 0, attemptMs);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('a receiver that does not answer is given up', async () => {
  const attempt = await attemptAt(() => undefined, 50);
  expect(attempt).toEqual({ status: null, fault: 'no answer within 0.05 s', retryAfterMs: 0, answer: '' });
});

test('one that closes the connection failed, and its fault does not show the address', async () => {
  const { status, fault } = await attemptAt((request) => request.socket.destroy());
  expect([status, fault]).toEqual([null, expect.stringMatching(/^no answer \([A-Z_]+\)$/)]);
  const refused = await postAlert({ ...HOOK, url: 'http://127.0.0.1:1/T0KEN' }, ALERT, 'host/data', 0);
  expect(refused.fault).toMatch(/^no answer/);
  expect(refused.fault).not.toContain('T0KEN');
});

test('of an answer without an end only the beginning is read, and it counts as taken', async () => {
  let nWritten = 0;
  const attempt = await attemptAt((_, response) => {
    const write = (): void => {
      while (!response.destroyed && response.write('x'.repeat(1024))) nWritten++;
    };
    response.on('drain', write).on('error', () => undefined);
    write();
  });
  expect([attempt.status, attempt.fault, attempt.answer]).toEqual([200, null, 'x'.repeat(4096)]);
  expect(nWritten, 'kilobytes that were sent').toBeLessThan(20_000);
});

test('the wait that a receiver asks for is passed on', async () => {
  const attempt = await attemptAt((_, response) => response.writeHead(429, { 'retry-after': '7' }).end('slow down'));
  expect(attempt).toEqual({ status: 429, fault: 'it answered 429', retryAfterMs: 7000, answer: 'slow down' });
});
