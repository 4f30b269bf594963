const SAMPLE_MS = 50;
/** Delay of a sample from which the event loop counts as behind, milliseconds. */
const BEHIND_MS = 150;
/** Number of late samples in a row that are an overload; one long pause is none. */
const IN_A_ROW = 3;

/** Measures how late the event loop runs its timers. */
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

  /** Delay of the last sample, milliseconds. */
  get lagMs(): number {
    return this.#lagMs;
  }

  /** Delay of the last sample, or of the next one where that is late already, milliseconds. */
  get currentMs(): number {
    return Math.max(this.#lagMs, this.#timer === null ? 0 : this.#nowMs() - this.#expectedMs);
  }

  /** Whether new work should be refused. */
  get isBehind(): boolean {
    return this.#nBehind >= IN_A_ROW;
  }

  start(): void {
    this.#expectedMs = this.#nowMs() + SAMPLE_MS;
    this.#timer = setInterval(() => this.sample(), SAMPLE_MS).unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Takes one sample; called by the timer. */
  sample(): void {
    const now = this.#nowMs();
    this.#lagMs = Math.max(0, now - this.#expectedMs);
    this.#nBehind = this.#lagMs > BEHIND_MS ? this.#nBehind + 1 : 0;
    this.#expectedMs = now + SAMPLE_MS;
  }
}
