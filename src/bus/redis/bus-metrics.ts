import type { BusHealth, BusStatus, Logger } from '../../ports/index.ts';
import { nameFault, type RedisFault } from './redis-fault.ts';

type Count = 'nRead' | 'nAnswered' | 'nDead' | 'nIgnored' | 'nClaimed' | 'nReconnects';

/** What can fail on its own: reading signals, writing answers, tending the group, reading bars, publish and subscribe. */
export type BusPart = 'signals' | 'writes' | 'commands' | 'bars' | 'pubsub';

/** What the bus says of itself: its status, told once a change, and its counts. */
export class BusMetrics {
  readonly #logger: Logger;
  readonly #listeners: ((health: BusHealth) => void)[] = [];
  readonly #counts: Record<Count, number> = {
    ...{ nRead: 0, nAnswered: 0, nDead: 0, nIgnored: 0, nClaimed: 0, nReconnects: 0 },
  };
  readonly #faults = new Map<BusPart, RedisFault>();
  #status: BusStatus = 'off';
  #reason: string | null = null;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  get health(): BusHealth {
    return { status: this.#status, reason: this.#reason, ...this.#counts };
  }

  onStatus(listener: (health: BusHealth) => void): void {
    this.#listeners.push(listener);
  }

  count(what: Count, n = 1): void {
    this.#counts[what] += n;
  }

  /** The bus begins, or has ended. */
  set(status: 'connecting' | 'off'): void {
    this.#faults.clear();
    this.#tell(status, null);
  }

  /** One part of the bus cannot do its work. */
  fault(part: BusPart, error: unknown): void {
    if (this.#status === 'off') return;
    this.#faults.set(part, nameFault(error));
    this.#assess();
  }

  /** The connection of one part ended; why, an error may have told before. */
  closed(part: BusPart): void {
    if (!this.#faults.has(part)) this.fault(part, new Error('the connection was closed'));
  }

  /** One part of the bus has done its work. */
  works(part: BusPart): void {
    const hadFault = this.#faults.delete(part);
    if (hadFault || (this.#status === 'connecting' && part === 'signals')) this.#assess();
  }

  /** What refuses comes before what is away: it says more. */
  #assess(): void {
    const faults = [...this.#faults.values()];
    const worst = faults.find(({ isRefusal }) => isRefusal) ?? faults[0];
    if (worst === undefined) this.#tell('up', null);
    else this.#tell(worst.isRefusal ? 'refused' : 'down', worst.reason);
  }

  #tell(status: BusStatus, reason: string | null): void {
    if (status === this.#status && reason === this.#reason) return;
    if (status === 'up' && this.#status !== 'connecting') this.#counts.nReconnects++;
    this.#status = status;
    this.#reason = reason;
    const line = reason === null ? `redis is ${status}` : `redis is ${status}: ${reason}`;
    if (status === 'down' || status === 'refused') this.#logger.warn(line);
    else this.#logger.info(line);
    for (const listener of this.#listeners) listener(this.health);
  }

  /** Something loud that is no status. */
  warn(line: string): void {
    this.#logger.warn(line);
  }
}
