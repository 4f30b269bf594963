/** Time that such reads take in one turn of the event loop, milliseconds. */
const TURN_MS = 4;

/** Runs reads that follow others of their connection: at once while their share of this turn of the event loop lasts, and the rest in later turns, in their order. */
export class ReadTurns {
  readonly #nowMs: () => number;
  #waiting: (() => void)[] = [];
  #usedMs = 0;
  #isScheduled = false;

  /** @param nowMs - monotonic clock, milliseconds. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  run(read: () => void): void {
    if (!this.#isScheduled) this.#schedule();
    if (this.#waiting.length === 0 && this.#usedMs < TURN_MS) this.#take(read);
    else this.#waiting.push(read);
  }

  #schedule(): void {
    this.#isScheduled = true;
    setImmediate(() => this.#nextTurn());
  }

  #nextTurn(): void {
    this.#isScheduled = false;
    this.#usedMs = 0;
    if (this.#waiting.length === 0) return;
    this.#schedule();
    let n = 0;
    while (n < this.#waiting.length && this.#usedMs < TURN_MS) this.#take(this.#waiting[n++]);
    this.#waiting = this.#waiting.slice(n);
  }

  #take(read: () => void): void {
    const startMs = this.#nowMs();
    read();
    this.#usedMs += this.#nowMs() - startMs;
  }
}
