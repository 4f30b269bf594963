import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../support/until.ts';
import { Child, type Ending } from './child.ts';

export interface ServiceOptions {
  /** The program, `cli/main.js` of a build. */
  readonly main: string;
  readonly dataDir: string;
  readonly redisUrl: string | null;
  /** Settings as `name=value`. */
  readonly set?: readonly string[];
  /** Command in front of the program, such as `env`. */
  readonly wrap?: readonly string[];
  readonly model?: string;
  /** Port that it listens on after each start; by default a free one, another each time. */
  readonly port?: number;
}

/** Maximum time of a stop that the documentation promises, milliseconds. */
const DRAIN_MS = 10_000;

/** One `ml4t serve`, which can be killed and started again on the same data directory. */
export class Service {
  readonly #options: ServiceOptions;
  #child: Child | null = null;
  /** Address of the service; null while it does not listen. */
  url: string | null = null;
  /** Time of each start until the service was ready, milliseconds. */
  readonly readyMs: number[] = [];

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  get dataDir(): string {
    return this.#options.dataDir;
  }

  get pid(): number {
    return this.#child?.pid ?? -1;
  }

  get stderr(): string {
    return this.#child?.stderr ?? '';
  }

  /** Starts the service and waits until it listens, for a minute by default. @returns false when it ended instead. */
  async tryStart(withinMs?: number): Promise<boolean> {
    const { main, dataDir, redisUrl, set = [], wrap = [], model, port = 0 } = this.#options;
    const bus = redisUrl === null ? ['--no-redis'] : ['--redis', redisUrl];
    // The checker reads every answer, so the stream is not trimmed.
    const untrimmed = 'redis.max_output_entries=10000000';
    const settings = [untrimmed, 'redis.claim_idle_ms=500', 'redis.command_timeout_ms=2000', ...set];
    const args = ['serve', '--json', '--port', String(port), '--data-dir', dataDir, ...bus];
    const flags = [...settings.flatMap((one) => ['--set', one]), ...(model === undefined ? [] : ['--model', model])];
    const [command, ...rest] = [...wrap, process.execPath, main, ...args, ...flags];
    const startedAt = performance.now();
    const child = new Child(command, rest);
    this.#child = child;
    if (!(await child.until(() => child.stdout.includes('\n'), 'a first line on stdout', withinMs))) return false;
    const { listening } = JSON.parse(child.stdout.slice(0, child.stdout.indexOf('\n'))) as { listening: string };
    this.url = listening;
    this.readyMs.push(performance.now() - startedAt);
    return true;
  }

  /** @throws with the output of the service when it does not start. */
  async start(): Promise<this> {
    if (!(await this.tryStart())) {
      throw new Error(`the service ended with ${this.#child?.ending?.code}: ${this.stderr.slice(-3000)}`);
    }
    return this;
  }

  /** Kills the service with SIGKILL and waits until it has ended. */
  async kill(): Promise<void> {
    this.url = null;
    this.#child?.signal('SIGKILL');
    await this.#child?.ended;
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.signal(name);
  }

  async ended(): Promise<Ending> {
    return (await this.#child?.ended) ?? { code: null, signal: null };
  }

  /** Stops the service with SIGTERM. @returns what was wrong; null when it drained in time and exited 0. */
  async stop(): Promise<string | null> {
    const child = this.#child;
    if (child === null || child.ending !== null) return null;
    const startedAt = performance.now();
    child.signal('SIGTERM');
    const ending = await Promise.race([child.ended, delay(DRAIN_MS + 2000, null, { ref: false })]);
    this.url = null;
    if (ending === null) {
      await this.kill();
      return `drain: not ended ${DRAIN_MS / 1000} s after SIGTERM; its output: ${child.stderr.slice(-1500)}`;
    }
    const ms = performance.now() - startedAt;
    if (ending.code !== 0)
      return `drain: exit code ${ending.code ?? ending.signal}; its output: ${child.stderr.slice(-1500)}`;
    return ms > DRAIN_MS ? `drain: took ${Math.round(ms)} ms` : null;
  }

  /** Resident memory, bytes; null where the system has no /proc. */
  async rss(): Promise<number | null> {
    const file = `/proc/${this.pid}/status`;
    if (!existsSync(file)) return null;
    const { readFile } = await import('node:fs/promises');
    const line = /VmRSS:\s+(\d+) kB/.exec(await readFile(file, 'utf8'));
    return line === null ? null : Number(line[1]) * 1024;
  }

  /** Gets a path. @returns status code and body; status 0 without an answer. */
  async get(path: string): Promise<{ readonly status: number; readonly text: string }> {
    try {
      const response = await fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(5000) });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      return { status: 0, text: String(error) };
    }
  }

  async untilReady(withinMs = 20_000): Promise<void> {
    await until(async () => (await this.get('/readyz')).status === 200, 'ready', withinMs);
  }
}
