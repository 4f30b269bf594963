import { ConditionError, contained, nearestName, stringifyLossless } from '../core/index.ts';
import type { BarSeries, Outcome } from '../domain/index.ts';
import { type LiveEvent, type Logger, warnOnce } from '../ports/index.ts';
import {
  barsToWire,
  DEFAULT_EVENT_TYPES,
  EVENT_TYPES,
  type EventType,
  outcomeToWire,
  readAnswer,
  type State,
  type StreamEvent,
} from '../wire/index.ts';
import { RecentSignals } from './signals/recent-signals.ts';

/** Number of the latest answers kept in memory. */
const RECENT_SIGNALS = 1000;

type Listener = (event: LiveEvent) => void;

/** One subscription; the same listener may have several. */
interface Subscription {
  readonly types: readonly EventType[];
  readonly call: Listener;
}

/** Publishes what happens to subscribers outside. One that throws or rejects is dropped, and none is waited for. */
export class EventStream {
  readonly #subscriptions: Readonly<Record<EventType, Set<Subscription>>> = {
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

  /** @throws {ConditionError} for a type that no event has, with the nearest one. */
  subscribe(listener: Listener, types: readonly EventType[] = DEFAULT_EVENT_TYPES): () => void {
    for (const type of types) checkType(type);
    const warn = warnOnce(this.#logger, 'a subscriber failed and is dropped');
    const end = (): void => this.#end(subscription);
    const drop = (error: unknown): void => {
      end();
      warn(error);
    };
    const subscription: Subscription = { types, call: contained(listener, drop) };
    for (const type of types) this.#subscriptions[type].add(subscription);
    return end;
  }

  /** Whether an event of this type has a subscriber; one that has none need not be prepared. */
  isWanted(type: EventType): boolean {
    return this.#subscriptions[type].size > 0;
  }

  /** @param answer - the whole answer, one line of JSON. */
  publishEnriched(signalId: string, instrumentId: string, answer: string): void {
    this.recent.add(signalId, instrumentId, answer);
    if (!this.isWanted('enriched')) return;
    this.#publish({
      type: 'enriched',
      text: `{"type":"enriched","enriched":${answer}}`,
      get answer() {
        const read = readAnswer(answer);
        Object.defineProperty(this, 'answer', { value: read, enumerable: true });
        return read;
      },
    });
  }

  recordOutcome(outcome: Outcome): void {
    this.recent.end(outcome);
    if (!this.isWanted('outcome')) return;
    this.#publish(withText({ type: 'outcome', outcome }, () => ({ type: 'outcome', outcome: outcomeToWire(outcome) })));
  }

  publishState(state: State): void {
    if (!this.isWanted('state')) return;
    this.#publish(withText({ type: 'state', state }, () => ({ type: 'state', state })));
  }

  /**
   * @param bars - (nBars,) held bars that were added, revised or late.
   * @param oldestTs - `ts_event` of the oldest bar of the instrument that is held now.
   */
  publishBars(instrumentId: string, bars: BarSeries, oldestTs: bigint): void {
    if (!this.isWanted('bars')) return;
    const write = (): StreamEvent => ({
      type: 'bars',
      instrument_id: instrumentId,
      oldest_ts: oldestTs,
      bars: barsToWire(bars),
    });
    this.#publish(withText({ type: 'bars', instrumentId, bars, oldestTs }, write));
  }

  #publish(event: LiveEvent): void {
    for (const { call } of this.#subscriptions[event.type]) call(event);
  }

  #end(subscription: Subscription): void {
    for (const type of subscription.types) this.#subscriptions[type].delete(subscription);
  }
}

function checkType(type: EventType): void {
  if (EVENT_TYPES.includes(type)) return;
  const rule = `some of ${EVENT_TYPES.join(', ')} (did you mean ${nearestName(String(type), EVENT_TYPES)}?)`;
  throw new ConditionError('types', rule, type);
}

/** An event whose text is written when it is first asked for. */
function withText<T extends object>(event: T, write: () => StreamEvent): T & { readonly text: string } {
  let text: string | null = null;
  return Object.defineProperty(event as T & { readonly text: string }, 'text', {
    enumerable: true,
    get: () => {
      text ??= stringifyLossless(write());
      return text;
    },
  });
}
