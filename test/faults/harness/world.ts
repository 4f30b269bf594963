import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { readHistory } from '../../checker/check.ts';
import type { Counts } from '../../checker/history.ts';
import { judge } from '../../checker/judge.ts';
import { readGroup } from '../../checker/read-stores.ts';
import type { Sabotage } from './builds.ts';
import { until } from './child.ts';
import { SenderLog } from './log.ts';
import { hasRedis, RedisServer } from './redis-server.ts';
import { Service, type ServiceOptions } from './service.ts';

export const SIGNALS = 'nautilus:signals';
export const ENRICHED = 'nautilus:enriched_signals';
export const GROUP = 'ml4t';

/** What a case runs against, and how long it may take. */
export interface CaseContext {
  /** The program, `cli/main.js` of a build. */
  readonly main: string;
  /** A short form that shows the same. */
  readonly isQuick: boolean;
}

/** What a case did and found. */
export interface CaseOutcome {
  readonly did: string;
  readonly counts: Counts | null;
  readonly violations: readonly string[];
}

/** One fault case: what it shows, and how it is run. */
export interface FaultCase {
  readonly name: string;
  readonly expected: string;
  readonly needsRedis: boolean;
  /** Sabotaged builds in which the case must fail, and how. */
  readonly failsUnder?: readonly { readonly sabotage: Sabotage; readonly by: RegExp }[];
  /** Why it cannot be run on this machine; null when it can. */
  readonly obstacle?: string | null;
  readonly run: (context: CaseContext) => Promise<CaseOutcome>;
}

/** Why a case cannot be run on this machine; null when it can. */
export function obstacleOf({ obstacle = null, needsRedis }: FaultCase): string | null {
  return obstacle ?? (needsRedis && !hasRedis ? 'redis-server is not on this machine' : null);
}

/** Sets a stage, plays a case on it, and lets the checker judge; a case that breaks down has a violation that says how. */
export async function onStage(
  context: CaseContext,
  redis: 'none' | 'forgets' | 'keeps',
  play: (world: World) => Promise<string>,
): Promise<CaseOutcome> {
  await using world = await World.create(context, redis);
  try {
    const did = await play(world);
    return await world.finish(did);
  } catch (error) {
    world.log.isGivenUp = true;
    world.violations.push(`broke down: ${(error as Error).stack ?? String(error)}`);
    return await world.finish('broke down');
  }
}

/** The stage of one case: a directory, the logs, a Redis server when wanted, and services. Gone afterwards. */
export class World {
  readonly directory: string;
  readonly log: SenderLog;
  readonly #main: string;
  readonly #redis: RedisServer | null;
  readonly #services: Service[] = [];
  readonly #clients: Redis[] = [];
  readonly #endings: (() => void)[] = [];
  #isGone = false;
  readonly #sending: Promise<unknown>[] = [];
  #wanted: Partial<Counts> = {};
  #isOver = false;
  /** Broken promises that the checker cannot see. */
  readonly violations: string[] = [];

  private constructor(main: string, directory: string, redis: RedisServer | null) {
    this.#main = main;
    this.directory = directory;
    this.#redis = redis;
    this.log = new SenderLog(directory);
  }

  static async create({ main }: CaseContext, redis: 'none' | 'forgets' | 'keeps'): Promise<World> {
    const directory = mkdtempSync(join(tmpdir(), 'ml4t-faults-'));
    const server = redis === 'none' ? null : await RedisServer.start(join(directory, 'redis'), redis === 'keeps');
    return new World(main, directory, server);
  }

  get redis(): RedisServer {
    if (this.#redis === null) throw new Error('this case has no Redis server');
    return this.#redis;
  }

  /** A client of the Redis server, closed with the world. */
  client(): Redis {
    const client = this.redis.client();
    this.#clients.push(client);
    return client;
  }

  /** A service that is not started yet, on a data directory of its own. */
  service(name: string, options: Partial<ServiceOptions> = {}): Service {
    const dataDir = options.dataDir ?? join(this.directory, name);
    mkdirSync(dataDir, { recursive: true });
    const redisUrl = this.#redis === null ? null : this.#redis.url;
    const service = new Service({ main: this.#main, redisUrl, ...options, dataDir });
    this.#services.push(service);
    return service;
  }

  /** What every load has in common. */
  get load(): { readonly log: SenderLog; readonly isOver: () => boolean } {
    return { log: this.log, isOver: () => this.#isOver };
  }

  /** Lets a load run beside, until {@link endLoad}. */
  beside(sending: Promise<unknown>): void {
    this.#sending.push(sending.catch((error: unknown) => this.violations.push(`the load broke down: ${error}`)));
  }

  /** Ends every load and waits until all that was sent is seen through. */
  async endLoad(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#sending);
  }

  /** What the checker must count in the end. */
  want(counts: Partial<Counts>): void {
    this.#wanted = counts;
  }

  expect(isSo: boolean, sentence: string): void {
    if (!isSo) this.violations.push(sentence);
  }

  /** Waits until the group owes nothing. What it still owes after the bound is the checker's to tell. */
  async settle(withinMs = 15_000): Promise<void> {
    const client = this.client();
    const isSettled = async (): Promise<boolean> => {
      const { pending, lag } = await readGroup(client, SIGNALS, GROUP).catch(() => ({ pending: 1, lag: 1 }));
      return pending === 0 && lag === 0;
    };
    await until(isSettled, 'settled', withinMs).catch(() => undefined);
  }

  /** Stops every service and lets the checker judge. */
  async finish(did: string): Promise<CaseOutcome> {
    await this.endLoad();
    for (const service of this.#services) {
      const wrong = await service.stop();
      if (wrong !== null) this.violations.push(wrong);
    }
    const redis =
      this.#redis === null ? null : { url: this.#redis.url, signals: SIGNALS, enriched: ENRICHED, group: GROUP };
    const { sentFile, answersFile } = this.log;
    const dataDirs = [...new Set(this.#services.map(({ dataDir }) => dataDir))];
    const { counts, violations } = judge(await readHistory({ sentFile, answersFile, dataDirs, redis }));
    const unwanted = Object.entries(this.#wanted).filter(([name, n]) => counts[name as keyof Counts] !== n);
    const miscounts = unwanted.map(([name, n]) => `miscount: ${name} is ${counts[name as keyof Counts]}, not ${n}`);
    return { did, counts, violations: [...this.violations, ...miscounts, ...violations] };
  }

  /** Done once everything has ended, before the directory goes. */
  atEnd(ending: () => void): void {
    this.#endings.push(ending);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isGone) return;
    this.#isGone = true;
    for (const service of this.#services) await service.kill();
    for (const client of this.#clients) client.disconnect();
    await this.#redis?.stop();
    this.log.close();
    for (const ending of this.#endings) ending();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
