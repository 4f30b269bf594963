// @module-tag redis
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../../test/support/free-port.ts';
import { liveService } from '../../../test/support/live-service.ts';
import { RedisProcess, type SentinelGroup, sentinelGroup } from '../../../test/support/redis-topology.ts';
import { signalText, startedBus, untilUp } from '../../../test/support/started-bus.ts';
import { until } from '../../../test/support/until.ts';
import type { OrchestratorConfigInput } from '../../config/index.ts';
import type { LiveService, MessageBus } from '../../ports/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-sentinel-'));
const [SIGNALS, ENRICHED] = ['nautilus:signals', 'nautilus:enriched_signals'];
const PATIENCE_MS = 60_000;
const running: MessageBus[] = [];

afterAll(() => rmSync(directory, { recursive: true, force: true }));
afterEach(async () => {
  await Promise.all(running.splice(0).map((bus) => bus.stop(1500)));
});

function start(service: LiveService, redis: OrchestratorConfigInput['redis'], lines: string[] = []): MessageBus {
  const bus = startedBus(service, { redis: { commandTimeoutMs: 1000, ...redis } }, lines);
  running.push(bus);
  return bus;
}

/** Ids and hashes of the answers in the stream. */
async function answersOf(client: Redis): Promise<{ id: string; hash: string; duplicate: boolean }[]> {
  const entries = await client.xrange(ENRICHED, '-', '+');
  return entries.map(([, fields]) => {
    const text = fields[1 + fields.indexOf('payload')];
    const { signal_id: id, answer_hash: hash, duplicate } = JSON.parse(text) as Record<string, unknown>;
    return { id: String(id), hash: String(hash), duplicate: duplicate === true };
  });
}

/** Sends a signal to a server and waits until it takes it. */
async function send(client: Redis, i: number): Promise<void> {
  const sent = () =>
    client.xadd(SIGNALS, '*', 'payload', signalText(150 + i, `s${i}`)).then(
      () => true,
      () => false,
    );
  await until(sent, `s${i} is taken`, PATIENCE_MS);
}

describe('a primary, its replica and sentinels', () => {
  let group: SentinelGroup;
  let a: Redis;
  let b: Redis;
  beforeAll(async () => {
    group = await sentinelGroup(join(directory, 'group'), { nSentinels: 3, password: 'of,servers' });
    [a, b] = group.servers.map((server) => server.client());
  });
  afterAll(() => group.end());

  const answered = (client: Redis, id: string) =>
    until(async () => (await answersOf(client).catch(() => [])).some((each) => each.id === id), `${id}`, PATIENCE_MS);

  test('go on at the new primary after kill -9, and back, with one hash a signal and no dead letter', async () => {
    const { service, journal } = await liveService();
    const lines: string[] = [];
    const bus = start(service, { url: group.url }, lines);
    await untilUp(bus);
    for (let i = 0; i < 20; i++) await send(a, i);
    await answered(a, 's19');
    const before = new Map((await answersOf(a)).map(({ id, hash }) => [id, hash]));
    await group.servers[0].kill();
    for (let i = 20; i < 40; i++) await send(b, i); // a replica takes none before it is the primary
    await answered(b, 's39');
    await untilUp(bus);
    await group.servers[0].start();
    const replication = (): Promise<string> => a.info('replication').catch(() => ''); // it connects again meanwhile
    await until(async () => (await replication()).includes('role:slave'), 'the old one follows', PATIENCE_MS);
    await until(async () => (await replication()).includes('link_status:up'), 'it has all', PATIENCE_MS);
    const [sentinel] = group.sentinels;
    const failOver = (): Promise<boolean> =>
      sentinel
        .client()
        .call('SENTINEL', 'FAILOVER', 'mymaster')
        .then(
          () => true,
          () => false,
        );
    await until(failOver, 'the sentinels change the primary again', PATIENCE_MS);
    for (let i = 40; i < 50; i++) await send(a, i);
    await answered(a, 's49');
    await untilUp(bus);
    const all = await answersOf(a);
    for (const { id, hash } of all) {
      expect(hash, `${id} has one hash`).toBe(before.get(id) ?? hash);
      before.set(id, hash);
    }
    expect(new Set(journal.signals.map(({ signalId }) => signalId)).size, 'each is recorded once').toBe(
      journal.signals.length,
    );
    expect([bus.health.nDead, await a.xlen(`${ENRICHED}:dead`)]).toEqual([0, 0]);
    expect(lines.join('\n')).not.toContain('of,servers');
  });
});

test('sentinels with a password, and a name that none knows', async () => {
  const group = await sentinelGroup(join(directory, 'login'), { sentinelPassword: 'of-sentinels' });
  const { service } = await liveService();
  const none = start(service, { url: group.url });
  await until(
    () => none.health.reason?.startsWith('NOAUTH: the sentinels') === true,
    'NOAUTH is said of the sentinels',
  );
  const sentinelPasswordFile = join(directory, 'sentinels');
  writeFileSync(sentinelPasswordFile, 'of-sentinels\n');
  const unknown = start(service, { url: group.url.replace(/#.*/, '#other'), sentinelPasswordFile });
  await until(() => unknown.health.reason?.startsWith('SENTINEL: no sentinel knows') === true, 'the name is refused');
  await untilUp(start(service, { url: group.url, sentinelPasswordFile }));
  await Promise.all(running.splice(0).map((bus) => bus.stop(500)));
  await group.end();
});

test('no sentinel there is UNREACHABLE, and stop ends the attempts', async () => {
  const { service } = await liveService();
  const bus = start(service, { url: `redis-sentinel://:hunter2@127.0.0.1:${await freePort()}#mymaster` });
  await until(() => bus.health.reason?.startsWith('UNREACHABLE') === true, 'it is said');
  await bus.stop(500);
});

test('a server whose password is changed is entered with the new one of the file', async () => {
  const server = await RedisProcess.start(join(directory, 'password'), ['--requirepass', 'old', '--save', ''], 'old');
  const admin = server.client();
  const passwordFile = join(directory, 'password-file');
  writeFileSync(passwordFile, 'old');
  const { service } = await liveService();
  const bus = start(service, { url: `redis://${server.place}`, passwordFile });
  await untilUp(bus);
  await admin.config('SET', 'requirepass', 'new');
  await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await until(() => bus.health.reason?.startsWith('WRONGPASS') === true, 'WRONGPASS is named');
  writeFileSync(passwordFile, 'new');
  await untilUp(bus);
  await admin.xadd(SIGNALS, '*', 'payload', signalText(150, 'a'));
  await until(async () => (await admin.xlen(ENRICHED)) === 1, 'it goes on');
  expect(bus.health.nDead).toBe(0);
  await server.end();
});
