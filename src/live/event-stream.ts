import { ConditionError, contained, nearestName, stringifyLossless } from '../core/index.ts';
import type { BarSeries, Series } from '../domain/index.ts';
import { type JournalRecovery, type LiveEvent, type Logger, type RecordedOutcome, warnOnce } from '../ports/index.ts';
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

/**
 * The number of the latest event of each type; 0 before the first. Those of answers and outcomes are their records', those of the others
 * count from the start of the service.
 */
export type EventNumbers = Readonly<Record<EventType, number>>;

/** An answer as it is published. */
export interface PublishedAnswer {
  readonly signalId: string;
  readonly instrumentId: string;
  readonly seq: number;
  readonly answer: string;
}

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
  readonly #numbers: Record<EventType, number>;
  /** The latest answers, for those who subscribe later. */
  readonly recent = new RecentSignals(RECENT_SIGNALS);

  constructor(logger: Logger, recovery: Pick<JournalRecovery, 'nSignals' | 'nRecordedOutcomes'>) {
    this.#logger = logger;
    this.#numbers = { enriched: recovery.nSignals, outcome: recovery.nRecordedOutcomes, state: 0, bars: 0 };
  }

  /** As of now. */
  get numbers(): EventNumbers {
    return { ...this.#numbers };
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

  /** @param answer - the whole answer, one line of JSON; `seq`, its number, stands in it. */
  publishEnriched({ signalId, instrumentId, seq, answer }: PublishedAnswer): void {
    this.#numbers.enriched = seq;
    this.recent.add(signalId, instrumentId, answer);
    if (!this.isWanted('enriched')) return;
    this.#publish({
      type: 'enriched',
      seq,
      text: `{"type":"enriched","seq":${seq},"enriched":${answer}}`,
      get answer() {
        const read = readAnswer(answer);
        Object.defineProperty(this, 'answer', { value: read, enumerable: true });
        return read;
      },
    });
  }

  publishOutcome(outcome: RecordedOutcome): void {
    const { seq } = outcome;
    this.#numbers.outcome = seq;
    this.recent.end(outcome);
    if (!this.isWanted('outcome')) return;
    const write = (): StreamEvent => ({ type: 'outcome', seq, outcome: outcomeToWire(outcome) });
    this.#publish(withText({ type: 'outcome', seq, outcome }, write));
  }

  publishState(state: State): void {
    const seq = ++this.#numbers.state;
    if (!this.isWanted('state')) return;
    this.#publish(withText({ type: 'state', seq, state }, () => ({ type: 'state', seq, state })));
  }

  /**
   * @param bars - (nBars,) held bars that were added, revised or late.
   * @param oldestTs - `ts_event` of the oldest bar of the series that is held now.
   */
  publishBars({ instrumentId, barType }: Series, bars: BarSeries, oldestTs: bigint): void {
    const seq = ++this.#numbers.bars;
    if (!this.isWanted('bars')) return;
    const write = (): StreamEvent => ({
      type: 'bars',
      seq,
      instrument_id: instrumentId,
      bar_type: barType,
      oldest_ts: oldestTs,
      bars: barsToWire(bars),
    });
    this.#publish(withText({ type: 'bars', seq, instrumentId, barType, bars, oldestTs }, write));
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
