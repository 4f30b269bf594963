import { stringifyLossless } from '../core/index.ts';
import type { Outcome } from '../domain/index.ts';
import type { LiveEvent, Logger } from '../ports/index.ts';
import { outcomeToWire, type State, type StreamEvent } from '../wire/index.ts';
import { RecentSignals } from './signals/recent-signals.ts';

/** Number of the latest answers kept in memory. */
const RECENT_SIGNALS = 1000;

/** Publishes what happens to subscribers outside. One that throws is dropped, and none is waited for. */
export class EventStream {
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  readonly #logger: Logger;
  /** The latest answers, for those who subscribe later. */
  readonly recent = new RecentSignals(RECENT_SIGNALS);

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** @returns a function that ends the subscription. */
  subscribe(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @param answer - the whole answer, one line of JSON. */
  publishEnriched(signalId: string, instrumentId: string, answer: string): void {
    this.recent.add(signalId, instrumentId, answer);
    if (this.#listeners.size === 0) return;
    this.#publish({ type: 'enriched', text: `{"type":"enriched","enriched":${answer}}` });
  }

  recordOutcome(outcome: Outcome): void {
    this.recent.end(outcome);
    if (this.#listeners.size === 0) return;
    const event: StreamEvent = { type: 'outcome', outcome: outcomeToWire(outcome) };
    this.#publish({ type: event.type, text: stringifyLossless(event) });
  }

  publishState(state: State): void {
    const event: StreamEvent = { type: 'state', state };
    this.#publish({ type: event.type, text: stringifyLossless(event) });
  }

  #publish(event: LiveEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#listeners.delete(listener);
        this.#logger.warn(`a subscriber failed and is dropped: ${String(error)}`);
      }
    }
  }
}
