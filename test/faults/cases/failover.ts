// The primary of Redis dies and a replica takes over, as sentinels or a cluster arrange it.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster, Redis } from 'ioredis';
import { readGroup } from '../../checker/read-stores.ts';
import { PRIMARY, type RedisProcess, redisCluster, sentinelGroup } from '../../support/redis-topology.ts';
import { until } from '../../support/until.ts';
import type { Sabotage } from '../harness/builds.ts';
import { httpLoad, streamLoad } from '../harness/senders.ts';
import { type FaultCase, GROUP, runCase, type World } from '../harness/world.ts';

const NAMES = ['{nautilus}:signals', '{nautilus}:bars', '{nautilus}:enriched_signals'] as const;
const [SIGNALS, BARS, ENRICHED] = NAMES;
const TAGGED = [`redis_channel_signals=${SIGNALS}`, `redis_channel_bars=${BARS}`, `redis_channel_enriched=${ENRICHED}`];
/** Time for sentinels or a cluster to agree, and for the service to come after, milliseconds. */
const TAKE_OVER_MS = 40_000;
const UNANSWERED = /^unanswered: /;

const NEVER_CONNECTS_AGAIN: Sabotage = {
  name: 'never connects again',
  patches: [
    {
      file: 'runtime/redis/redis-options.js',
      find: 'return pause / 2 + (Math.random() * pause) / 2;',
      replace: 'return null;',
    },
  ],
};

const FOLLOWS_NO_CLUSTER: Sabotage = {
  name: 'stays at the node that it was told first',
  patches: [{ file: 'runtime/redis/redis-nodes.js', find: 'this.#named = named;', replace: '' }],
};

const CHECKS_NO_NAMES: Sabotage = {
  name: 'reads signals before it knows where answers go',
  patches: [{ file: 'bus/redis/check-names.js', find: 'if (isFit ||', replace: 'if (true ||' }],
};

/** Notes every answer of the stream of answers, as a subscriber that goes where the primary is. @param nLooks - at most. */
async function noteAnswers(
  world: World,
  client: Redis,
  isOver: () => boolean,
  nLooks = Number.POSITIVE_INFINITY,
): Promise<void> {
  let from = '-';
  for (let k = 0; k < nLooks && !isOver(); k++) {
    for (const [entryId, fields] of await client.xrange(ENRICHED, from, '+', 'COUNT', 500).catch(() => [])) {
      from = `(${entryId}`;
      const text = fields[1 + fields.indexOf('payload')];
      const { signal_id: id } = JSON.parse(text) as { signal_id: string };
      world.log.answer({ kind: 'ok', id, medium: 'stream', text });
    }
    await delay(20);
  }
}

function idsIn(entries: readonly (readonly [string, readonly string[]])[]): string[] {
  return entries.map(([, fields]) => {
    const { signal_id: id } = JSON.parse(fields[1 + fields.indexOf('payload')]) as { signal_id: string };
    return id;
  });
}

/** Checks that the server that serves now has an answer to every signal that it has, and no dead letter. */
async function expectAnswered(world: World, client: Redis): Promise<void> {
  const isSettled = async (): Promise<boolean> => {
    const { pending, lag } = await readGroup(client, SIGNALS, GROUP).catch(() => ({ pending: 1, lag: 1 }));
    return pending === 0 && lag === 0;
  };
  await until(isSettled, 'settled', TAKE_OVER_MS).catch(() => undefined);
  const answered = new Set(idsIn(await client.xrange(ENRICHED, '-', '+')));
  const open = idsIn(await client.xrange(SIGNALS, '-', '+')).filter((id) => !answered.has(id));
  world.expect(open.length === 0, `unanswered: ${open.length} signals that Redis has, such as ${open[0]}`);
  const nDead = await client.xlen(`${ENRICHED}:dead`);
  world.expect(nDead === 0, `dead: ${nDead} good signals`);
}

/** Sends signals over HTTP and the stream while `kill` ends the primary, and after it until the service has come along. */
async function underLoad(world: World, client: Redis, url: string, kill: () => Promise<RedisProcess>): Promise<void> {
  const set = [...TAGGED, 'redis.command_timeout_ms=1000'];
  const service = await world.service('one', { redisUrl: url, set }).start();
  const load = { ...world.load, patienceMs: TAKE_OVER_MS, concurrency: 2, pauseMs: 5 };
  let isOver = false;
  const reading = noteAnswers(world, client, () => isOver);
  const nAnswers = (): Promise<number> => client.xlen(ENRICHED).catch(() => 0);
  world.beside(httpLoad(() => service.url, true, { ...load, run: 'http' }));
  world.beside(streamLoad(client, SIGNALS, { ...load, run: 'stream' }));
  await until(async () => (await nAnswers()) > 20, 'answers on the stream', TAKE_OVER_MS);
  const successor = await kill();
  world.log.redisEmptied(); // what it took and had not copied yet may be gone
  const direct = successor.client();
  await direct.readonly().catch(() => undefined);
  const [before, from] = [await direct.xlen(ENRICHED), world.log.nOk];
  const goesOn = async (): Promise<boolean> => (await direct.xlen(ENRICHED).catch(() => 0)) > before + 20;
  await until(goesOn, 'answers on the stream of the new primary', TAKE_OVER_MS).catch((error: unknown) => {
    world.violations.push(String(error));
  });
  world.expect(world.log.nOk > from, 'HTTP goes on meanwhile');
  await world.endLoad();
  await expectAnswered(world, direct);
  await delay(200);
  isOver = true;
  await reading;
}

export const sentinelFailover: FaultCase = {
  name: 'primary of Redis killed, sentinels name its replica',
  expected:
    'the service goes on at the new primary; what was not copied to it is told as never received (info), all else answered',
  needsRedis: true,
  failsUnder: [{ sabotage: NEVER_CONNECTS_AGAIN, by: UNANSWERED }],
  run: (context) =>
    runCase(context, 'none', async (world) => {
      const group = await sentinelGroup(join(world.directory, 'group'), { nSentinels: 3 });
      const sentinels = group.sentinels.map(({ port }) => ({ host: '127.0.0.1', port }));
      const client = new Redis({ sentinels, name: PRIMARY, maxRetriesPerRequest: 0, commandTimeout: 2000 });
      client.on('error', () => undefined); // each command reports its own error
      const [primary, replica] = group.servers;
      try {
        await underLoad(world, client, group.url, async () => {
          await primary.kill();
          return replica;
        });
        return 'kill -9 of the primary, three sentinels, HTTP and Streams under load';
      } finally {
        await world.endLoad(); // a command of a client that is closed may never settle
        client.disconnect();
        await group.end();
      }
    }),
};

export const clusterFailover: FaultCase = {
  name: 'node of a Redis Cluster killed, its replica takes over',
  expected:
    'the service goes to the node that has the streams; what was not copied is told as never received (info), all else answered',
  needsRedis: true,
  failsUnder: [{ sabotage: FOLLOWS_NO_CLUSTER, by: /^(?:broke down|unanswered): / }],
  run: (context) =>
    runCase(context, 'none', async (world) => {
      // The first has the slot of the names.
      const nodes = await redisCluster(
        join(world.directory, 'cluster'),
        [
          [2, 16_000],
          [0, 1],
          [16_001, 16_383],
        ],
        1,
      );
      const [owner, second, third, replica] = nodes;
      const places = nodes.map(({ port }) => ({ host: '127.0.0.1', port }));
      const client = new Cluster(places, { redisOptions: { maxRetriesPerRequest: 0, commandTimeout: 2000 } });
      client.on('error', () => undefined);
      try {
        const url = `redis://${second.place},${third.place}`;
        await underLoad(world, client as unknown as Redis, url, async () => {
          await owner.kill();
          return replica;
        });
        return 'kill -9 of the node of the streams in a cluster of three, HTTP and Streams under load';
      } finally {
        await world.endLoad(); // a command of a client that is closed may never settle
        client.disconnect();
        for (const node of nodes) await node.end();
      }
    }),
};

export const clusterNames: FaultCase = {
  name: 'names without a tag on a Redis Cluster',
  expected: 'nothing is read, the names to write are said; with them all is answered',
  needsRedis: true,
  failsUnder: [{ sabotage: CHECKS_NO_NAMES, by: /^read: / }],
  run: (context) =>
    runCase(context, 'none', async (world) => {
      const [node] = await redisCluster(join(world.directory, 'cluster'), [[0, 16_383]]);
      const client = node.client();
      const url = `redis://${node.place}`;
      try {
        const service = await world.service('one', { redisUrl: url }).start();
        const round = (run: string, stream: string) => {
          let n = 0;
          return streamLoad(client, stream, { ...world.load, run, concurrency: 1, isOver: () => n++ >= 20 });
        };
        await round('untagged', 'nautilus:signals');
        world.log.redisEmptied(); // under the other names nobody answers them
        await delay(1000);
        const groups = (await client.xinfo('GROUPS', 'nautilus:signals')) as unknown[][];
        world.expect(groups.length === 0, 'read: signals whose answers have no place');
        world.expect(service.stderr.includes(`redis_channel_signals: '${SIGNALS}'`), 'unsaid: the names to write');
        await service.stop();
        await world.service('two', { redisUrl: url, set: TAGGED }).start();
        await round('tagged', SIGNALS);
        await until(async () => (await client.xlen(ENRICHED)) === 20, 'all are answered', TAKE_OVER_MS);
        await expectAnswered(world, client);
        await noteAnswers(world, client, () => false, 1);
        return '20 signals under names without a tag, 20 under those that the service says';
      } finally {
        await node.end();
      }
    }),
};
