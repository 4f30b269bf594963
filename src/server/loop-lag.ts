const SAMPLE_MS = 50;
/** A loop that comes this much late, three times in a row, has more work than time. */
const BEHIND_MS = 150;
const IN_A_ROW = 3;

/** How late the event loop comes to its work. One long pause is no overload; three in a row are. */
export class LoopLag {
  readonly #nowMs: () => number;
  #timer: NodeJS.Timeout | null = null;
  #expectedMs = 0;
  #lagMs = 0;
  #nBehind = 0;

  /** @param nowMs - monotonic clock, milliseconds. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** The last sample, milliseconds. */
  get lagMs(): number {
    return this.#lagMs;
  }

  /** Whether new work should be turned away. */
  get isBehind(): boolean {
    return this.#nBehind >= IN_A_ROW;
  }

  start(): void {
    this.#expectedMs = this.#nowMs() + SAMPLE_MS;
    this.#timer = setInterval(() => this.sample(), SAMPLE_MS).unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /** Takes one sample; called by the timer. */
  sample(): void {
    const now = this.#nowMs();
    this.#lagMs = Math.max(0, now - this.#expectedMs);
    this.#nBehind = this.#lagMs > BEHIND_MS ? this.#nBehind + 1 : 0;
    this.#expectedMs = now + SAMPLE_MS;
  }
}
