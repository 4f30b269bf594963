import type { BarSeries, Outcome } from '../domain/index.ts';
import type { DecisionExplanation, LaneCounts } from '../inference/index.ts';
import type { FeatureProfile } from '../model/index.ts';
import type { Degradation } from '../monitoring/index.ts';
import type {
  AlertStatus,
  JournalHealth,
  LiveEventOf,
  LiveService,
  NumberedAnswer,
  RecordedOutcome,
  SignalEntry,
  SignalOrigin,
  SignalReceipt,
  TriggerEntry,
} from '../ports/index.ts';
import type { EventType, SignalMessage } from '../wire/index.ts';
import type { ShownClaims } from './champion/shown-claims.ts';
import type { DetectorPoint } from './decay/decay-run.ts';
import type { EventNumbers } from './event-stream.ts';
import type { ExportRequest } from './export/decision-export.ts';
import type { FeedStatus } from './feeds/feed-monitor.ts';
import type { DriftStatus } from './retraining/drift-monitor.ts';
import type { TriggerHistory } from './retraining/trigger-history.ts';
import type { RecentSignal } from './signals/recent-signals.ts';
import type { TrustReport } from './trust/trust-monitor.ts';

export type { ShownClaims };

/** The outcome of a signal as a caller reports it. */
export interface ReportedOutcome {
  readonly signalId: string;
  /** Null where only the return is reported: the labeler says which label it has. */
  readonly label: 0 | 1 | null;
  /** In the direction of the signal, before costs; null where not reported. */
  readonly tradeReturn: number | null;
  /** `tradeReturn` is net: the cost of the signal is added to it, and the sum recorded. Default false. */
  readonly isNet?: boolean;
  /** `ts_event` of the exit; null where not reported. */
  readonly exitTs: bigint | null;
}

/** The outcome of a signal, its record written or on its way. */
export interface ShownOutcome extends Outcome {
  /** Number among the recorded outcomes; null while it is not written. */
  readonly seq: number | null;
}

/** The outcome of a signal that was reported. */
export interface OutcomeReceipt {
  readonly outcome: Outcome;
  /** Number of its record, certain once that is written; null where a report before this one is still being written. */
  readonly seq: number | null;
  /** Settles when it is written. */
  readonly recorded: Promise<void>;
}

/** A halt that is in effect: nothing is taken, and every size is 0. */
export interface Halt {
  /** ISO-8601. */
  readonly since: string;
  /** As whoever halted it said; null where nothing was said. */
  readonly reason: string | null;
  /** Whether it is written down, so that a restart keeps it. */
  readonly recorded: boolean;
}

/** The model that serves. */
export interface ServingModel extends Omit<ShownClaims, 'primaryPaysUpToBps'> {
  readonly version: string;
  /** Whether anything counts as proven while it serves: not after a rollback or an alarm of decay, whatever its file claims. */
  readonly proven: boolean;
  /** Largest cost at which it is proven that what it takes pays, basis points a round trip; null where nothing is. */
  readonly provenUpToBps: number | null;
  /** The same of all signals of the primary. */
  readonly primaryProvenUpToBps: number | null;
  /** When it came to serve, ISO-8601; a restart in between does not count. */
  readonly since: string;
}

/** One model the service keeps. */
export interface ModelSummary extends ShownClaims {
  readonly version: string;
  /** The one that serves. */
  readonly isChampion: boolean;
  /** The one that `rollback` returns to. */
  readonly isPredecessor: boolean;
  /** The one in shadow, which may become the champion. */
  readonly isShadow: boolean;
  readonly accuracy: number | null;
  readonly auc: number | null;
  readonly nSamples: number | null;
  /** `ts_event` of the last bar it was trained on; null where its file does not say. */
  readonly lastBarTs: bigint | null;
}

/** Where an open trade ends, in prices. */
export interface OpenBarriers {
  readonly entryTs: bigint;
  readonly entry: number;
  /** Null where the labeler has no such barrier. */
  readonly takeProfit: number | null;
  readonly stopLoss: number | null;
  /** Bars after the entry until it ends in any case. */
  readonly maxHoldingBars: number;
}

/** A signal that was answered since the start, and what is known of its trade. */
export interface ShownSignal extends RecentSignal {
  /** Null where nothing is open, or its bar is not held. */
  readonly barriers: OpenBarriers | null;
}

/** All that is known of one signal, its record written or on its way. */
export interface ExplainedSignal extends DecisionExplanation {
  readonly entry: Omit<SignalEntry, 'kind'>;
  /** Number of the answer. */
  readonly seq: number;
  /** (W,) what it was judged by. */
  readonly bars: BarSeries;
  /** How each feature lay in the training rows of the model that judged; null where that is not known. */
  readonly profiles: Readonly<Record<string, FeatureProfile>> | null;
  /** Null while a side of the event is open, and for a flat signal. */
  readonly outcome: ShownOutcome | null;
  /** Null where nothing is open, or its bar is not held. */
  readonly barriers: OpenBarriers | null;
}

/** The retraining that moved last, as far as it has come. */
export interface RetrainStatus extends Omit<TriggerEntry, 'kind' | 'atMs'> {
  /** How far its training has come; null before and after it. */
  readonly progress: RetrainProgress | null;
}

export interface RetrainProgress {
  readonly stage: string;
  /** Of the whole training, [0, 1]. */
  readonly share: number;
  /** Null where it cannot be estimated yet. */
  readonly secondsLeft: number | null;
}

/** The model in shadow: it is asked about the live signals of the one that serves, and its answers are not sent. */
export interface ShadowStatus {
  readonly version: string;
  /** Number of live outcomes it was asked about. */
  readonly outcomes: number;
  /** Number of live outcomes after which it is judged. */
  readonly wanted: number;
}

/** Rolling figures over matured outcomes of signals that the serving model judged. Null where there are none. */
export interface OutcomeFigures {
  readonly nMatured: number;
  readonly nPending: number;
  readonly nUnresolvable: number;
  /** Number of outcomes in the window. */
  readonly nInWindow: number;
  readonly accuracy: number | null;
  readonly baseRate: number | null;
  readonly brier: number | null;
  readonly logLoss: number | null;
  /** Expected calibration error over ten equally wide bins. */
  readonly ece: number | null;
  /** By decile of confidence, rising: mean confidence, share of label 1, count. */
  readonly deciles: readonly {
    readonly n: number;
    readonly low: number;
    readonly high: number;
    readonly meanProbability: number;
    readonly hitRate: number;
  }[];
}

/** Counts since the start. */
export interface ServiceCounts {
  readonly bySource: Readonly<Record<string, number>>;
  readonly byTransport: Readonly<Record<string, number>>;
  /** By error code. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly duplicates: number;
  readonly late: number;
  readonly overBudget: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly bars: Readonly<Record<'added' | 'repeated' | 'revised' | 'late' | 'too_old', number>>;
}

/** Where the sequential detector of the serving model stands. */
export interface DetectorStatus {
  /** Evidence that the model lost its skill, >= 0; with calibrated confidences its mean is one an outcome. */
  readonly statistic: number;
  /** An alarm where the statistic reaches it. */
  readonly threshold: number;
  /** Outcomes scored since the model began to serve. */
  readonly n: number;
  /** When the trade ended that raised the last alarm of this model, UNIX ns; null for none. */
  readonly lastAlarmTs: bigint | null;
}

/** The same, and how it came there. */
export interface DetectorPath extends DetectorStatus {
  readonly modelVersion: string;
  /** Share of the training labels that won, which the model is held against. */
  readonly baseRate: number;
  /** What the evidence of one outcome is divided by, >= 1. */
  readonly overlap: number;
  /** Every 16th scored outcome, the alarms and the latest, oldest first. */
  readonly path: readonly DetectorPoint[];
}

/** What the monitor of the serving model found at its last look. */
export interface MonitorStatus {
  /** Walk-forward accuracy of the serving model; null where none serves, or its file does not say. */
  readonly baselineAccuracy: number | null;
  /** Null before there are outcomes enough. */
  readonly latest: Degradation | null;
  /** Whether a retraining is on its way, or a challenger stands in shadow. */
  readonly isOpen: boolean;
}

/** Everything in `GET /v1/status`; keys become snake_case on the wire. */
export interface ServiceStatus {
  readonly modelVersion: string | null;
  readonly modelReason: string | null;
  /** Null where no model serves. */
  readonly serving: ServingModel | null;
  /** Null where the service is not halted. */
  readonly halted: Halt | null;
  readonly nInstruments: number;
  readonly nInFlight: number;
  /** Threads that judge signals. */
  readonly lanes: LaneCounts;
  /** From the latest heartbeat of a node to now, milliseconds; null where none was ever seen. */
  readonly nodeHeartbeatAgeMs: number | null;
  /** Every series of bars, the least recently used first. */
  readonly feeds: readonly FeedStatus[];
  readonly counts: ServiceCounts;
  readonly outcomes: OutcomeFigures;
  readonly journal: JournalHealth;
  /** The numbers of the last answer and of the last outcome that were published. */
  readonly seq: { readonly signals: number; readonly outcomes: number };
  readonly retrain: RetrainStatus | null;
  /** Moves of retrainings since the start, by the state they led to. */
  readonly triggers: Readonly<Record<string, number>>;
  readonly monitor: MonitorStatus;
  /** Null where no model serves, or its file states no base rate. */
  readonly detector: DetectorStatus | null;
  readonly drift: DriftStatus;
  readonly shadow: ShadowStatus | null;
  /** Null where no webhook is set. */
  readonly alerts: AlertStatus | null;
}

/** Stages of one signal, for the latency histograms: features, prediction, all of the inference, the call, and until it was recorded. */
export const LATENCY_STAGES = ['features', 'prediction', 'inference', 'submit', 'recorded'] as const;
export type LatencyStage = (typeof LATENCY_STAGES)[number];

/** The live service as its transports see it. */
export interface ServiceApi extends LiveService {
  /**
   * Answers one signal, at once where it is known to be new; see {@link LiveService}.
   *
   * @param message - a `SignalEvent` is one.
   * @param origin - by default a call of this program that waits for the answer only, not for its record.
   * @throws {Ml4tError} whose code says whose fault it is; see {@link LiveService}.
   */
  submit(message: SignalMessage, origin?: SignalOrigin): SignalReceipt | Promise<SignalReceipt>;
  /**
   * Records the outcome of a signal. The same report again changes nothing.
   *
   * @throws {ServiceError} (by the promise) `UNKNOWN_SIGNAL`; `OUTCOME_CONFLICT` where another outcome is recorded.
   */
  recordOutcome(reported: ReportedOutcome): Promise<OutcomeReceipt>;
  /** The instruments whose bars are held, the least recently used first. */
  readonly instrumentIds: readonly string[];
  /** Bar type of the series that a signal of an instrument which names none is judged by; null for the one without. */
  usualBarType(instrumentId: string): string | null;
  /**
   * The latest `limit` held bars of a series; null where none are held. Good until its next bar.
   *
   * @param barType - null or absent for the series that a signal which names none is judged by.
   */
  heldBars(instrumentId: string, limit: number, barType?: string | null): BarSeries | null;
  /** The latest signals answered since the start, of one instrument or of all (null), newest first. */
  recentSignals(instrumentId: string | null, limit: number): readonly ShownSignal[];
  /** The recorded answers with a higher number than `after`, in their order, at most `limit`. @throws {JournalError} by the promise. */
  signalsAfter(after: number, limit: number): Promise<readonly NumberedAnswer[]>;
  /** The same of outcomes. */
  outcomesAfter(after: number, limit: number): Promise<readonly RecordedOutcome[]>;
  /**
   * Recorded decisions with their features and outcomes as the bytes of a file, in their order, a page of them in memory at a time.
   *
   * @returns their number. @throws {JournalError} instead of the first piece where nothing can be read, and where it breaks off.
   */
  exportDecisions(request: ExportRequest): AsyncGenerator<Uint8Array, number>;
  /** The numbers of the latest events of each type. */
  readonly eventNumbers: EventNumbers;
  /**
   * A recorded decision, its features and what moved its confidence, by the model that made it.
   *
   * @throws {ServiceError} by the promise, `UNKNOWN_SIGNAL`. @throws {JournalError} `JOURNAL_DAMAGED`.
   */
  explain(signalId: string): Promise<ExplainedSignal>;
  /** The latest retrainings with all their moves, also of processes before this one; the one that moved last first. */
  triggers(limit: number): Promise<readonly TriggerHistory[]>;
  /** The sequential detector of decay with its path; null where no model serves, or its file states no base rate. */
  detectorPath(): DetectorPath | null;
  models(): Promise<readonly ModelSummary[]>;
  /**
   * Whether the serving model may be believed: what it promised beside what came of it since it first served, out of the journal; the
   * models before it; its features beside those of its training. For a reader: it waits until what was
   * recorded when it was asked is computed, off the calling thread, at most 10 s; beyond, the verdict is `computing`.
   *
   * @throws {JournalError | DataError} (by the promise) where journal or registry cannot be read.
   */
  trust(): Promise<TrustReport>;
  /**
   * Lets a kept model serve.
   *
   * @param isForced - also one that is quarantined; default false. @throws {ModelError} when it is not there or may not serve; the
   * one before goes on.
   */
  promote(version: string, isForced?: boolean): Promise<ModelSummary>;
  /**
   * Lets the predecessor of `version`, the serving model, serve again, and quarantines `version`. @throws {ServiceError}
   * `NO_PREDECESSOR`.
   */
  rollback(version: string): Promise<ModelSummary>;
  /**
   * Trains a new model on the journal's bars of one series, beside the traffic; it is kept, and serves when promoted, or at once where
   * none serves.
   *
   * @param barType - null or absent for the series that a signal which names none is judged by. @throws {ServiceError} `RETRAINING_RUNS`. @throws {DataError} `NOT_ENOUGH_BARS`.
   */
  retrain(instrumentId: string | null, barType?: string | null): RetrainStatus;
  /**
   * Stops betting at once: from this call on every answer has `take` false, `take_reason` `halted` and size 0, whatever the model says;
   * also those that wait for their record, and repeats of answers given before. Confidence and source stay as they are, and outcomes are
   * followed as before. A halt lasts over restarts. A second one changes nothing.
   *
   * @param reason - for people, at most 1,000 characters. @returns (by the promise) once it is written down. @throws {JournalError} (by
   * the promise) where it is in effect and cannot be written yet. @throws {ConditionError} (by the promise) for the reason; then
   * nothing is halted.
   */
  halt(reason?: string): Promise<Halt>;
  /**
   * Ends a halt, once that is written down; where there is none, it changes nothing.
   *
   * @throws {JournalError} (by the promise) where it cannot be written. @throws {ServiceError} (by the promise) `HALTED_AGAIN`. It stays
   * halted then.
   */
  resume(reason?: string): Promise<void>;
  status(): ServiceStatus;
  /**
   * Subscribes to one type of event, with its values; {@link LiveService.subscribe} takes several.
   *
   * @returns a function that ends the subscription.
   */
  on<T extends EventType>(type: T, listener: (event: LiveEventOf<T>) => void): () => void;
  /** Called with every latency, nanoseconds. An exception in it is logged once. */
  onLatency(listener: (stage: LatencyStage, ns: number) => void): void;
  /** Takes no more signals, waits for every record to be written, and ends what was started. */
  stop(deadlineMs?: number): Promise<void>;
}
