import type { Redis } from 'ioredis';
import { untilClosed } from '../entries/entries.ts';

/** Time after which the clock of the server is read again, milliseconds. */
const READ_EVERY_MS = 10_000;
const TIME = /^server_time_usec:(\d+)/m;

/**
 * The clock of the Redis server. An entry carries the time at which the server took it, unless its sender chose the id: that may lie
 * anywhere, and is no later than now by the server's clock.
 */
export class ServerTime {
  /** The server's clock less the monotonic one, ms; null where it is not known. */
  #offsetMs: number | null = null;
  #readMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;

  get isDue(): boolean {
    return this.#reading !== null || performance.now() - this.#readMs >= READ_EVERY_MS;
  }

  /** Reads the clock where it is due. It is not known of a server that does not tell. */
  async refresh(redis: Redis): Promise<void> {
    if (!this.isDue) return;
    this.#reading ??= this.#read(redis);
    await this.#reading;
  }

  async #read(redis: Redis): Promise<void> {
    const text = await untilClosed(redis, redis.info('server')).catch(() => '');
    const [, microseconds] = TIME.exec(text) ?? [];
    // A reply that took long makes the clock seem earlier than it is, never later.
    this.#offsetMs = microseconds === undefined ? null : Number(microseconds) / 1000 - performance.now();
    this.#readMs = performance.now();
    this.#reading = null;
  }

  /** How long ago the server took an entry, milliseconds; by the wall clock of this machine where that of the server is not known. */
  sinceMs(idMs: number): number {
    const nowMs = this.#offsetMs === null ? Date.now() : performance.now() + this.#offsetMs;
    return Math.max(0, nowMs - idMs);
  }

  /**
   * When the server took an entry, by its clock.
   *
   * @param idMs - by the id of the entry, UNIX ms. @returns UNIX ms; undefined where an id says nothing, because the clock is not known.
   */
  takenMs(idMs: number): number | undefined {
    return this.#offsetMs === null ? undefined : Math.min(idMs, performance.now() + this.#offsetMs);
  }

  /** How long an entry has been there, by the server's clock, ms; 0 where that is not known. @param idMs - by its id, UNIX ms. */
  ageMs(idMs: number): number {
    return this.#offsetMs === null ? 0 : Math.max(0, performance.now() + this.#offsetMs - idMs);
  }
}
