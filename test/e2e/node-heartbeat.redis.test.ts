// @module-tag redis
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Status } from '../../src/wire/index.ts';
import { RedisServer } from '../faults/harness/redis-server.ts';
import { get, liveServer } from '../support/live-server.ts';
import { startedBus, untilUp } from '../support/started-bus.ts';
import { until } from '../support/until.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-heartbeat-'));
let redis: RedisServer;
beforeAll(async () => {
  redis = await RedisServer.start(join(directory, 'redis'), false);
});
afterAll(async () => {
  await redis.stop();
  rmSync(directory, { recursive: true });
});

test.each([
  ['one stream for signals and bars', 'node:all', 'node:all'],
  ['a stream for each', 'node:signals', 'node:bars'],
])('the age of a heartbeat is in status and metrics: %s', async (_, signals, bars) => {
  const live = await liveServer();
  const bus = startedBus(live.service, {
    redisChannelSignals: signals,
    redisChannelBars: bars,
    redis: { url: redis.url, codec: 'nautilus-v1' },
  });
  const status = async (): Promise<Status> => JSON.parse((await get(`${live.url}/v1/status`)).text) as Status;
  await untilUp(bus);
  expect((await status()).node_heartbeat_age_ms, 'none was seen').toBeNull();
  expect((await get(`${live.url}/metrics`)).text).toContain('ml4t_node_heartbeat_age_seconds Nan');
  const client = redis.client();
  const beat = ['topic', 'health:heartbeat', 'payload', '2026-01-01T00:00:00.000000000Z'];
  await client.xadd(signals, '*', ...beat);
  await until(() => live.service.status().nodeHeartbeatAgeMs !== null, 'the heartbeat is taken in');
  const age = (await status()).node_heartbeat_age_ms ?? Number.NaN;
  expect(age).toBeGreaterThanOrEqual(0);
  expect((await get(`${live.url}/metrics`)).text).toMatch(/ml4t_node_heartbeat_age_seconds \d/);
  expect(bus.health.nDead).toBe(0);
  client.disconnect();
  await bus.stop();
});
