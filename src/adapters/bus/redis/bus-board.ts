import type { BusHealth, BusStatus, Logger } from '../../../ports/index.ts';
import { nameFault } from './redis-fault.ts';

type Count = 'nRead' | 'nAnswered' | 'nDead' | 'nIgnored' | 'nClaimed' | 'nReconnects';

/** What the bus says of itself: its status, told once a change, and its counts. */
export class BusBoard {
  readonly #logger: Logger;
  readonly #listeners: ((health: BusHealth) => void)[] = [];
  readonly #counts: Record<Count, number> = {
    ...{ nRead: 0, nAnswered: 0, nDead: 0, nIgnored: 0, nClaimed: 0, nReconnects: 0 },
  };
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

  set(status: BusStatus, reason: string | null = null): void {
    if (status === this.#status && reason === this.#reason) return;
    if (status === 'up' && this.#status !== 'off' && this.#status !== 'connecting') this.#counts.nReconnects++;
    this.#status = status;
    this.#reason = reason;
    const line = reason === null ? `redis is ${status}` : `redis is ${status}: ${reason}`;
    if (status === 'down' || status === 'refused') this.#logger.warn(line);
    else this.#logger.info(line);
    for (const listener of this.#listeners) listener(this.health);
  }

  /** Something was asked and not done. */
  fault(error: unknown): void {
    const { isRefusal, reason } = nameFault(error);
    this.set(isRefusal ? 'refused' : 'down', reason);
  }

  /** Something loud that is no status. */
  warn(line: string): void {
    this.#logger.warn(line);
  }
}
