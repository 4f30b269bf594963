import type { BarSeries, Outcome } from '../domain/index.ts';
import type { EventType, SignalAnswer, State } from '../wire/index.ts';

/** What every event has. */
export interface EventWithText {
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
  readonly outcome: Outcome;
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
  /** (nBars,) the bars that changed, oldest first. */
  readonly bars: BarSeries;
  /** `ts_event` of the oldest bar of the instrument that is held now. */
  readonly oldestTs: bigint;
}

/** Something that happened in the service; `type` says what. */
export type LiveEvent = EnrichedEvent | OutcomeEvent | StateEvent | BarsEvent;

/** The event of one type. */
export type LiveEventOf<T extends EventType> = Extract<LiveEvent, { readonly type: T }>;
