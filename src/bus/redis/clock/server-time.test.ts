import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { ServerTime } from './server-time.ts';

const NOW_MS = 1_700_000_000_000;

function serverThat(info: () => Promise<string>): never {
  return Object.assign(new EventEmitter(), { info }) as never;
}

test('an id that its sender chose is no later than now by the clock of the server', async () => {
  const time = new ServerTime();
  await time.refresh(serverThat(async () => `redis_version:8.0.2\r\nserver_time_usec:${NOW_MS}000\r\n`));
  expect(time.takenMs(NOW_MS - 5000)).toBe(NOW_MS - 5000);
  const taken = time.takenMs(NOW_MS + 240_000) ?? Number.NaN;
  expect(taken).toBeGreaterThanOrEqual(NOW_MS);
  expect(taken).toBeLessThan(NOW_MS + 200_000); // the test itself may take its time
});

test.each([
  ['does not tell its time', async () => 'redis_version:2.0'],
  ['may not be asked', () => Promise.reject(new Error('NOPERM'))],
])('an id of a server that %s says nothing', async (_, info) => {
  const time = new ServerTime();
  await time.refresh(serverThat(info));
  expect(time.takenMs(NOW_MS)).toBeUndefined();
});

test('the clock is read once for all who ask at once, and not again at once', async () => {
  const time = new ServerTime();
  let n = 0;
  const server = serverThat(async () => `server_time_usec:${NOW_MS}${n++}00\r\n`);
  await Promise.all([time.refresh(server), time.refresh(server)]);
  await time.refresh(server);
  expect(n).toBe(1);
});
