import type { RedisPlace } from './redis-address.ts';

/** Reply of a node of a cluster to a command whose keys another node has. */
const MOVED = /^MOVED \d+ (.*):(\d+)$/;

/**
 * The node that all connections of one part go to: one of the addresses of the setting, or the node of a cluster that has the
 * keys, as another node named it.
 */
export class RedisNodes {
  readonly #places: readonly RedisPlace[];
  #next = 0;
  #named: RedisPlace | null = null;
  readonly #listeners: (() => void)[] = [];

  /** @param places - at least one. */
  constructor(places: readonly RedisPlace[]) {
    this.#places = places;
  }

  get current(): RedisPlace {
    return this.#named ?? this.#places[this.#next];
  }

  /** Whether there is anywhere else to go. */
  get isAlone(): boolean {
    return this.#places.length === 1 && this.#named === null;
  }

  /** Calls `listener` whenever a cluster names another node than the current one. */
  onMoved(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Takes the node that a reply of a cluster names. @returns false for any other reply. */
  follow(message: string): boolean {
    const [, host, port] = MOVED.exec(message) ?? [];
    if (host === undefined || host === '?') return false;
    const { current } = this;
    const named = { host: host === '' ? current.host : host, port: Number(port) };
    if (named.host === current.host && named.port === current.port) return true;
    this.#named = named;
    for (const listener of this.#listeners) listener();
    return true;
  }

  /** Takes the next address, because the current one does not serve. */
  leave(): void {
    if (this.#named === null) this.#next = (this.#next + 1) % this.#places.length;
    this.#named = null;
  }
}
