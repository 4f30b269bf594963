import { mkdirSync, rmSync } from 'node:fs';
import { Redis } from 'ioredis';
import { freePort } from '../../support/free-port.ts';
import { until } from '../../support/until.ts';
import { Child } from './child.ts';

/** Time for an answer of a server where a busy machine must not matter, milliseconds. */
export const PATIENCE_MS = 30_000;

/** A `redis-server` for one test, which can be stopped, killed and emptied. */
export class RedisServer {
  readonly #directory: string;
  readonly #keepsData: boolean;
  readonly #port: number;
  #child: Child | null = null;

  private constructor(directory: string, keepsData: boolean, port: number) {
    this.#directory = directory;
    this.#keepsData = keepsData;
    this.#port = port;
  }

  static async start(directory: string, keepsData: boolean): Promise<RedisServer> {
    const server = new RedisServer(directory, keepsData, await freePort());
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    mkdirSync(this.#directory, { recursive: true });
    const data = ['--appendonly', this.#keepsData ? 'yes' : 'no', '--save', ''];
    const place = ['--port', String(this.#port), '--bind', '127.0.0.1', '--dir', this.#directory];
    this.#child = new Child('redis-server', [...place, ...data]);
    const client = this.client();
    await until(async () => (await client.ping().catch(() => '')) === 'PONG', 'redis-server answers');
    client.disconnect();
  }

  /**
   * Makes a client that fails at once where the server is away.
   *
   * @param commandTimeout - time for an answer of a server that is there, milliseconds; raise it where a busy machine must not matter.
   */
  client(commandTimeout = 1000): Redis {
    const client = new Redis(this.url, {
      maxRetriesPerRequest: 0,
      commandTimeout,
      retryStrategy: () => 50,
    });
    client.on('error', () => undefined); // each command reports its own error
    return client;
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.signal(name);
  }

  async kill(): Promise<void> {
    this.#child?.signal('SIGKILL');
    await this.#child?.ended;
  }

  /** Removes the data of a killed server. */
  empty(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    this.#child?.signal('SIGCONT');
    this.#child?.signal('SIGTERM');
    await this.#child?.ended;
  }
}
