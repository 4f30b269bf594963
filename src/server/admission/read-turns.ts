/** Time that such reads take in one turn of the event loop, milliseconds. */
const TURN_MS = 4;

interface Waiting {
  readonly sinceMs: number;
  readonly read: () => void;
}

/** Runs reads at once while their share of this turn of the event loop lasts, and the rest in later turns, in their order. */
export class ReadTurns {
  readonly #nowMs: () => number;
  #waiting: Waiting[] = [];
  #usedMs = 0;
  #isScheduled = false;

  /** @param nowMs - monotonic clock, milliseconds. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** How long the first of those that wait has waited, milliseconds; 0 where none waits. */
  get delayMs(): number {
    return this.#waiting.length === 0 ? 0 : this.#nowMs() - this.#waiting[0].sinceMs;
  }

  run(read: () => void): void {
    if (!this.#isScheduled) this.#schedule();
    if (this.#waiting.length === 0 && this.#usedMs < TURN_MS) this.#take(read);
    else this.#waiting.push({ sinceMs: this.#nowMs(), read });
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
    while (n < this.#waiting.length && this.#usedMs < TURN_MS) this.#take(this.#waiting[n++].read);
    this.#waiting = this.#waiting.slice(n);
  }

  #take(read: () => void): void {
    const startMs = this.#nowMs();
    read();
    this.#usedMs += this.#nowMs() - startMs;
  }
}
