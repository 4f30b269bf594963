// @module-tag redis
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type BusCodec, createLiveService, OrchestratorConfig, SILENT } from '../../src/index.ts';
import { MemoryJournal, MemoryRegistry } from '../../src/testing/index.ts';
import { signalMessageFromWire } from '../../src/wire/index.ts';
import { RedisServer } from '../faults/harness/redis-server.ts';
import { randomWalk } from '../support/random-walk.ts';
import { until } from '../support/until.ts';

const BARS = randomWalk(120, 5, { gaps: 0 });

/** Signals as `instrument|side|timestamp|id`, answers as `id=confidence`. */
const codec: BusCodec = {
  decode: ({ payload }) => {
    const [id, side, timestamp, signalId] = Buffer.from(payload ?? [])
      .toString('utf8')
      .split('|');
    const record = { instrument_id: id, signal: Number(side), timestamp, signal_id: signalId };
    return { kind: 'signal', message: signalMessageFromWire(record) };
  },
  encodeAnswer: (answer) => {
    const { signal_id: id, meta_confidence: confidence } = JSON.parse(answer) as Record<string, unknown>;
    return { topic: 'answers', payload: `${id}=${confidence}`, type: 'text', encoding: 'json' };
  },
};

test('a codec of the caller reads the signals of the Redis bus and writes its answers', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ml4t-codec-'));
  const redis = await RedisServer.start(join(directory, 'redis'), false);
  const client = redis.client();
  const config = OrchestratorConfig({
    redis: { url: redis.url, consumer: 'one' },
    server: { dataDir: join(directory, 'data'), port: 0 },
  });
  const parts = { codec, journal: new MemoryJournal(), registry: new MemoryRegistry(), logger: SILENT };
  const live = await createLiveService(config, parts);
  try {
    live.service.addBars('SIM', BARS);
    await live.listen();
    await client.xadd(config.redisChannelSignals, '*', 'payload', `SIM|1|${BARS.tsEvent[119]}|one`);
    const written = () => client.xrange(config.redisChannelEnriched, '-', '+');
    await until(async () => (await written()).length > 0, 'the answer is written');
    expect((await written())[0][1]).toEqual([
      'topic',
      'answers',
      'payload',
      'one=0.5',
      'type',
      'text',
      'encoding',
      'json',
    ]);
  } finally {
    await live.close();
    client.disconnect();
    await redis.stop();
    rmSync(directory, { recursive: true });
  }
});
