import type { BarSeries, ConfidenceSource, Side } from '../domain/index.ts';

export const TRANSPORTS = ['library', 'http', 'websocket', 'redis_stream', 'redis_pubsub'] as const;
/** The road a signal came by. */
export type Transport = (typeof TRANSPORTS)[number];

/** What a later reader needs to follow a trade from its entry to a barrier. */
export interface TradeEntry {
  /** `ts_event` of the entry bar, the last of the signal's window. */
  readonly entryTs: bigint;
  /** ATR(14) as of the entry bar, price units; 0 where no barrier can be set. */
  readonly target: number;
  /** A longer step between two later bars is a hole, ns. */
  readonly maxStepNs: bigint;
}

/** New bars of one instrument, in the order they came to be known. Bar `i` of the run has the id `firstId + i`. */
export interface BarsEntry {
  readonly kind: 'bars';
  readonly firstId: number;
  readonly instrumentId: string;
  readonly bars: BarSeries;
}

/** One judged signal: all it takes to answer it again word for word, and to recompute it. */
export interface SignalEntry {
  readonly kind: 'signal';
  readonly signalId: string;
  /** Canonical hash of instrument, timestamp, signal and the bars sent: 64 hexadecimal characters. */
  readonly bodyHash: string;
  readonly transport: Transport;
  /** Wall clock at receipt, UNIX milliseconds. */
  readonly receivedMs: number;
  readonly instrumentId: string;
  readonly signal: Side;
  readonly timestamp: bigint;
  /** (W,) ids of the window's bars, oldest first; each was entered before, as part of a {@link BarsEntry}. */
  readonly barIds: Float64Array;
  /** The exact vector the model was asked; null where no model was. */
  readonly features: Float64Array | null;
  readonly modelVersion: string | null;
  /** The {@link SettingsEntry} it was judged under. */
  readonly settingsId: string;
  /** What the answer says, for the rolling figures. */
  readonly confidence: number;
  readonly source: ConfidenceSource;
  /** The answer as JSON text, latencies and transport left out. */
  readonly answer: string;
  /** SHA-256 of `answer`, 64 hexadecimal characters. */
  readonly answerHash: string;
  /** Null for a flat signal, which has no outcome. */
  readonly trade: TradeEntry | null;
}

export const OUTCOME_KINDS = ['take_profit', 'stop_loss', 'vertical', 'told', 'unresolvable'] as const;
/** How a signal ended: at a barrier, told from outside, or never to be known. */
export type OutcomeKind = (typeof OUTCOME_KINDS)[number];

/** The end of one signal. At most one a signal. */
export interface OutcomeEntry {
  readonly kind: 'outcome';
  readonly signalId: string;
  readonly outcome: OutcomeKind;
  /** Null where `unresolvable`. */
  readonly label: 0 | 1 | null;
  /** Net, in the direction of the signal; null where not known. */
  readonly tradeReturn: number | null;
  /** `ts_event` of the exit bar; null where not known. */
  readonly exitTs: bigint | null;
  /** Why an outcome is unresolvable, else null. */
  readonly reason: string | null;
  readonly resolvedMs: number;
}

/** A message that could not be taken, with all that came. At most one a stream entry. */
export interface DeadLetterEntry {
  readonly kind: 'dead_letter';
  readonly stream: string;
  readonly entryId: string;
  readonly signalId: string | null;
  readonly code: string;
  readonly reason: string;
  readonly payload: Uint8Array;
  readonly atMs: number;
}

/** The settings an answer depends on, as JSON text, under the SHA-256 of that text. Written once, before the first signal. */
export interface SettingsEntry {
  readonly kind: 'settings';
  readonly settingsId: string;
  readonly settings: string;
}

/** Which model served from when on. */
export interface ModelEntry {
  readonly kind: 'model';
  readonly version: string | null;
  /** `serves`, why none does, or `judged` and the record of that as JSON. */
  readonly event: string;
  readonly atMs: number;
}

/** A retraining's move from one state to the next. */
export interface TriggerEntry {
  readonly kind: 'trigger';
  readonly triggerId: string;
  readonly reason: string;
  readonly state: string;
  readonly priority: number;
  /** What came of it, in one sentence. */
  readonly note: string | null;
  readonly atMs: number;
}

export type JournalEntry =
  | BarsEntry
  | SignalEntry
  | OutcomeEntry
  | DeadLetterEntry
  | SettingsEntry
  | ModelEntry
  | TriggerEntry;

/** `ok`; `full`: the disk has no room, tried again until it has; `failed`: the disk cannot be trusted until a restart. */
export type JournalStatus = 'ok' | 'full' | 'failed';

export interface JournalHealth {
  readonly status: JournalStatus;
  /** One sentence when the status is not `ok`. */
  readonly reason: string | null;
  /** Entries waiting to be written. */
  readonly nQueued: number;
  /** Entries written since the start. */
  readonly nWritten: number;
}

/** A signal as it was recorded, with its outcome when it has one. */
export interface RecordedSignal extends Omit<SignalEntry, 'kind'> {
  readonly outcome: OutcomeEntry | null;
}

/** A signal whose outcome is not known yet. */
export interface OpenSignal {
  readonly signalId: string;
  readonly instrumentId: string;
  readonly signal: Side;
  readonly modelVersion: string | null;
  readonly confidence: number;
  readonly source: ConfidenceSource;
  readonly trade: TradeEntry;
}

/** A signal whose outcome is known and counts. */
export interface MaturedSignal {
  readonly signalId: string;
  readonly instrumentId: string;
  readonly modelVersion: string | null;
  readonly confidence: number;
  readonly source: ConfidenceSource;
  readonly label: 0 | 1;
  readonly tradeReturn: number | null;
  /** `ts_event` of the entry bar. */
  readonly entryTs: bigint;
  /** `ts_event` of the bar that decided; null where it was told without it. */
  readonly exitTs: bigint | null;
}

/** A retraining that had not come to its end when the process before ended. */
export interface OpenTrigger {
  readonly triggerId: string;
  readonly reason: string;
  readonly priority: number;
  /** That of its first move. */
  readonly note: string | null;
}

/** The bars known of one instrument, each with the id it was journalled under. */
export interface KnownBars {
  readonly instrumentId: string;
  /** (nBars,) */
  readonly ids: Float64Array;
  readonly bars: BarSeries;
}

/** What the journal knows of one instrument. */
export interface InstrumentHistory {
  readonly bars: BarSeries;
  /** Signals that are not flat, by the `ts_event` of their entry bar. */
  readonly signals: readonly { readonly entryTs: bigint; readonly signal: Side }[];
}

/** What a service needs to go on where the process before it ended. */
export interface JournalRecovery {
  readonly nextBarId: number;
  /** The most recently fed instruments, oldest first; of each its latest bars, revisions applied. */
  readonly instruments: readonly KnownBars[];
  /** Oldest first. */
  readonly open: readonly OpenSignal[];
  /** The latest, oldest first. */
  readonly matured: readonly MaturedSignal[];
  /** Oldest first. */
  readonly openTriggers: readonly OpenTrigger[];
  /** The event of the last {@link ModelEntry} that begins with `judged`; null where there is none. */
  readonly lastJudged: string | null;
  readonly nSignals: number;
  readonly nOutcomes: number;
}

export interface RecoveryLimits {
  readonly maxInstruments: number;
  readonly heldBars: number;
  readonly maxOpen: number;
  readonly window: number;
}

/**
 * The memory of a service: every signal it judged, the bars it judged by, and how each ended. Entries are written in the
 * order they are appended, in groups, off the serving thread; an entry is there after a kill -9 once its promise settled.
 */
export interface Journal {
  readonly health: JournalHealth;
  /**
   * Adds an entry to the group being collected. The promise is shared by the group.
   *
   * @param durable - somebody waits for the record: when it cannot be written now it is dropped and the promise rejects. Any
   * other entry is kept and tried again until it is written.
   * @throws {JournalError} (by the promise) `JOURNAL_FULL` | `JOURNAL_FAILED`.
   */
  append(entry: JournalEntry, durable: boolean): Promise<void>;
  /** A signal that was written, or null. Entries still queued are the caller's to know. */
  findSignal(signalId: string): RecordedSignal | null;
  /** The bars with these ids, in this order. @throws {JournalError} `JOURNAL_DAMAGED` when one is not there. */
  readBars(ids: Float64Array): BarSeries;
  /**
   * Every bar known of an instrument, revisions applied, and the signals seen of it; oldest first. For retraining: it may take
   * seconds, off the calling thread. @throws {JournalError} by the promise.
   */
  history(instrumentId: string): Promise<InstrumentHistory>;
  /** The text of a {@link SettingsEntry}, or null. */
  findSettings(settingsId: string): string | null;
  /** The latest moves of retrainings that were written, oldest first. */
  triggers(limit: number): readonly TriggerEntry[];
  recover(limits: RecoveryLimits): Promise<JournalRecovery>;
  /** Called once for every change of status. */
  onStatus(listener: (health: JournalHealth) => void): void;
  /** Writes what is queued, within `deadlineMs`, and lets the directory go. */
  close(deadlineMs?: number): Promise<void>;
}
