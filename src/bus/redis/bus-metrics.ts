import { contained } from '../../core/index.ts';
import { type BusHealth, type BusStatus, type Logger, warnOnce } from '../../ports/index.ts';
import { nameFault, type RedisFault } from './redis-fault.ts';

type Count = 'nRead' | 'nAnswered' | 'nDead' | 'nIgnored' | 'nClaimed' | 'nReconnects' | 'nAwaited' | 'nAwaitedInVain';

/** Parts of the bus that can fail on their own; `commands` maintains the consumer group. */
export type BusPart = 'signals' | 'writes' | 'commands' | 'bars' | 'pubsub';

/** Status and counts of the bus. Listeners and the log get every change of the status once. */
export class BusMetrics {
  readonly #logger: Logger;
  readonly #listeners: ((health: BusHealth) => void)[] = [];
  readonly #counts: Record<Count, number> = {
    nRead: 0,
    nAnswered: 0,
    nDead: 0,
    nIgnored: 0,
    nClaimed: 0,
    nReconnects: 0,
    nAwaited: 0,
    nAwaitedInVain: 0,
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
    const warn = warnOnce(this.#logger, 'a listener of the status of Redis failed, and stays subscribed');
    this.#listeners.push(contained(listener, warn));
  }

  count(what: Count, n = 1): void {
    this.#counts[what] += n;
  }

  /** Notes that the bus starts to connect, or is stopped. */
  setStatus(status: 'connecting' | 'off'): void {
    this.#faults.clear();
    this.#change(status, null);
  }

  /** Notes that one part of the bus failed. */
  setFault(part: BusPart, error: unknown): void {
    if (this.#status === 'off') return;
    this.#faults.set(part, nameFault(error));
    this.#assess();
  }

  /** Notes that the connection of one part was closed. A fault that is known already stays, because it names the cause. */
  setClosed(part: BusPart): void {
    if (!this.#faults.has(part)) this.setFault(part, new Error('the connection was closed'));
  }

  /** Notes that one part of the bus succeeded. */
  setWorking(part: BusPart): void {
    const hadFault = this.#faults.delete(part);
    if (hadFault || (this.#status === 'connecting' && part === 'signals')) this.#assess();
  }

  /** Derives the status. A refusal counts before a server that is away, because its reason says more. */
  #assess(): void {
    const faults = [...this.#faults.values()];
    const worst = faults.find(({ isRefusal }) => isRefusal) ?? faults[0];
    if (worst === undefined) this.#change('up', null);
    else this.#change(worst.isRefusal ? 'refused' : 'down', worst.reason);
  }

  #change(status: BusStatus, reason: string | null): void {
    if (status === this.#status && reason === this.#reason) return;
    if (status === 'up' && this.#status !== 'connecting') this.#counts.nReconnects++;
    this.#status = status;
    this.#reason = reason;
    const line = reason === null ? `redis is ${status}` : `redis is ${status}: ${reason}`;
    if (status === 'down' || status === 'refused') this.#logger.warn(line);
    else this.#logger.info(line);
    for (const listener of this.#listeners) listener(this.health);
  }

  /** Logs a warning that does not change the status. */
  warn(line: string): void {
    this.#logger.warn(line);
  }
}
