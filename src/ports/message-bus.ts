import { Ml4tError } from '../core/index.ts';
import type { BarSeries } from '../domain/index.ts';
import type { EventType, SignalAnswer, SignalMessage } from '../wire/index.ts';
import type { Transport } from './journal-entries.ts';
import type { LiveEvent } from './live-event.ts';

/** Where a signal came from, and what its sender waits for. */
export interface SignalOrigin {
  readonly transport: Transport;
  /** Monotonic clock at receipt, ns. */
  readonly receivedNs: number;
  /** How long it had waited before it was received, ms; 0 where not known. */
  readonly waitedMs: number;
  /** When its transport took it in, by the transport's clock, UNIX ms; another witness where this machine's clock is wrong. */
  readonly takenMs?: number;
  /** The sender is answered only once the record is written. */
  readonly durable: boolean;
  /** The answer carries the window's bars instead of their number. */
  readonly includeBars?: boolean;
  /** Its transport waits for bars that are due ({@link LiveService.seriesFor}): an answer without such a bar says so. */
  readonly hasAwaitedBar?: boolean;
}

/** The answer to one signal. */
export interface SignalReceipt {
  readonly signalId: string;
  readonly answerHash: string;
  /** The enriched event as one line of JSON, `answer_hash`, `latency_ns`, `late` and `duplicate` included. */
  readonly text: string;
  /** The same as values; read from the text when it is first asked for. */
  readonly answer: SignalAnswer;
  readonly isDuplicate: boolean;
  /** Settles when the record is written; rejects with a `JournalError` when it cannot be. */
  readonly recorded: Promise<void>;
}

/** The series of a signal, as it is held now. */
export interface SignalSeries {
  /** What names it; another text for every other series. */
  readonly key: string;
  /** Whether the signal brings no bars and at least one bar length lies between the last held bar and it. */
  readonly isBarDue: boolean;
}

/** What became of bars that were offered. */
export interface BarsReceipt {
  readonly instrumentId: string;
  readonly nAdded: number;
  /** Already held with the same numbers: nothing happened. */
  readonly nRepeated: number;
  /** Already held with other numbers: the new ones stand from now on; recorded decisions stay. */
  readonly nRevised: number;
  /** Older than the last held bar and not held: put in its place. */
  readonly nLate: number;
  /** Older than every held bar of a full series: ignored. */
  readonly nTooOld: number;
  /** Settles when they are written. */
  readonly recorded: Promise<void>;
}

/** A message that could not be taken, to be kept. */
export interface DeadLetter {
  readonly stream: string;
  readonly entryId: string;
  readonly signalId: string | null;
  readonly code: string;
  readonly reason: string;
  readonly payload: Uint8Array;
}

/**
 * What stands behind every transport. Errors a sender can mend are thrown as `Ml4tError`; their `code` says what to do:
 * `INVALID_VALUE`, `NOT_ENOUGH_BARS`, `ID_CONFLICT`, `FUTURE_TIMESTAMP`: the message is at fault, do not send it again;
 * `OVERLOADED`, `CLOCK_BEHIND`, `JOURNAL_FULL`, `JOURNAL_BUSY`, `JOURNAL_FAILED`: the service is, send it again later.
 */
export interface LiveService {
  /**
   * Answers a signal; one that came before gets the answer it got then. A signal that is known to be new is judged before this
   * returns. A promise where only the journal can say whether it came before: for one of long ago, and in the first moments after a
   * start. Signals of one instrument are judged in the order of the calls in any case.
   */
  submit(message: SignalMessage, origin: SignalOrigin): SignalReceipt | Promise<SignalReceipt>;
  /** The series that a signal is judged by; a transport that brings bars by themselves may wait for the bar that it is due. */
  seriesFor(message: SignalMessage): SignalSeries;
  /** The recorded answer to a signal that came before; null where there is none. Judges nothing. */
  recall(message: SignalMessage, origin: SignalOrigin): Promise<SignalReceipt | null>;
  /**
   * Takes in closed bars of one series, which is an instrument and a bar type.
   *
   * @param takenMs - when their transport took them in, by its clock, UNIX ms. @param barType - null or absent for none.
   */
  addBars(instrumentId: string, bars: BarSeries, takenMs?: number, barType?: string | null): BarsReceipt;
  /** Takes in that a node said that it lives. @param ageMs - since it said so, milliseconds; >= 0. */
  noteHeartbeat(ageMs: number): void;
  /** Writes a dead letter; settles when it is written. A letter of the same stream entry is written once. */
  recordDeadLetter(letter: DeadLetter): Promise<void>;
  /** Whether signals may be submitted right now; when false a stream is left to wait. */
  readonly isReady: boolean;
  /**
   * Subscribes to what happens; an event of a type without subscribers is not even made. A listener that throws, or rejects, is
   * dropped with one warning in the log.
   *
   * @param types - default all but `bars`. @returns a function that ends the subscription.
   */
  subscribe(listener: (event: LiveEvent) => void, types?: readonly EventType[]): () => void;
}

const SERVICE_FAULTS = new Set([
  'OVERLOADED',
  'CLOCK_BEHIND',
  'JOURNAL_FULL',
  'JOURNAL_BUSY',
  'JOURNAL_FAILED',
  'JOURNAL_DAMAGED',
  'STOPPING',
]);

/** Whether the service is at fault, and not the message, which then waits and is tried again. */
export function isServiceFault(error: unknown): boolean {
  return error instanceof Ml4tError && SERVICE_FAULTS.has(error.code);
}

export const BUS_STATUSES = ['off', 'connecting', 'up', 'down', 'refused'] as const;
/** `refused`: the server is there and says no (auth, TLS, ACL, READONLY, OOM, MISCONF, LOADING); `reason` names it. */
export type BusStatus = (typeof BUS_STATUSES)[number];

export interface BusHealth {
  readonly status: BusStatus;
  /** One sentence, its first word the state by name (`LOADING`, `NOGROUP`, `OOM`, ...), when the status is not `up`. */
  readonly reason: string | null;
  readonly nRead: number;
  readonly nAnswered: number;
  readonly nDead: number;
  readonly nIgnored: number;
  readonly nClaimed: number;
  readonly nReconnects: number;
  /** Signals that waited for the bar that they were due; absent of a bus that never waits. */
  readonly nAwaited?: number;
  /** Those of them whose bar did not come in time. */
  readonly nAwaitedInVain?: number;
}

/**
 * A message bus that brings signals and bars and takes answers away. `busContract` of `ml4t-orchestrator/testing` checks each sentence
 * below.
 *
 * A message is delivered at least once. A signal is submitted as `durable`; when its receipt's `recorded` has settled, the answer's
 * text goes out and the message is acknowledged, never before, so that a message whose bus ends in between comes again to the next.
 *
 * Signals of one instrument are submitted in the order in which they were sent, but that one which waits for a bar ({@link
 * LiveService.seriesFor}) holds up those of its own series only. Bars that were sent before a signal of their instrument reach the service
 * before it.
 *
 * While the service is not ready (`isReady`), and after an error of its own ({@link isServiceFault}), messages wait and are tried again.
 * A message at fault (any other `Ml4tError`, or one that cannot be read) is given to `recordDeadLetter`, goes to the dead letters, and
 * is acknowledged. An unexpected error leaves the message to be delivered again, a limited number of times, without delaying others.
 */
export interface MessageBus {
  readonly health: BusHealth;
  /** Begins to connect and to read, and returns at once: a server that is away is tried again for ever. */
  start(service: LiveService): void;
  /** Calls the listener after every change of status. What it throws touches nothing. */
  onStatus(listener: (health: BusHealth) => void): void;
  /** Takes nothing more, finishes what was read, and disconnects, within `deadlineMs` in any case; the status is `off` then. */
  stop(deadlineMs?: number): Promise<void>;
}
