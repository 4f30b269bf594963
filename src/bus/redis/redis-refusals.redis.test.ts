// @module-tag redis
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, expect, test } from 'vitest';
import { liveService } from '../../../test/support/live-service.ts';
import { clusterNode, RedisProcess, redisCluster } from '../../../test/support/redis-topology.ts';
import { signalText, startedBus, untilUp } from '../../../test/support/started-bus.ts';
import { until } from '../../../test/support/until.ts';
import type { OrchestratorConfigInput } from '../../config/index.ts';
import type { LiveService, MessageBus } from '../../ports/index.ts';

// What a server refuses for a time is named, waits, and is answered afterwards: it never becomes a dead letter.

const directory = mkdtempSync(join(tmpdir(), 'ml4t-refusals-'));
const TAGGED = {
  redisChannelSignals: '{nautilus}:signals',
  redisChannelBars: '{nautilus}:bars',
  redisChannelEnriched: '{nautilus}:enriched_signals',
} as const;
const [SIGNALS, , ENRICHED] = Object.values(TAGGED);
const ending: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function start(
  service: LiveService,
  redis: NonNullable<OrchestratorConfigInput['redis']>,
  lines: string[] = [],
): MessageBus {
  const bus = startedBus(service, { ...TAGGED, redis }, lines);
  ending.push(() => bus.stop(1500));
  return bus;
}

interface Refusal {
  readonly name: string;
  /** Commands that run in one transaction with the signal. */
  readonly refuse: readonly (readonly [command: string, ...args: string[]])[];
  readonly undo: readonly (readonly [command: string, ...args: string[]])[];
}

const ALL = ['0', '16383'];
const RIGHTS = ['on', '>secret', '~*', '&*', '+@all'];
const REFUSALS: readonly Refusal[] = [
  {
    name: 'NOREPLICAS',
    refuse: [['CONFIG', 'SET', 'min-replicas-to-write', '1']],
    undo: [['CONFIG', 'SET', 'min-replicas-to-write', '0']],
  },
  {
    name: 'NOPERM',
    refuse: [['ACL', 'SETUSER', 'ml4t', '-xadd']],
    undo: [['ACL', 'SETUSER', 'ml4t', '+xadd']],
  },
  {
    name: 'WRONGPASS',
    refuse: [['ACL', 'DELUSER', 'ml4t']],
    undo: [['ACL', 'SETUSER', 'ml4t', ...RIGHTS]],
  },
];

test.each(REFUSALS)('$name while it runs', async ({ name, refuse, undo }) => {
  const server = await RedisProcess.start(join(directory, name), ['--save', '']);
  ending.push(() => server.end());
  const admin = server.client();
  await admin.call('ACL', 'SETUSER', 'ml4t', ...RIGHTS);
  const { service } = await liveService();
  const bus = start(service, { url: `redis://ml4t:secret@${server.place}` });
  await untilUp(bus);
  const sent = admin.multi().xadd(SIGNALS, '*', 'payload', signalText(150, 'a'));
  for (const command of refuse) sent.call(...command);
  await sent.exec();
  await until(() => bus.health.reason?.startsWith(`${name}: `) === true, `${name} is named`);
  expect([bus.health.status, bus.health.reason?.includes('the server refuses')]).toEqual(['refused', false]);
  for (const command of undo) await admin.call(...command);
  await until(async () => (await admin.xlen(ENRICHED)) === 1, 'it is answered');
  await untilUp(bus);
  expect([bus.health.nDead, await admin.xlen(`${ENRICHED}:dead`)]).toEqual([0, 0]);
});

test('CLUSTERDOWN: no node has the slots for a time', async () => {
  const [node] = await redisCluster(join(directory, 'down'), [[0, 16_383]]);
  ending.push(() => node.end());
  const admin = node.client();
  const { service } = await liveService();
  const bus = start(service, { url: `redis://${node.place}` });
  await untilUp(bus);
  await admin.xadd(SIGNALS, '*', 'payload', signalText(150, 'a'));
  await admin.call('CLUSTER', 'DELSLOTSRANGE', ...ALL);
  await until(() => bus.health.reason?.startsWith('CLUSTERDOWN: ') === true, 'CLUSTERDOWN is named');
  await admin.call('CLUSTER', 'ADDSLOTSRANGE', ...ALL);
  await untilUp(bus);
  await until(async () => (await admin.xlen(ENRICHED).catch(() => 0)) === 1, 'it is answered');
  expect(bus.health.nDead).toBe(0);
});

test('the slot of the streams moves to another node, with signals before, between and after', async () => {
  const [from] = await redisCluster(join(directory, 'from'), [[0, 16_383]]);
  const { node: to, busPort } = await clusterNode(join(directory, 'to'));
  ending.push(
    () => from.end(),
    () => to.end(),
  );
  const [source, target] = [from.client(), to.client()];
  const call = (client: Redis, ...args: string[]) => client.call('CLUSTER', ...args);
  await call(target, 'SET-CONFIG-EPOCH', '2');
  await call(source, 'MEET', '127.0.0.1', String(to.port), String(busPort));
  await until(async () => String(await call(target, 'INFO')).includes('cluster_state:ok'), 'the nodes know each other');
  const { service, journal } = await liveService();
  const lines: string[] = [];
  const bus = start(service, { url: `redis://${from.place}` }, lines);
  await untilUp(bus);
  await source.xadd(SIGNALS, '*', 'payload', signalText(150, 'a'));
  await until(async () => (await source.xlen(ENRICHED)) === 1, 'the first is answered');
  const slot = String(await call(source, 'KEYSLOT', SIGNALS));
  const [fromId, toId] = [String(await call(source, 'MYID')), String(await call(target, 'MYID'))];
  await call(target, 'SETSLOT', slot, 'IMPORTING', fromId);
  await call(source, 'SETSLOT', slot, 'MIGRATING', toId);
  for (const key of [SIGNALS, ENRICHED]) {
    await source.call('MIGRATE', '127.0.0.1', String(to.port), key, '0', '5000');
    await until(() => /^(ASK|TRYAGAIN): /.test(bus.health.reason ?? ''), 'the move is named');
  }
  await call(target, 'SETSLOT', slot, 'NODE', toId);
  await call(source, 'SETSLOT', slot, 'NODE', toId);
  await target.xadd(SIGNALS, '*', 'payload', signalText(151, 'b'));
  await until(async () => (await target.xlen(ENRICHED)) === 2, 'the second is answered');
  await untilUp(bus);
  expect(journal.signals.map(({ signalId }) => signalId)).toEqual(['a', 'b']);
  expect([bus.health.nDead, lines.filter((line) => line.startsWith('STREAM_LOST'))]).toEqual([0, []]);
});
