import { stringifyLossless } from '../core/index.ts';
import type { Outcome } from '../domain/index.ts';
import type { LiveEvent, Logger } from '../ports/index.ts';
import { outcomeToWire } from './outcomes/outcome-message.ts';
import { RecentSignals } from './signals/recent-signals.ts';

const RECENT_SIGNALS = 1000;

/** Tells watchers what happens. A watcher that throws is dropped, and nobody waits for one. */
export class EventStream {
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  readonly #logger: Logger;
  /** What those who begin to watch find. */
  readonly recent = new RecentSignals(RECENT_SIGNALS);

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  subscribe(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @param answer - the whole answer, one line of JSON. */
  publishEnriched(signalId: string, instrumentId: string, answer: string): void {
    this.recent.add(signalId, instrumentId, answer);
    if (this.#listeners.size > 0) this.#tell({ type: 'enriched', text: `{"type":"enriched","enriched":${answer}}` });
  }

  recordOutcome(outcome: Outcome): void {
    this.recent.end(outcome);
    if (this.#listeners.size === 0) return;
    this.#tell({ type: 'outcome', text: stringifyLossless({ type: 'outcome', outcome: outcomeToWire(outcome) }) });
  }

  publishState(state: Readonly<Record<string, unknown>>): void {
    this.#tell({ type: 'state', text: stringifyLossless({ type: 'state', state }) });
  }

  #tell(event: LiveEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#listeners.delete(listener);
        this.#logger.warn(`a watcher failed and is dropped: ${String(error)}`);
      }
    }
  }
}
