/** Size of answers to reads that are made in a second while others wait, bytes: about an eighth of the time of one core. */
const BYTES_PER_SECOND = 8 * 2 ** 20;
/** Size of answers that may be made at once, bytes. */
const BURST_BYTES = 4 * 2 ** 20;
/** What the smallest answer costs, in bytes. */
const LEAST_BYTES = 65_536;
/** Number of answers that may be in the making while others wait. */
const MAX_IN_THE_MAKING = 4;
/** Delay from which others wait, milliseconds. */
const LATE_MS = 10;

/** Bounds what requests other than signals take of the event loop, so that signals are answered meanwhile. */
export class ReadShare {
  readonly #delayMs: () => number;
  readonly #nowMs: () => number;
  #left = BURST_BYTES;
  #lastMs: number;
  #nInTheMaking = 0;

  /**
   * @param delayMs - how late work is now, milliseconds.
   * @param nowMs - monotonic clock, milliseconds.
   */
  constructor(delayMs: () => number, nowMs: () => number = () => performance.now()) {
    this.#delayMs = delayMs;
    this.#nowMs = nowMs;
    this.#lastMs = nowMs();
  }

  /** Whether another one should be refused: the share is used up, and work is late. */
  get isSpent(): boolean {
    if (this.#delayMs() < LATE_MS) return false;
    const now = this.#nowMs();
    this.#left = Math.min(BURST_BYTES, this.#left + ((now - this.#lastMs) / 1000) * BYTES_PER_SECOND);
    this.#lastMs = now;
    return this.#left <= 0 || this.#nInTheMaking >= MAX_IN_THE_MAKING;
  }

  /** Notes that an answer is being made. @returns a function to call once with its size, in bytes, when it is made or given up. */
  begin(): (nBytes: number) => void {
    let isOpen = true;
    this.#nInTheMaking++;
    return (nBytes) => {
      if (!isOpen) return;
      isOpen = false;
      this.#nInTheMaking--;
      // The debt is bounded, so that a burst on an idle machine closes the door for no longer than a second.
      this.#left = Math.max(-BYTES_PER_SECOND, this.#left - LEAST_BYTES - nBytes);
    };
  }
}
