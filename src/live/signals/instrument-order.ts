/** Keeps the order of what waits for the journal or a lane, by instrument. */
export class InstrumentOrder {
  /** The last one that waits; never rejects. */
  readonly #waiting = new Map<string, Promise<void>>();
  #nWaiting = 0;

  /** Number of those that wait, of all instruments. */
  get nWaiting(): number {
    return this.#nWaiting;
  }

  /** Settles when nothing waits that does now. */
  get idle(): Promise<unknown> {
    return Promise.all(this.#waiting.values());
  }

  /** Whether anything of this instrument waits. */
  has(instrumentId: string): boolean {
    return this.#waiting.has(instrumentId);
  }

  /** Calls `next` with what is waited for, after everything of this instrument that came before. */
  run<T, Result>(instrumentId: string, awaited: T | Promise<T>, next: (value: T) => Result): Promise<Awaited<Result>> {
    const before = this.#waiting.get(instrumentId);
    const done = this.#after(before, awaited, next);
    this.#nWaiting++;
    const settled = done.then(ignore, ignore).then(() => {
      this.#nWaiting--;
      if (this.#waiting.get(instrumentId) === settled) this.#waiting.delete(instrumentId);
    });
    this.#waiting.set(instrumentId, settled);
    return done;
  }

  async #after<T, Result>(
    before: Promise<void> | undefined,
    awaited: T | Promise<T>,
    next: (value: T) => Result,
  ): Promise<Awaited<Result>> {
    const [found] = await Promise.allSettled([awaited, before]); // an error has its turn, too
    if (found.status === 'rejected') throw found.reason;
    return await next(found.value);
  }
}

function ignore(): void {
  // Whoever waits for the result hears of its error.
}
