import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { Rng } from '../../../src/core/index.ts';
import { readHistory } from '../../checker/check.ts';
import type { Counts } from '../../checker/history.ts';
import { judge } from '../../checker/judge.ts';
import { readGroup } from '../../checker/read-stores.ts';
import { hasRedis } from '../../support/machine.ts';
import { TEST_SEED } from '../../support/seed.ts';
import { until } from '../../support/until.ts';
import type { Sabotage } from './builds.ts';
import { SenderLog } from './log.ts';
import { RedisServer } from './redis-server.ts';
import { Service, type ServiceOptions } from './service.ts';

export const SIGNALS = 'nautilus:signals';
export const ENRICHED = 'nautilus:enriched_signals';
export const GROUP = 'ml4t';

/** Program under test and length of a case. */
export interface CaseContext {
  /** The program, `cli/main.js` of a build. */
  readonly main: string;
  /** Whether the case is run in its short form. */
  readonly isQuick: boolean;
}

/** Result of a case. */
export interface CaseOutcome {
  readonly did: string;
  readonly counts: Counts | null;
  readonly violations: readonly string[];
}

/** One fault case. */
export interface FaultCase {
  readonly name: string;
  readonly expected: string;
  readonly needsRedis: boolean;
  /** Sabotaged builds on which the case must fail, with the pattern of its violations. */
  readonly failsUnder?: readonly { readonly sabotage: Sabotage; readonly by: RegExp }[];
  /** Reason why the case cannot be run on this machine; null when it can. */
  readonly obstacle?: string | null;
  readonly run: (context: CaseContext) => Promise<CaseOutcome>;
}

/** Reason why a case cannot be run on this machine; null when it can. */
export function obstacleOf({ obstacle = null, needsRedis }: FaultCase): string | null {
  return obstacle ?? (needsRedis && !hasRedis ? 'redis-server is not on this machine' : null);
}

/**
 * Arranges a world, runs a case in it, checks the result and tears the world down. An error of the case becomes a violation.
 *
 * @param redis - whether the case has a Redis server, and whether its data survive a kill.
 * @param run - runs the case. @returns what it did, for the report.
 */
export async function runCase(
  context: CaseContext,
  redis: 'none' | 'forgets' | 'keeps',
  run: (world: World) => Promise<string>,
): Promise<CaseOutcome> {
  await using world = await World.arrange(context, redis);
  try {
    const did = await run(world);
    return await world.finish(did);
  } catch (error) {
    world.log.isGivenUp = true;
    world.violations.push(`broke down: ${(error as Error).stack ?? String(error)}`);
    return await world.finish('broke down');
  }
}

/** Everything that one case runs on: a directory, logs, a Redis server if needed, and services. */
export class World {
  readonly directory: string;
  readonly log: SenderLog;
  /** Draws the moments and places of the faults. */
  readonly rng = new Rng(TEST_SEED);
  readonly #main: string;
  readonly #redis: RedisServer | null;
  readonly #services: Service[] = [];
  readonly #clients: Redis[] = [];
  readonly #teardowns: (() => void)[] = [];
  #isTornDown = false;
  readonly #sending: Promise<unknown>[] = [];
  #expectedCounts: Partial<Counts> = {};
  #isOver = false;
  /** Violations that the case found itself. */
  readonly violations: string[] = [];

  private constructor(main: string, directory: string, redis: RedisServer | null) {
    this.#main = main;
    this.directory = directory;
    this.#redis = redis;
    this.log = new SenderLog(directory);
  }

  static async arrange({ main }: CaseContext, redis: 'none' | 'forgets' | 'keeps'): Promise<World> {
    const directory = mkdtempSync(join(tmpdir(), 'ml4t-faults-'));
    const server = redis === 'none' ? null : await RedisServer.start(join(directory, 'redis'), redis === 'keeps');
    return new World(main, directory, server);
  }

  get redis(): RedisServer {
    if (this.#redis === null) throw new Error('this case has no Redis server');
    return this.#redis;
  }

  /** Makes a client of the Redis server, which is closed at the teardown. */
  client(): Redis {
    const client = this.redis.client();
    this.#clients.push(client);
    return client;
  }

  /** Makes a service on its own data directory, without starting it. */
  service(name: string, options: Partial<ServiceOptions> = {}): Service {
    const dataDir = options.dataDir ?? join(this.directory, name);
    mkdirSync(dataDir, { recursive: true });
    const redisUrl = this.#redis === null ? null : this.#redis.url;
    const service = new Service({ main: this.#main, redisUrl, ...options, dataDir });
    this.#services.push(service);
    return service;
  }

  /** Options of every load. */
  get load(): { readonly log: SenderLog; readonly isOver: () => boolean } {
    return { log: this.log, isOver: () => this.#isOver };
  }

  /** Runs a load in the background until {@link endLoad}. */
  beside(sending: Promise<unknown>): void {
    this.#sending.push(sending.catch((error: unknown) => this.violations.push(`the load broke down: ${error}`)));
  }

  /** Ends every load and waits until all sent signals are finished. */
  async endLoad(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#sending);
  }

  /** Sets counts that the checker must find at the end. */
  expectCounts(counts: Partial<Counts>): void {
    this.#expectedCounts = counts;
  }

  /** Adds a violation when a condition is false. */
  expect(condition: boolean, violation: string): void {
    if (!condition) this.violations.push(violation);
  }

  /**
   * Waits until the consumer group has nothing pending, as long as there is less of it from time to time. Entries that are left then
   * are reported by the checker.
   *
   * @param withinMs - maximum time without progress, milliseconds.
   */
  async settle(withinMs = 60_000): Promise<void> {
    const client = this.client();
    let least = Number.POSITIVE_INFINITY;
    const hasLess = async (): Promise<boolean> => {
      const left = await readGroup(client, SIGNALS, GROUP).then(
        ({ pending, lag }) => pending + (lag ?? 1), // an unknown number counts as something
        () => least,
      );
      if (left >= least) return false;
      least = left;
      return true;
    };
    const isGoingOn = (): Promise<boolean> =>
      until(hasLess, 'less is pending', withinMs).then(
        () => true,
        () => false,
      );
    while (least > 0 && (await isGoingOn()));
  }

  /** Stops every service and runs the checker. */
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
    const wrong = Object.entries(this.#expectedCounts).filter(([name, n]) => counts[name as keyof Counts] !== n);
    const miscounts = wrong.map(([name, n]) => `miscount: ${name} is ${counts[name as keyof Counts]}, not ${n}`);
    return { did, counts, violations: [...this.violations, ...miscounts, ...violations] };
  }

  /** Adds work for the teardown, after every process has ended and before the directory is removed. */
  onTeardown(work: () => void): void {
    this.#teardowns.push(work);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isTornDown) return;
    this.#isTornDown = true;
    for (const service of this.#services) await service.kill();
    for (const client of this.#clients) client.disconnect();
    await this.#redis?.stop();
    this.log.close();
    for (const work of this.#teardowns) work();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
