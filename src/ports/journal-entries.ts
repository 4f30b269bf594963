import type {
  BarSeries,
  ConfidenceSource,
  DecayDetector,
  DetectorEvent,
  Outcome,
  RetrainReason,
  Side,
  TriggerPriority,
  TriggerState,
} from '../domain/index.ts';

export const TRANSPORTS = ['library', 'http', 'websocket', 'redis_stream', 'redis_pubsub'] as const;
/** The road a signal came by. */
export type Transport = (typeof TRANSPORTS)[number];

/** What a later reader needs to follow a trade from its entry to a barrier. */
export interface TradeEntry {
  /** `ts_event` of the entry bar, the last of the signal's window. */
  readonly entryTs: bigint;
  /** What the labeler opened the trade with, such as ATR(14) as of the entry bar; 0 where none can be opened. */
  readonly target: number;
  /** A longer step between two later bars is a hole, ns. */
  readonly maxStepNs: bigint;
  /** Step to which its barriers are rounded, price units, > 0; null for none. */
  readonly tickSize: number | null;
  /** Cost of a round trip, basis points, >= 0. */
  readonly costBps: number;
}

/** New bars of one series, in the order they came to be known. Bar `i` of the run has the id `firstId + i`. */
export interface BarsEntry {
  readonly kind: 'bars';
  readonly firstId: number;
  readonly instrumentId: string;
  /** Null where none was said; a series is an instrument and a bar type. */
  readonly barType: string | null;
  readonly bars: BarSeries;
}

/** Bars of another instrument that a signal was judged by. */
export interface ContextBarIds {
  readonly instrumentId: string;
  /** Null where none was said. */
  readonly barType: string | null;
  /** Ids of the bars, oldest first; none where none were held. */
  readonly barIds: Float64Array;
}

/** One judged signal: all it takes to answer it again word for word, and to recompute it. */
export interface SignalEntry {
  readonly kind: 'signal';
  readonly signalId: string;
  /** Canonical hash of instrument, timestamp, signal and what else was sent: 64 hexadecimal characters. */
  readonly bodyHash: string;
  readonly transport: Transport;
  /** Wall clock at receipt, UNIX milliseconds. */
  readonly receivedMs: number;
  readonly instrumentId: string;
  /** Of the bars it was judged by; null where they have none. */
  readonly barType: string | null;
  readonly signal: Side;
  readonly timestamp: bigint;
  /** (0, 1]; 1 where none was sent. */
  readonly strength: number;
  /**
   * Values of the sender's columns by their names, as they were read: what came with the signal, and for the columns that are features,
   * what its bars had; null for one that was missing. Null where none was sent and none was to be read.
   */
  readonly columnValues: Readonly<Record<string, number | null>> | null;
  /** Ids of the bars that were read, oldest first, at most as many as the model needs; each was entered before, as part of a {@link BarsEntry}. */
  readonly barIds: Float64Array;
  /** The same of other instruments that the model reads; absent for none. */
  readonly contextIds?: readonly ContextBarIds[];
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

/** The end of one signal. At most one a signal. */
export type OutcomeEntry = { readonly kind: 'outcome' } & Outcome;

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

export const MODEL_EVENTS = ['serves', 'none', 'quarantined', 'proof_ended', 'shadow', 'shadow_ended', 'note'] as const;
/**
 * What happened to a model: it serves; none serves; it may not be promoted; nothing counts as proven of it any more; it is asked in
 * silence about live signals, or no longer.
 * `note`: a sentence of version 0.1 that says none of these.
 */
export type ModelEvent = (typeof MODEL_EVENTS)[number];

/** A change of the model that serves, or of a model beside it. */
export interface ModelEntry {
  readonly kind: 'model';
  /** The model it happened to; null where none serves. */
  readonly version: string | null;
  readonly event: ModelEvent;
  /** Why, in one sentence; null where that was not recorded. */
  readonly reason: string | null;
  /** Version that served before; of a model in shadow, the one that it may follow. Null for none. */
  readonly predecessor: string | null;
  readonly atMs: number;
}

/** A retraining's move from one state to the next. */
export interface TriggerEntry {
  readonly kind: 'trigger';
  readonly triggerId: string;
  /** The instrument it trains on; null where version 0.1 did not record it. */
  readonly instrumentId: string | null;
  /** Which series of the instrument; null for the one without a bar type. */
  readonly barType: string | null;
  readonly reason: RetrainReason;
  /** What noticed the decay; null for any other reason, and where a program before 0.2 did not record it. */
  readonly detector: DecayDetector | null;
  readonly state: TriggerState;
  readonly priority: TriggerPriority;
  /** The retraining that this one takes up again, which a restart cut short; null for none. */
  readonly resumedFrom: string | null;
  /** The model that came of it; null before its end, and where none did. */
  readonly modelVersion: string | null;
  /** Why it began or how it ended, in one sentence for people. */
  readonly note: string | null;
  readonly atMs: number;
}

/** The judgement of one challenger, chained by hash to the one before it. */
export interface JudgementEntry {
  readonly kind: 'judgement';
  /** Version that served. */
  readonly champion: string;
  /** Version that was judged. */
  readonly challenger: string;
  readonly verdict: 'promote' | 'hold' | 'reject' | 'keep' | 'roll_back';
  /** In one sentence. */
  readonly reason: string;
  /** Error rate this attempt was allowed, (0, 1). */
  readonly alpha: number;
  /** 1 for the first challenger of this champion, and so on. */
  readonly attempt: number;
  /** Name of the test. */
  readonly test: string;
  /** `ts_event` of the first and of the last judged event, UNIX ns. */
  readonly firstTs: bigint;
  readonly lastTs: bigint;
  /** Figures of the comparison by name, all finite. */
  readonly figures: Readonly<Record<string, number>>;
  readonly atMs: number;
  /** Hash of the judgement before, 64 hexadecimal characters; null for the first. */
  readonly previousHash: string | null;
  /** SHA-256 of the canonical JSON of all the rest, 64 hexadecimal characters. */
  readonly hash: string;
}

/** Nothing is taken from now on, or signals are again. The last one holds. */
export interface HaltEntry {
  readonly kind: 'halt';
  readonly halted: boolean;
  /** In one sentence, of whoever did it; null for none. */
  readonly reason: string | null;
  readonly atMs: number;
}

/** Where the sequential detector of the serving model stood once a certain outcome was recorded: another goes on from there. */
export interface DetectorEntry {
  readonly kind: 'detector';
  readonly modelVersion: string;
  readonly event: DetectorEvent;
  /** Number of the last recorded outcome that it has seen; 0 for none. */
  readonly outcomeSeq: number;
  /** Time of that outcome, UNIX ns: when the trade ended, or was entered where that is not known; null before the first. */
  readonly ts: bigint | null;
  /** Finite, >= 0; that of an alarm is at the threshold or above it. */
  readonly statistic: number;
  /** Number of outcomes that were scored since it began. */
  readonly nScored: number;
  /** Of those, how many had a known exit, and the sum over them of the others that begin inside their span. */
  readonly nSpans: number;
  readonly nInside: number;
  /** `ts` of its last alarm; null for none. */
  readonly lastAlarmTs: bigint | null;
  /** Whether an alarm waits for its retraining. */
  readonly isAlarmed: boolean;
  readonly atMs: number;
}

export type JournalEntry =
  | BarsEntry
  | SignalEntry
  | OutcomeEntry
  | DeadLetterEntry
  | SettingsEntry
  | ModelEntry
  | TriggerEntry
  | JudgementEntry
  | HaltEntry
  | DetectorEntry;
