/** One kind of event, as those see it who wait for it. */
export interface Subscribable<Values extends readonly unknown[]> {
  /** Calls `listener` at every event from now on, before the publisher goes on, in the order of subscription. */
  subscribe(listener: (...values: Values) => void): void;
}

/** One kind of event of one part of the service: parts that are made later subscribe to it, so that no part needs a later one. */
export class Topic<Values extends readonly unknown[]> implements Subscribable<Values> {
  readonly #listeners: ((...values: Values) => void)[] = [];

  subscribe(listener: (...values: Values) => void): void {
    this.#listeners.push(listener);
  }

  publish(...values: Values): void {
    for (const listener of this.#listeners) listener(...values);
  }
}
