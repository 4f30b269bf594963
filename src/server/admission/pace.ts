import { TokenBucket } from './token-bucket.ts';

/** Number of answers that are given at once, in a second and in a burst. */
const RATE = 200;
const BURST = 500;
/** Time that each further answer waits, milliseconds. */
const WAIT_MS = 1000;

/**
 * The pace of answers that anyone may ask for, refusals and probes. Beyond it each waits a second: reading and writing a few bytes
 * costs more than all else in a refusal, and one that asks again at once gets no more of them for it.
 */
export class Pace {
  readonly #nowMs: () => number;
  readonly #bucket: TokenBucket;

  /** @param nowMs - monotonic clock, milliseconds. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
    this.#bucket = new TokenBucket(RATE, BURST, nowMs() * 1e6);
  }

  /** How long the next answer has to wait, milliseconds. @param cost - number of answers that it counts as. */
  nextMs(cost = 1): number {
    return this.#bucket.take(cost, this.#nowMs() * 1e6) ? 0 : WAIT_MS;
  }
}
