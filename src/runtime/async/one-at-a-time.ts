/** Runs functions one after the other, in the order of their calls of {@link run}. One that fails does not stop the next. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles when nothing is left to run. */
  get idle(): Promise<void> {
    return this.#last.then(() => undefined);
  }

  /** @returns what the work returns, or its error. */
  run<T>(work: () => T | Promise<T>): Promise<T> {
    const next = this.#last.then(work);
    this.#last = next.catch(() => undefined);
    return next;
  }
}
