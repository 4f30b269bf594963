// @module-tag redis
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, test } from 'vitest';
import { PATIENCE_MS, RedisServer } from '../../../test/faults/harness/redis-server.ts';
import { OrchestratorConfig } from '../../config/index.ts';
import { type MessageBus, SILENT } from '../../ports/index.ts';
import { systemClock } from '../../runtime/index.ts';
import { type BusSubject, busContract } from '../../testing/index.ts';
import { createCodec } from '../codecs/index.ts';
import { createRedisBus } from './index.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-bus-contract-'));
let server: RedisServer;
let client: Redis;

beforeAll(async () => {
  server = await RedisServer.start(join(directory, 'main'), false);
  client = server.client(PATIENCE_MS);
});
afterAll(async () => {
  client.disconnect();
  await server.stop();
  rmSync(directory, { recursive: true });
});

/** Streams of an empty server, and buses of one consumer name: each takes over from the one before. */
async function streams(): Promise<BusSubject> {
  await client.flushall();
  const config = OrchestratorConfig({ redis: { url: server.url, claimIdleMs: 100, maxDeliveries: 3 } });
  const { redisChannelSignals: signals, redisChannelBars: bars, redisChannelEnriched: enriched, redis } = config;
  const codec = createCodec(redis);
  const deps = { logger: SILENT, clock: systemClock, nowMs: Date.now, codec, consumerName: 'one' };
  const opened: MessageBus[] = [];
  const fieldsOf = async (stream: string, name: string): Promise<string[]> => {
    const entries = await client.xrange(stream, '-', '+');
    return entries.map(([, fields]) => fields[fields.findIndex((field, i) => i % 2 === 0 && field === name) + 1]);
  };
  return {
    open: () => {
      const bus = createRedisBus(config, deps);
      opened.push(bus);
      return bus;
    },
    send: async (text) => {
      await client.xadd(text.includes('"bars"') ? bars : signals, '*', 'payload', text);
    },
    answers: () => fieldsOf(enriched, 'payload'),
    deadLetters: () => fieldsOf(`${enriched}:dead`, 'code'),
    nWaiting: async () => {
      const groups = (await client.xinfo('GROUPS', signals).catch(() => [])) as unknown[][];
      if (groups.length === 0) return client.xlen(signals);
      const group = new Map(groups[0].map((name, i, all) => [name, all[i + 1]]));
      return Number(group.get('pending')) + Number(group.get('lag'));
    },
    dispose: async () => {
      await Promise.all(opened.map((bus) => bus.stop(500)));
    },
  };
}

for (const { name, run } of busContract(streams)) test(name, run);
