/** Time that all of it together takes in one turn of the event loop, milliseconds. */
const TURN_MS = 1.5;

interface Waiting {
  readonly sinceMs: number;
  readonly run: () => void;
}

/**
 * The share of a turn of the event loop that belongs to what may wait: reads that follow others of their connection, large pages,
 * bursts of messages. It runs at once while the share lasts, and the rest in later turns, in its order.
 */
export class TurnShare {
  readonly #nowMs: () => number;
  #waiting: Waiting[] = [];
  #usedMs = 0;
  #isScheduled = false;
  #isRunning = false;

  /** @param nowMs - monotonic clock, milliseconds. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** How long the first of what waits has waited, milliseconds; 0 where nothing waits. */
  get delayMs(): number {
    return this.#waiting.length === 0 ? 0 : this.#nowMs() - this.#waiting[0].sinceMs;
  }

  /** Runs a piece of work now or later; one that asks for another from inside never gets it at once. */
  run(run: () => void): void {
    if (!this.#isScheduled) this.#schedule();
    if (this.#waiting.length === 0 && !this.#isRunning && this.#usedMs < TURN_MS) this.#take(run);
    else this.#waiting.push({ sinceMs: this.#nowMs(), run });
  }

  /** @returns what `make` gives when its turn comes; rejects with what it throws. */
  make<T>(make: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.run(() => {
        try {
          resolve(make());
        } catch (error) {
          reject(error);
        }
      });
    });
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
    while (n < this.#waiting.length && this.#usedMs < TURN_MS) this.#take(this.#waiting[n++].run);
    this.#waiting = this.#waiting.slice(n);
  }

  #take(run: () => void): void {
    const startMs = this.#nowMs();
    this.#isRunning = true;
    try {
      run();
    } finally {
      this.#isRunning = false;
      this.#usedMs += this.#nowMs() - startMs;
    }
  }
}
