import type { BarSeries } from '../domain/index.ts';
import type { EventType, SignalAnswer, State } from '../wire/index.ts';
import type { RecordedOutcome } from './journal.ts';

/** What every event has. */
export interface EventWithText {
  /**
   * Number among the events of its type: 1 more than that of the one before. Of an answer or outcome that of its record, which goes on
   * after a restart; of the others counted from the start of the service.
   */
  readonly seq: number;
  /** The event as one line of JSON, as it goes over the stream; made when it is first asked for. */
  readonly text: string;
}

/** A new signal was answered. */
export interface EnrichedEvent extends EventWithText {
  readonly type: 'enriched';
  /** Made when it is first asked for. */
  readonly answer: SignalAnswer;
}

/** The outcome of a signal came to be known, or that it never will. */
export interface OutcomeEvent extends EventWithText {
  readonly type: 'outcome';
  readonly outcome: RecordedOutcome;
}

/** The service itself changed: its model, its journal, a drift, a shadow, a retraining. */
export interface StateEvent extends EventWithText {
  readonly type: 'state';
  /** Its keys are those of the wire; `what` says which others there are. */
  readonly state: State;
}

/** Held bars were added, revised or late. */
export interface BarsEvent extends EventWithText {
  readonly type: 'bars';
  readonly instrumentId: string;
  /** Null where none was said. */
  readonly barType: string | null;
  /** (nBars,) the bars that changed, oldest first. */
  readonly bars: BarSeries;
  /** `ts_event` of the oldest bar of the series that is held now. */
  readonly oldestTs: bigint;
}

/** Something that happened in the service; `type` says what. */
export type LiveEvent = EnrichedEvent | OutcomeEvent | StateEvent | BarsEvent;

/** The event of one type. */
export type LiveEventOf<T extends EventType> = Extract<LiveEvent, { readonly type: T }>;
