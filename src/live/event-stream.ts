import { stringifyLossless } from '../core/index.ts';
import type { BarSeries, Outcome } from '../domain/index.ts';
import type { LiveEvent, Logger } from '../ports/index.ts';
import {
  barsToWire,
  DEFAULT_EVENT_TYPES,
  EVENT_TYPES,
  type EventType,
  outcomeToWire,
  type State,
  type StreamEvent,
} from '../wire/index.ts';
import { RecentSignals } from './signals/recent-signals.ts';

/** Number of the latest answers kept in memory. */
const RECENT_SIGNALS = 1000;

type Listener = (event: LiveEvent) => void;

/** Publishes what happens to subscribers outside. One that throws is dropped, and none is waited for. */
export class EventStream {
  readonly #listeners: Readonly<Record<EventType, Set<Listener>>> = {
    enriched: new Set(),
    outcome: new Set(),
    state: new Set(),
    bars: new Set(),
  };
  readonly #logger: Logger;
  /** The latest answers, for those who subscribe later. */
  readonly recent = new RecentSignals(RECENT_SIGNALS);

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  subscribe(listener: Listener, types: readonly EventType[] = DEFAULT_EVENT_TYPES): () => void {
    for (const type of types) this.#listeners[type].add(listener);
    return () => this.#unsubscribe(listener, types);
  }

  /** Whether an event of this type has a subscriber; one that has none need not be prepared. */
  isWanted(type: EventType): boolean {
    return this.#listeners[type].size > 0;
  }

  /** @param answer - the whole answer, one line of JSON. */
  publishEnriched(signalId: string, instrumentId: string, answer: string): void {
    this.recent.add(signalId, instrumentId, answer);
    if (this.isWanted('enriched'))
      this.#publish({ type: 'enriched', text: `{"type":"enriched","enriched":${answer}}` });
  }

  recordOutcome(outcome: Outcome): void {
    this.recent.end(outcome);
    if (!this.isWanted('outcome')) return;
    const event: StreamEvent = { type: 'outcome', outcome: outcomeToWire(outcome) };
    this.#publish({ type: event.type, text: stringifyLossless(event) });
  }

  publishState(state: State): void {
    if (!this.isWanted('state')) return;
    const event: StreamEvent = { type: 'state', state };
    this.#publish({ type: event.type, text: stringifyLossless(event) });
  }

  /**
   * @param bars - (nBars,) held bars that were added, revised or late.
   * @param oldestTs - `ts_event` of the oldest bar of the instrument that is held now.
   */
  publishBars(instrumentId: string, bars: BarSeries, oldestTs: bigint): void {
    if (!this.isWanted('bars')) return;
    const event: StreamEvent = {
      type: 'bars',
      instrument_id: instrumentId,
      oldest_ts: oldestTs,
      bars: barsToWire(bars),
    };
    this.#publish({ type: event.type, text: stringifyLossless(event) });
  }

  #publish(event: LiveEvent): void {
    for (const listener of this.#listeners[event.type]) {
      try {
        listener(event);
      } catch (error) {
        this.#unsubscribe(listener, EVENT_TYPES);
        this.#logger.warn(`a subscriber failed and is dropped: ${String(error)}`);
      }
    }
  }

  #unsubscribe(listener: Listener, types: readonly EventType[]): void {
    for (const type of types) this.#listeners[type].delete(listener);
  }
}
