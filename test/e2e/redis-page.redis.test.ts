// @module-tag redis
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test } from 'vitest';
import { parse } from 'yaml';
import { type OrchestratorConfigInput, parseConfig } from '../../src/config/index.ts';
import { liveService } from '../support/live-service.ts';
import { RedisProcess, redisCluster } from '../support/redis-topology.ts';
import { signalText, startedBus, untilUp } from '../support/started-bus.ts';
import { until } from '../support/until.ts';

// The settings of docs/redis.md, as a reader copies them.

const PAGE = readFileSync(new URL('../../docs/redis.md', import.meta.url), 'utf8');
const [CLUSTER, SENTINEL] = [...PAGE.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml]) => parseConfig(parse(yaml)));
const RIGHTS = /ACL SETUSER ml4t (on .*)/.exec(PAGE)?.[1].replace('PASSWORD', 'secret').split(' ') ?? [];
const directory = mkdtempSync(join(tmpdir(), 'ml4t-redis-page-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Settings of the page with another address. */
function at(config: OrchestratorConfigInput, redis: OrchestratorConfigInput['redis']): OrchestratorConfigInput {
  const { redisChannelSignals = '', redisChannelBars = '', redisChannelEnriched = '' } = config;
  return { redisChannelSignals, redisChannelBars, redisChannelEnriched, redis: { ...config.redis, ...redis } };
}

test('the names for a cluster make one slot', async () => {
  const [node] = await redisCluster(join(directory, 'cluster'), [[0, 16_383]]);
  const { service } = await liveService();
  const bus = startedBus(service, at(CLUSTER, { url: `redis://${node.place}` }));
  await untilUp(bus);
  const client = node.client();
  await client.xadd(CLUSTER.redisChannelSignals, '*', 'payload', signalText(150, 'a'));
  await until(async () => (await client.xlen(CLUSTER.redisChannelEnriched)) === 1, 'it is answered');
  await bus.stop();
  await node.end();
});

test('the user at the sentinels may do what is needed', async () => {
  const server = await RedisProcess.start(join(directory, 'server'), ['--requirepass', 'x', '--save', ''], 'x');
  const file = join(directory, 'sentinel.conf');
  writeFileSync(file, `sentinel monitor mymaster 127.0.0.1 ${server.port} 1\nsentinel auth-pass mymaster x\n`);
  const sentinel = await RedisProcess.start(join(directory, 'sentinel'), ['--sentinel'], '', file);
  const admin = sentinel.client();
  await admin.call('ACL', 'SETUSER', 'ml4t', ...RIGHTS);
  for (const [name, text] of [
    ['of-server', 'x'],
    ['of-sentinel', 'secret'],
  ])
    writeFileSync(join(directory, name), text);
  const { service } = await liveService();
  const files = { passwordFile: join(directory, 'of-server'), sentinelPasswordFile: join(directory, 'of-sentinel') };
  const url = SENTINEL.redis.url.replace(/\/\/.*#/, `//${sentinel.place}#`);
  const bus = startedBus(service, at(SENTINEL, { url, ...files }));
  await untilUp(bus);
  const isHeard = async (): Promise<boolean> => / sub=1 .* user=ml4t/.test(String(await admin.call('CLIENT', 'LIST')));
  await until(isHeard, 'it hears of a failover');
  await bus.stop();
  await sentinel.end();
  await server.end();
});
