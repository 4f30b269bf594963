// @module-tag redis
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { liveService } from '../../../test/support/live-service.ts';
import { type RedisProcess, redisCluster } from '../../../test/support/redis-topology.ts';
import { signalText, startedBus, untilUp } from '../../../test/support/started-bus.ts';
import { until } from '../../../test/support/until.ts';
import type { OrchestratorConfigInput } from '../../config/index.ts';
import type { LiveService, MessageBus } from '../../ports/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-cluster-'));
const TAGGED = {
  redisChannelSignals: '{nautilus}:signals',
  redisChannelBars: '{nautilus}:bars',
  redisChannelEnriched: '{nautilus}:enriched_signals',
} as const;
const [SIGNALS, BARS, ENRICHED] = Object.values(TAGGED);
const running: MessageBus[] = [];

afterAll(() => rmSync(directory, { recursive: true, force: true }));
afterEach(async () => {
  await Promise.all(running.splice(0).map((bus) => bus.stop(1500)));
});

function start(service: LiveService, input: OrchestratorConfigInput): MessageBus {
  const bus = startedBus(service, input);
  running.push(bus);
  return bus;
}

const hasAnswers = (client: Redis, n: number) =>
  until(async () => (await client.xlen(ENRICHED).catch(() => 0)) === n, `${n} answers`, 20_000);

describe('a cluster of one shard', () => {
  let node: RedisProcess;
  let client: Redis;
  beforeAll(async () => {
    [node] = await redisCluster(join(directory, 'one'), [[0, 16_383]]);
    client = node.client();
  });
  afterAll(() => node.end());

  test('refuses the default names with those to write, and no signal is read before', async () => {
    const { service, journal } = await liveService();
    await client.xadd('nautilus:signals', '*', 'payload', signalText(150, 'early'));
    const bus = start(service, { redis: { url: `redis://${node.place}` } });
    await until(() => bus.health.status === 'refused', 'the names are refused');
    expect(bus.health.reason).toBe(
      'CROSSSLOT: on a Redis Cluster the streams need names with one {tag}; set ' +
        "redis_channel_signals: '{nautilus}:signals', redis_channel_bars: '{nautilus}:bars', " +
        "redis_channel_enriched: '{nautilus}:enriched_signals'",
    );
    expect([journal.signals.length, bus.health.nRead]).toEqual([0, 0]);
  });

  test('answers signals under names with one tag, dead letters too', async () => {
    const { service } = await liveService();
    const bus = start(service, { ...TAGGED, redis: { url: `redis://${node.place}` } });
    await untilUp(bus);
    await client.xadd(SIGNALS, '*', 'payload', signalText(150, 'a'));
    await client.xadd(SIGNALS, '*', 'payload', '{');
    await hasAnswers(client, 1);
    await until(async () => (await client.xlen(`${ENRICHED}:dead`)) === 1, 'a dead letter');
    const heard: string[] = [];
    const listener = node.client();
    listener.on('message', (_, text: string) => heard.push(text));
    await listener.subscribe(ENRICHED);
    await client.publish(SIGNALS, signalText(151, 'p'));
    await until(() => heard.length === 1, 'a published signal is answered');
    expect(JSON.parse(heard[0])).toMatchObject({ signal_id: 'p', source: 'model' });
    expect(bus.health.status).toBe('up');
  });

  test('refuses a database that it has not', async () => {
    const { service } = await liveService();
    const bus = start(service, { ...TAGGED, redis: { url: `redis://${node.place}/2` } });
    await until(() => bus.health.reason?.includes('no other database than 0') === true, 'it is said');
  });
});

describe('a cluster of three shards', () => {
  const SLOT = 16_000; // the tag "nautilus" is in none of the small shards
  let nodes: RedisProcess[];
  beforeAll(async () => {
    nodes = await redisCluster(
      join(directory, 'three'),
      [
        [2, SLOT],
        [0, 1],
        [SLOT + 1, 16_383],
      ],
      1,
    );
  });
  afterAll(async () => {
    for (const node of nodes) await node.end();
  });

  test('is followed to the node that has the streams, and to its replica when it dies', async () => {
    const [owner, other, third, replica] = nodes;
    const { service, journal } = await liveService();
    const urls = `redis://${other.place},${third.place}`;
    const bus = start(service, { ...TAGGED, redis: { url: urls, commandTimeoutMs: 1000 } });
    await untilUp(bus);
    const client = owner.client();
    for (const i of [0, 1, 2]) await client.xadd(SIGNALS, '*', 'payload', signalText(150 + i, `s${i}`));
    await hasAnswers(client, 3);
    const follower = replica.client();
    await follower.readonly();
    await until(async () => (await follower.xlen(ENRICHED)) === 3, 'the replica has them');
    await owner.kill();
    const send = (i: number) =>
      follower.xadd(SIGNALS, '*', 'payload', signalText(150 + i, `s${i}`)).then(
        () => true,
        () => false,
      );
    await until(() => send(3), 'the replica takes over', 20_000);
    await hasAnswers(follower, 4);
    await untilUp(bus);
    const ids = journal.signals.map(({ signalId }) => signalId);
    expect(ids).toEqual(['s0', 's1', 's2', 's3']);
    expect(bus.health.nDead).toBe(0);
    expect(await follower.xlen(BARS)).toBe(0);
  });
});
