import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Child } from '../faults/harness/child.ts';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

/** Name of the primary at the sentinels. */
export const PRIMARY = 'mymaster';

/** One process of a group of servers, which can be stopped, killed and started again with its data. */
export class RedisProcess {
  readonly port: number;
  readonly #args: readonly string[];
  readonly #password: string;
  #child: Child | null = null;
  readonly #clients: Redis[] = [];

  private constructor(port: number, args: readonly string[], password: string) {
    this.port = port;
    this.#args = args;
    this.#password = password;
  }

  /** @param args - beside the address and the directory. @param file - the settings that it also reads, and may write. */
  static async start(
    directory: string,
    args: readonly string[],
    password = '',
    file: string | null = null,
  ): Promise<RedisProcess> {
    mkdirSync(directory, { recursive: true });
    const port = await freePort();
    const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory];
    const node = new RedisProcess(port, [...(file === null ? [] : [file]), ...place, ...args], password);
    await node.start();
    return node;
  }

  async start(): Promise<void> {
    this.#child = new Child('redis-server', this.#args);
    const client = this.client();
    await until(async () => (await client.ping().catch(() => '')) === 'PONG', 'redis-server answers');
  }

  get place(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** A client of this process alone, which fails at once where it is away. */
  client(): Redis {
    const client = new Redis({
      port: this.port,
      maxRetriesPerRequest: 0,
      retryStrategy: () => 50,
      ...(this.#password !== '' && { password: this.#password }),
    });
    client.on('error', () => undefined); // each command reports its own error
    this.#clients.push(client);
    return client;
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.signal(name);
  }

  async kill(): Promise<void> {
    this.#child?.signal('SIGKILL');
    await this.#child?.ended;
  }

  async end(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    await this.kill();
  }
}

/** A node of a Redis Cluster that knows no other yet. */
export async function clusterNode(directory: string): Promise<{ node: RedisProcess; busPort: number }> {
  const busPort = await freePort();
  const cluster = ['--cluster-enabled', 'yes', '--cluster-port', String(busPort), '--cluster-node-timeout', '1000'];
  return { node: await RedisProcess.start(directory, [...cluster, '--appendonly', 'yes', '--save', '']), busPort };
}

/** A Redis Cluster. @param ranges - first and last slot of each primary; further nodes are replicas of the first. */
export async function redisCluster(
  directory: string,
  ranges: readonly (readonly [first: number, last: number])[],
  nReplicas = 0,
): Promise<RedisProcess[]> {
  const nNodes = ranges.length + nReplicas;
  const started = await Promise.all(Array.from({ length: nNodes }, (_, i) => clusterNode(join(directory, `${i}`))));
  const clients = started.map(({ node }) => node.client());
  const [first] = clients;
  for (const [i, { node, busPort }] of started.entries()) {
    await clients[i].call('CLUSTER', 'SET-CONFIG-EPOCH', String(i + 1));
    if (i < ranges.length) await clients[i].call('CLUSTER', 'ADDSLOTSRANGE', ...ranges[i].map(String));
    if (i > 0) await first.call('CLUSTER', 'MEET', '127.0.0.1', String(node.port), String(busPort));
  }
  const infoOf = async (client: Redis): Promise<string> => String(await client.call('CLUSTER', 'INFO'));
  const knowsAll = async (client: Redis): Promise<boolean> =>
    (await infoOf(client)).includes(`cluster_known_nodes:${nNodes}`);
  const isUp = async (client: Redis): Promise<boolean> => (await infoOf(client)).includes('cluster_state:ok');
  const every = async (holds: (client: Redis) => Promise<boolean>): Promise<boolean> =>
    (await Promise.all(clients.map(holds))).every(Boolean);
  await until(() => every(knowsAll), 'the nodes know each other');
  const id = String(await first.call('CLUSTER', 'MYID'));
  for (const client of clients.slice(ranges.length)) await client.call('CLUSTER', 'REPLICATE', id);
  await until(() => every(isUp), 'the cluster is up');
  for (const client of clients.slice(ranges.length)) await untilFollowing(client);
  return started.map(({ node }) => node);
}

async function untilFollowing(replica: Redis): Promise<void> {
  await until(async () => (await replica.info('replication')).includes('master_link_status:up'), 'the replica follows');
}

/** A primary, its replica, and sentinels that know both. */
export interface SentinelGroup {
  readonly servers: readonly [RedisProcess, RedisProcess];
  readonly sentinels: readonly RedisProcess[];
  /** Text for `redis.url`. */
  readonly url: string;
  end(): Promise<void>;
}

export interface SentinelSettings {
  readonly nSentinels?: number;
  /** Password of the servers. */
  readonly password?: string;
  /** Password of the sentinels. */
  readonly sentinelPassword?: string;
}

export async function sentinelGroup(directory: string, settings: SentinelSettings = {}): Promise<SentinelGroup> {
  const { nSentinels = 1, password = '', sentinelPassword = '' } = settings;
  const login = password === '' ? [] : ['--requirepass', password, '--masterauth', password];
  const data = ['--appendonly', 'yes', '--save', '', '--repl-diskless-sync-delay', '0', ...login];
  const primary = await RedisProcess.start(join(directory, 'a'), data, password);
  const following = [...data, '--replicaof', '127.0.0.1', String(primary.port)];
  const replica = await RedisProcess.start(join(directory, 'b'), following, password);
  await untilFollowing(replica.client());
  const quorum = Math.floor(nSentinels / 2) + 1;
  const sentinels: RedisProcess[] = [];
  for (let i = 0; i < nSentinels; i++) {
    const place = join(directory, `sentinel${i}`);
    mkdirSync(place, { recursive: true });
    const file = join(place, 'sentinel.conf');
    const lines = [
      `sentinel monitor ${PRIMARY} 127.0.0.1 ${primary.port} ${quorum}`,
      `sentinel down-after-milliseconds ${PRIMARY} 500`,
      `sentinel failover-timeout ${PRIMARY} 3000`,
      ...(password === '' ? [] : [`sentinel auth-pass ${PRIMARY} ${password}`]),
      ...(sentinelPassword === '' ? [] : [`requirepass ${sentinelPassword}`]),
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    sentinels.push(await RedisProcess.start(place, ['--sentinel'], sentinelPassword, file));
  }
  const asked = sentinels.map((sentinel) => sentinel.client());
  const isKnown = async (sentinel: Redis): Promise<boolean> => {
    const [, ...known] = (await sentinel.call('SENTINEL', 'MASTER', PRIMARY)) as string[];
    const count = (name: string): number => Number(known[known.indexOf(name) + 1]);
    return count('num-slaves') === 1 && count('num-other-sentinels') === nSentinels - 1;
  };
  await until(async () => (await Promise.all(asked.map(isKnown))).every(Boolean), 'the sentinels know all');
  const user = password === '' ? '' : `:${password}@`;
  return {
    servers: [primary, replica],
    sentinels,
    url: `redis-sentinel://${user}${sentinels.map(({ place }) => place).join()}#${PRIMARY}`,
    end: async () => {
      for (const each of [...sentinels, primary, replica]) await each.end();
    },
  };
}
