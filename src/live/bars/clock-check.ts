import { type Clock, ServiceError } from '../../core/index.ts';

export interface ClockCheckOptions {
  readonly maxClockSkewSeconds: number;
  readonly clock: Clock;
  /** Wall clock, UNIX milliseconds. */
  readonly nowMs: () => number;
  /** The latest time that was taken before this start, UNIX ms; null where there is none. */
  readonly knownMs: number | null;
}

/** A time that came from a sender. */
export interface SentTime {
  /** What it is, for a sentence. */
  readonly what: string;
  /** UNIX nanoseconds. */
  readonly ts: bigint;
  readonly instrumentId: string;
  /** When its transport took it in, by the transport's clock, UNIX ms. */
  readonly takenMs?: number | undefined;
}

/** A change of the wall clock against the monotonic one that is a step, ms. */
const STEP_MS = 1000;
/** A clock that is further behind than this is not waited for, ms. */
const MAX_BEHIND_MS = 86_400_000;
/** Maximum number of instruments whose latest time is remembered. */
const MAX_HEARD = 1000;

/**
 * Tells a sender whose time is wrong from a clock of this machine that is. The clock is known to be behind when it was set back
 * (the monotonic clock was not), when times taken before lie ahead of it, or when the transport's clock is ahead of it as well.
 */
export class ClockCheck {
  readonly #options: ClockCheckOptions;
  /** Whether the latest time of an instrument lay ahead, since the clock was set last; the least recent first. */
  readonly #heard = new Map<string, boolean>();
  #nAhead = 0;
  /** Wall clock less monotonic clock, ms: now, and the most it was. */
  #offsetMs: number;
  #mostMs: number;

  constructor(options: ClockCheckOptions) {
    const { knownMs, maxClockSkewSeconds } = options;
    this.#options = options;
    this.#offsetMs = this.#readOffset(options.nowMs());
    const known = knownMs === null ? -Infinity : this.#readOffset(knownMs - maxClockSkewSeconds * 1000);
    this.#mostMs = Math.max(this.#offsetMs, known);
  }

  /**
   * @throws {ServiceError} `FUTURE_TIMESTAMP` for a time further ahead of this machine's clock than the skew allowed;
   * `CLOCK_BEHIND` where the clock is what is wrong, as far as it is, and most senders are ahead of it.
   */
  check({ what, ts, instrumentId, takenMs }: SentTime): void {
    const nowMs = this.#options.nowMs();
    this.#follow(this.#readOffset(nowMs));
    const skewMs = this.#options.maxClockSkewSeconds * 1000;
    const aheadMs = Number(ts / 1_000_000n) - nowMs;
    this.#hear(instrumentId, aheadMs > skewMs);
    if (aheadMs <= skewMs) return;
    const behindMs = Math.max(this.#mostMs - this.#offsetMs, (takenMs ?? nowMs) - nowMs);
    const isKnownBehind = behindMs >= STEP_MS && behindMs <= MAX_BEHIND_MS;
    const sentence = `${what} lies ${(aheadMs / 1000).toFixed(0)} s ahead of this machine's clock`;
    if (isKnownBehind && aheadMs <= behindMs + skewMs && 2 * this.#nAhead > this.#heard.size) {
      const seconds = (behindMs / 1000).toFixed(0);
      throw new ServiceError(
        'CLOCK_BEHIND',
        `${sentence}, which is ${seconds} s behind; set it right, then send again`,
      );
    }
    throw new ServiceError('FUTURE_TIMESTAMP', `${sentence}; check the unit and both clocks`);
  }

  #readOffset(nowMs: number): number {
    return nowMs - this.#options.clock.monotonicNs() / 1e6;
  }

  /** What was heard by another time of day says nothing about this one. */
  #follow(offsetMs: number): void {
    if (Math.abs(offsetMs - this.#offsetMs) >= STEP_MS) {
      this.#heard.clear();
      this.#nAhead = 0;
    }
    this.#offsetMs = offsetMs;
    this.#mostMs = Math.max(this.#mostMs, offsetMs);
  }

  #hear(instrumentId: string, isAhead: boolean): void {
    this.#forget(instrumentId);
    const [oldest] = this.#heard.size < MAX_HEARD ? [] : this.#heard.keys();
    if (oldest !== undefined) this.#forget(oldest);
    this.#heard.set(instrumentId, isAhead);
    if (isAhead) this.#nAhead++;
  }

  #forget(instrumentId: string): void {
    if (this.#heard.get(instrumentId) === true) this.#nAhead--;
    this.#heard.delete(instrumentId);
  }
}
