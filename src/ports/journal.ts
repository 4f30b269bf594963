import { JournalError } from '../core/index.ts';
import type { BarSeries, ConfidenceSource, MaturedOutcome, Outcome, PromisedOutcomes, Side } from '../domain/index.ts';
import type {
  DetectorEntry,
  HaltEntry,
  JournalEntry,
  JudgementEntry,
  SignalEntry,
  TradeEntry,
  TriggerEntry,
} from './journal-entries.ts';

/**
 * `ok`; `full`: there is no room, and `busy`: another program holds it, both tried again until it works; `failed`: the storage cannot
 * be trusted until a restart.
 */
export type JournalStatus = 'ok' | 'full' | 'busy' | 'failed';

export interface JournalHealth {
  readonly status: JournalStatus;
  /** One sentence when the status is not `ok`, else null. */
  readonly reason: string | null;
  /** Entries waiting to be written. */
  readonly nQueued: number;
  /** Entries written since the start. */
  readonly nWritten: number;
}

const REFUSALS = { full: 'JOURNAL_FULL', busy: 'JOURNAL_BUSY', failed: 'JOURNAL_FAILED' } as const;

/** Why nothing new that must be written may be taken now; null where it may. */
export function journalRefusal({ status, reason }: Pick<JournalHealth, 'status' | 'reason'>): JournalError | null {
  return status === 'ok' ? null : new JournalError(REFUSALS[status], reason ?? status);
}

/** An outcome as it was recorded. */
export interface RecordedOutcome extends Outcome {
  /** Number among the recorded outcomes: 1, 2, 3 … in the order in which they were written. */
  readonly seq: number;
}

/** A signal as it was recorded, with its outcome when it has one. */
export interface RecordedSignal extends Omit<SignalEntry, 'kind'> {
  /** Number among the recorded signals: 1, 2, 3 … in the order in which they were written. */
  readonly seq: number;
  readonly outcome: RecordedOutcome | null;
}

/** What is needed of a recorded signal to answer it again. */
export type RecordedAnswer = Pick<RecordedSignal, 'signalId' | 'seq' | 'bodyHash' | 'answer' | 'answerHash'>;

/** A recorded answer, what it was made of, and how its signal ended. */
export type NumberedAnswer = Pick<
  RecordedSignal,
  | 'signalId'
  | 'instrumentId'
  | 'seq'
  | 'answer'
  | 'answerHash'
  | 'modelVersion'
  | 'features'
  | 'transport'
  | 'receivedMs'
  | 'settingsId'
  | 'outcome'
>;

/** What a model promised in some of the recorded outcomes, and what came of it. */
export interface PromisedPage {
  /** Number of the last outcome that was looked at; what was asked for where there are no later ones. */
  readonly upTo: number;
  readonly found: PromisedOutcomes;
}

/** A signal whose outcome is not known yet. */
export interface OpenSignal {
  readonly signalId: string;
  readonly instrumentId: string;
  /** Of the bars it is followed by; null where they have none. */
  readonly barType: string | null;
  readonly signal: Side;
  readonly modelVersion: string | null;
  readonly confidence: number;
  readonly source: ConfidenceSource;
  readonly trade: TradeEntry;
}

/** The bars known of one series, each with the id it was journalled under. */
export interface KnownBars {
  readonly instrumentId: string;
  /** Null where none was said. */
  readonly barType: string | null;
  /** Id of the first bar ever journalled of it; it may be too old to be among these. */
  readonly firstId: number;
  /** (nBars,) */
  readonly ids: Float64Array;
  /** Taker volumes, and columns of the sender, where any bar has one; NaN for a bar that has none. */
  readonly bars: BarSeries;
}

/** What the journal knows of one series. */
export interface InstrumentHistory {
  /**
   * Every bar, in the order of `ts_event`; of several with one `ts_event` the one with the highest id, which is the last
   * word. Taker volumes where every bar has one; a column of the sender where any bar has a value of it, NaN for one that has none.
   */
  readonly bars: BarSeries;
  /** Signals that are not flat, by the `ts_event` of their entry bar, in the order they were written. */
  readonly signals: readonly PastTrade[];
}

/** What a training learns of a recorded signal that is not flat. */
export interface PastTrade extends Pick<SignalEntry, 'signal' | 'strength' | 'columnValues'> {
  /** `ts_event` of its entry bar. */
  readonly entryTs: bigint;
  /** Its outcome where that was reported from outside, as {@link toldEnd} makes it; null where it was not. */
  readonly told: ToldEnd | null;
}

/** An outcome that was reported from outside. */
export interface ToldEnd {
  readonly label: 0 | 1;
  /** Gross simple return in the direction of the signal; null where only its label was reported. */
  readonly tradeReturn: number | null;
  /** `ts_event` of the exit, UNIX ns; null where it was not reported. */
  readonly exitTs: bigint | null;
  /** When it was reported, UNIX ms. */
  readonly toldMs: number;
}

/** What a training learns of the outcome of a signal; null for one that was not reported. */
export function toldEnd(
  outcome: Pick<Outcome, 'outcome' | 'label' | 'tradeReturn' | 'isNet' | 'costBps' | 'exitTs' | 'resolvedMs'> | null,
): ToldEnd | null {
  if (outcome === null || outcome.outcome !== 'told' || outcome.label === null) return null;
  const { label, tradeReturn, isNet, costBps, exitTs, resolvedMs } = outcome;
  const gross = tradeReturn === null || !isNet ? tradeReturn : tradeReturn + costBps / 1e4;
  return { label, tradeReturn: gross, exitTs, toldMs: resolvedMs };
}

/** What a service needs to go on where the process before it ended. */
export interface JournalRecovery {
  /** One more than the highest id of a bar; 0 for an empty journal. */
  readonly nextBarId: number;
  /**
   * The series whose bars were written last, at most `maxInstruments`, the latest last. Of each the bars with the latest
   * `ts_event`, at most `heldBars`, in that order; of several with one `ts_event` the one with the highest id.
   */
  readonly instruments: readonly KnownBars[];
  /** Signals that are not flat and have no outcome: the latest, at most `maxOpen`, oldest first. */
  readonly open: readonly OpenSignal[];
  /** Outcomes whose label is known: the latest that were written, at most `window`, oldest first. */
  readonly matured: readonly MaturedOutcome[];
  /** The latest answers, at most `maxAnswers`, oldest first. */
  readonly answers: readonly RecordedAnswer[];
  /** The first move of every retraining that had not come to its end, oldest first. */
  readonly openTriggers: readonly TriggerEntry[];
  /** Every judgement of a challenger, oldest first: each is chained to the one before it. */
  readonly judgements: readonly JudgementEntry[];
  /** The last one; null where there is none. */
  readonly halt: HaltEntry | null;
  /** The latest entries of the detector that was written last, from its `start` on, at most `maxPoints`, oldest first. */
  readonly detector: readonly DetectorEntry[];
  /** Number of all signals; also of those that are not in `answers`. */
  readonly nSignals: number;
  /** Number of all outcomes whose label is known. */
  readonly nOutcomes: number;
  /** Number of all outcomes, also of those that have no label. */
  readonly nRecordedOutcomes: number;
}

/** What a recovery may hold at most, so that a start takes no longer with a larger journal. */
export interface RecoveryLimits {
  readonly maxInstruments: number;
  /** Bars of one instrument. */
  readonly heldBars: number;
  readonly maxOpen: number;
  /** Matured outcomes. */
  readonly window: number;
  readonly maxAnswers: number;
  /** Entries of a detector. */
  readonly maxPoints: number;
}

/**
 * The memory of a service: every signal it judged, the bars it judged by, and how each ended. One service at a time writes to a
 * journal; who opens it sees to that. `journalContract` of `ml4t-orchestrator/testing` checks what is promised here.
 *
 * **Order.** Entries are written in the order in which they were appended. An entry that is there is never changed or removed.
 * Signals have the numbers 1, 2, 3 … in that order, and outcomes have theirs: without gaps, whatever was refused, dropped or lost
 * between them.
 *
 * **Durability.** An entry whose promise resolved is there after a kill -9 of the process, and every read that begins later finds
 * it, in this process too. An entry whose promise rejected is not there and never will be, unless the status is `failed`: then
 * only the next start knows. Entries may be written in groups; a group is there whole or not at all.
 *
 * **The past** is read by promises, because it may take a round trip. Only {@link health} is asked while a signal is judged. The
 * service keeps in memory what it needs at once: {@link recover} fills that at the start, {@link signalIds} completes it in the
 * background, and the service adds what it appends. Only a signal that may be older than that memory is asked of
 * {@link findSignal} before it is answered.
 *
 * A journal in PostgreSQL: one table for each kind of entry with a `bigint` key in the order of appending, `UNIQUE (signal_id)` on
 * signals and outcomes, `UNIQUE (stream, entry_id)` on dead letters, `settings_id` as a key. `append` adds to a list; one group at
 * a time goes out as one transaction (`synchronous_commit = on`) over one connection, which also holds `pg_advisory_lock` for as
 * long as the journal is open. A repeated entry meets `ON CONFLICT DO NOTHING`. A connection that breaks during COMMIT leaves it
 * open whether the group is there: look for its last key over a new connection before it is settled, or fail. `disk_full` (53100)
 * is the status `full`. Reads use other connections of the same primary: a replica may not have yet what was written.
 */
export interface Journal {
  /** The state now, from memory. */
  readonly health: JournalHealth;
  /**
   * Takes an entry, in the order of the calls, and returns at once. The caller changes nothing of it afterwards.
   *
   * These are refused, by `INVALID_VALUE`, and the entries beside them are written: bars with an id that was given before; a
   * signal whose id is recorded; an outcome of a signal that is not recorded, is flat, or has another outcome or label already.
   * These resolve and change nothing, because they come again after a crash: a dead letter of a stream entry that has one, and
   * settings that are recorded, where the first record stands; the outcome that a signal has.
   *
   * @param durable - somebody waits for the record: while the journal is `full` or `busy` it is dropped and the promise rejects. Any
   * other entry is kept and tried again until it is written.
   * @throws {JournalError} (by the promise) `JOURNAL_FULL`, also where too many wait already; `JOURNAL_BUSY`; `JOURNAL_FAILED`, also after
   * {@link close}. @throws {ConditionError} (by the promise) for a refused entry.
   */
  append(entry: JournalEntry, durable: boolean): Promise<void>;
  /** A signal that was written, or null. Ids are compared exactly. Entries still queued are the caller's to know. */
  findSignal(signalId: string): Promise<RecordedSignal | null>;
  /**
   * The id of every signal written before the call, each at least once, in any order, in pieces of at most some thousand. It is
   * read beside the traffic: in slices, or on another thread or connection. A caller that stops early ends the reading.
   */
  signalIds(): AsyncIterable<readonly string[]>;
  /**
   * The bars with these ids, in this order; taker volumes where all of them have one, columns of the sender where any has a value. @throws {JournalError} (by the promise)
   * `JOURNAL_DAMAGED` when one is not there.
   */
  readBars(ids: Float64Array): Promise<BarSeries>;
  /**
   * All that is known of a series; of one that is not known, no bars and no signals. For retraining: it may take seconds, off the
   * calling thread.
   *
   * @param barType - null for the series without one. @throws {JournalError} (by the promise).
   */
  history(instrumentId: string, barType: string | null): Promise<InstrumentHistory>;
  /**
   * The answers with a higher number than `after`, in the order of their numbers, at most `limit`: what a client missed. Their cost does
   * not grow with the journal. @throws {JournalError} (by the promise).
   */
  signalsAfter(after: number, limit: number): Promise<readonly NumberedAnswer[]>;
  /** The same of outcomes. */
  outcomesAfter(after: number, limit: number): Promise<readonly RecordedOutcome[]>;
  /**
   * What the answers of one model promised and how their signals ended. The outcomes with a higher number than `after` are looked at, in
   * the order of their numbers, at most `limit`. Those count whose signal that model judged (`source` is `model`) and whose label is
   * known: `promisesIn` finds them. It may take seconds, off the calling thread.
   *
   * @throws {JournalError} (by the promise).
   */
  promisesAfter(modelVersion: string, after: number, limit: number): Promise<PromisedPage>;
  /** The text of a `SettingsEntry`, or null. */
  findSettings(settingsId: string): Promise<string | null>;
  /** The latest moves of retrainings that were written, at most `limit`, oldest first. */
  triggers(limit: number): Promise<readonly TriggerEntry[]>;
  /**
   * What a service needs to go on, as it stands at one moment. A service asks once, at its start; what is appended later it knows
   * itself.
   */
  recover(limits: RecoveryLimits): Promise<JournalRecovery>;
  /** Calls the listener after every change of status, with the health as it is then. */
  onStatus(listener: (health: JournalHealth) => void): void;
  /**
   * Takes nothing more, writes what is queued, within `deadlineMs`, and lets the storage go: another journal may open it. What could
   * not be written rejects. Settles in any case; a second call settles with the first.
   */
  close(deadlineMs?: number): Promise<void>;
}
