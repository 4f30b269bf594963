import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openHttpTransport, type SignalSender } from '../live/http-transport.ts';
import type { Job } from '../live/plan.ts';
import { openRedisTransport } from '../live/redis-transport.ts';
import { type MeasuredProcess, startRedis, startService } from '../live/service-process.ts';
import { WindowTally } from './window-tally.ts';

const PROBE = fileURLToPath(new URL('allocation-probe.mjs', import.meta.url));
/** Maximum wait for the answers after the last signal of a window, milliseconds. */
const DRAIN_MS = 20_000;

/** A build of the service under test. */
export interface Build {
  /** Its `cli/main.js`. */
  readonly main: string;
  readonly model: string;
  readonly dataDir: string;
}

/** What signals have cost a service so far. */
export interface Cost {
  /** Processor time, nanoseconds. */
  readonly mainNs: number;
  readonly allNs: number;
}

/** A running build, its Redis where the road is Redis, and the sender of its signals. */
export class MeasuredBuild {
  readonly service: MeasuredProcess;
  readonly #redis: MeasuredProcess | null;
  readonly #sender: SignalSender;
  readonly #tally: WindowTally;
  readonly #allocations: string;
  #nSent = 0;

  private constructor(
    parts: { service: MeasuredProcess; redis: MeasuredProcess | null; sender: SignalSender; allocations: string },
    job: Job,
  ) {
    this.service = parts.service;
    this.#redis = parts.redis;
    this.#sender = parts.sender;
    this.#allocations = parts.allocations;
    this.#tally = new WindowTally(job, performance.now());
  }

  static async start({ main, dataDir, model }: Build, job: Omit<Job, 'target' | 'model'>): Promise<MeasuredBuild> {
    const redis = job.transport === 'redis' ? await startRedis() : null;
    const allocations = `${dataDir}-allocations`;
    const nodeArgs = ['--import', PROBE];
    const env = { BENCH_ALLOCATIONS: allocations };
    const service = await startService({ main, dataDir, model, redisUrl: redis?.url ?? null, nodeArgs, env });
    const whole: Job = { ...job, target: redis?.url ?? service.url, model };
    const open = job.transport === 'redis' ? openRedisTransport : openHttpTransport;
    const sender = await open(whole, job.rate * job.seconds);
    await sender.prepare();
    return new MeasuredBuild({ service, redis, sender, allocations }, whole);
  }

  get cost(): Cost {
    const { main, all } = this.service.cpuNs;
    return { mainNs: main, allNs: all };
  }

  /** Begins a window: its signals are due at `startMs + i / rate`. @param rate - signals a second. */
  beginWindow(startMs: number, rate: number): void {
    this.#tally.begin(startMs, rate, this.#nSent);
  }

  /** Latency of the signals of this window from when they were due, milliseconds. @param q - [0, 1]. */
  latencyMs(q: number): number {
    return this.#tally.latencyMs(q);
  }

  /** Sends the next `n` signals at once. */
  send(n: number): void {
    this.#sender.send(this.#nSent, this.#nSent + n, this.#tally);
    this.#nSent += n;
  }

  sendBars(): void {
    this.#sender.sendBars();
  }

  /** Waits for all answers. @throws {Error} when some are missing or refused. */
  async drain(): Promise<void> {
    const until = performance.now() + DRAIN_MS;
    while (this.#tally.nOpen > 0 && performance.now() < until) await delay(2);
    const { refused } = this.#tally.close(0);
    if (this.#tally.nOpen + refused > 0) throw new Error(`${this.#tally.nOpen} signals lost, ${refused} refused`);
  }

  /** Bytes that the main thread has allocated on the heap since the call before. */
  async takeAllocated(): Promise<number> {
    rmSync(this.#allocations, { force: true });
    this.service.signal('SIGUSR2');
    while (!existsSync(this.#allocations)) await delay(2);
    return Number(readFileSync(this.#allocations, 'utf8'));
  }

  async stop(): Promise<void> {
    this.#sender.close();
    await this.service.stop();
    await this.#redis?.stop();
  }
}
