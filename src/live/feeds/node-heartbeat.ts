import { spanText } from '../../domain/index.ts';
import { medianOf } from '../../math/index.ts';
import type { Logger } from '../../ports/index.ts';
import type { EventStream } from '../event-stream.ts';

/** Time between two looks, milliseconds. */
const LOOK_MS = 1000;
/** Intervals without a heartbeat after which a node counts as silent. */
const MISSED = 3;
/** Interval that is assumed until two heartbeats have come, milliseconds. */
const ASSUMED_MS = 60_000;
/** Least time without a heartbeat that is told, milliseconds: a busy machine delays one by seconds. */
const LEAST_SILENCE_MS = 5000;
/** Number of the latest intervals whose median is the interval of the node. */
const MAX_INTERVALS = 15;

export interface NodeHeartbeatOptions {
  /** Monotonic clock, milliseconds. */
  readonly nowMs: () => number;
  readonly feed: EventStream;
  readonly logger: Logger;
}

/**
 * Follows the heartbeats of a node: after a restart of Redis a node of NautilusTrader may trade on and write nothing more. Logs and
 * publishes once when they stop, and once when they come again. The interval is the node's own, as its heartbeats show it; several nodes
 * on one stream look like one.
 */
export class NodeHeartbeat {
  readonly #options: NodeHeartbeatOptions;
  /** When the latest heartbeat was sent; null before the first. */
  #sentMs: number | null = null;
  /** When it arrived here: a history that is read at the start is no silence. */
  #arrivedMs = 0;
  #intervals: number[] = [];
  /** Null before the first heartbeat. */
  #isSilent: boolean | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: NodeHeartbeatOptions) {
    this.#options = options;
  }

  /** Looks every second from now on; what waits for nothing else ends in spite of it. */
  start(): void {
    this.#timer ??= setInterval(() => this.look(), LOOK_MS).unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** From the latest heartbeat to now, milliseconds; null where none was ever seen. */
  get ageMs(): number | null {
    return this.#sentMs === null ? null : Math.max(0, this.#options.nowMs() - this.#sentMs);
  }

  /** Takes in a heartbeat. @param ageMs - since it was sent, milliseconds; >= 0. */
  note(ageMs: number): void {
    const arrivedMs = this.#options.nowMs();
    const sentMs = arrivedMs - ageMs;
    const before = this.#sentMs;
    if (before !== null && sentMs <= before) return; // an older one, read late
    if (before !== null) this.#intervals = [...this.#intervals.slice(1 - MAX_INTERVALS), sentMs - before];
    this.#sentMs = sentMs;
    this.#arrivedMs = arrivedMs;
    if (ageMs < this.#limitMs) this.#change(false);
  }

  /** Compares the time since the latest heartbeat with the interval of the node. */
  look(): void {
    if (this.#sentMs !== null && this.#options.nowMs() - this.#arrivedMs > this.#limitMs) this.#change(true);
  }

  get #intervalMs(): number {
    return this.#intervals.length === 0 ? ASSUMED_MS : medianOf(Float64Array.from(this.#intervals));
  }

  get #limitMs(): number {
    return Math.max(MISSED * this.#intervalMs, LEAST_SILENCE_MS);
  }

  #change(isSilent: boolean): void {
    if (isSilent === this.#isSilent) return;
    const { feed, logger } = this.#options;
    const reason = isSilent ? this.#reason() : null;
    if (reason === null) logger.info(`the node: its heartbeat is ${this.#isSilent === null ? 'seen' : 'back'}`);
    else logger.warn(`the node: ${reason}; where Redis was restarted it stays mute until the node is restarted too`);
    this.#isSilent = isSilent;
    feed.publishState({ what: 'node', state: isSilent ? 'silent' : 'ok', reason });
  }

  #reason(): string {
    const age = spanText(BigInt(Math.round((this.ageMs ?? 0) / 1000)) * 1_000_000_000n);
    const interval = spanText(BigInt(Math.round(this.#intervalMs)) * 1_000_000n);
    const usual = this.#intervals.length === 0 ? '' : `, where one came every ${interval}`;
    return `no heartbeat for ${age}${usual}: its bars and signals may not come`;
  }
}
