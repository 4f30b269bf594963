import type { BarStamp, Durability } from './choices.ts';

/** When a model's answer is believed. */
export interface ModelSettings {
  /** Age past the last training bar from which answers are stale, in hours, > 0; null for never. */
  readonly expirationHours: number | null;
  /** Whether inputs far outside the training data are answered with the base rate, and not taken. */
  readonly outOfDistribution: boolean;
}

/** When bars are too old to judge a signal by. */
export interface FeedSettings {
  /** Number of steps that the last bar may be older than the signal, > 0; never fewer than the usual gap of the training. */
  readonly maxAgeBars: number;
}

/** How files of bars are read. */
export interface BarFileSettings {
  /** Which end of the bar `ts_event` stands for. */
  readonly stamp: BarStamp;
}

/** The HTTP and WebSocket server and its limits. */
export interface ServerSettings {
  /** Address to listen on; any but this machine's requires a token and TLS. */
  readonly host: string;
  /** TCP port; [0, 65535], 0 for any free one. */
  readonly port: number;
  /** Directory of the journal and the models of this service. */
  readonly dataDir: string;
  /** File with the bearer token that every request must carry; null for none. */
  readonly tokenFile: string | null;
  /** PEM file with the certificate; set together with `tlsKeyFile`, null for plain HTTP. */
  readonly tlsCertFile: string | null;
  /** PEM file with the private key; set together with `tlsCertFile`, null for plain HTTP. */
  readonly tlsKeyFile: string | null;
  /** Whether a foreign address is allowed without token and TLS. */
  readonly insecure: boolean;
  /** Host headers that are answered besides the address itself and localhost. */
  readonly allowedHosts: readonly string[];
  /** Origins of web pages that may call. */
  readonly allowedOrigins: readonly string[];
  /** Maximum number of open connections; >= 1. */
  readonly maxConnections: number;
  /** Maximum number of signals waiting for their record, >= 1; more are answered with 429. */
  readonly maxInFlight: number;
  /** Number of threads that judge signals, [1, 64], shared by instrument; 1 for the thread of the service alone. */
  readonly lanes: number;
  /** Maximum size of a request with one signal, in bytes; >= 1024. */
  readonly maxSignalBytes: number;
  /** Maximum size of a request with many signals or bars, in bytes; >= 1024. */
  readonly maxBatchBytes: number;
  /** Maximum number of instruments whose bars are kept in memory, >= 1; the least recently used is dropped first. */
  readonly maxInstruments: number;
  /** Number of bars kept of each instrument, >= 200; never fewer than a trade and its window span. */
  readonly heldBars: number;
  /** Maximum time that a bar or signal may lie in the future, in seconds; >= 0. */
  readonly maxClockSkewSeconds: number;
}

/** The journal of signals, bars and outcomes. */
export interface JournalSettings {
  /** What a written record survives. */
  readonly durability: Durability;
  /** Maximum number of records waiting to be written, >= 100; more are answered with 503. */
  readonly maxQueue: number;
  /** Time between two writes of records that no sender waits for, milliseconds, 1..1000. */
  readonly groupMs: number;
}

/** How open trades are followed to their outcomes. */
export interface OutcomeSettings {
  /** Number of latest matured outcomes in the rolling figures; >= 100. */
  readonly window: number;
  /** Maximum number of open trades, >= 1; the oldest is given up first. */
  readonly maxOpen: number;
  /** Longest time between two bars that is not a gap, in seconds, > 0; null for the longest in the signal's own window. */
  readonly maxStepSeconds: number | null;
}

/** When a retraining is due, and when its model is promoted. */
export interface RetrainSettings {
  /** Whether the service trains, judges and promotes without being asked. */
  readonly automatic: boolean;
  /** Minimum number of matured outcomes before accuracy is judged; >= 100. */
  readonly minOutcomes: number;
  /** Probability of a false alarm of degradation in one window of outcomes; (0, 1). */
  readonly falseAlarmRate: number;
  /** Mean number of outcomes between false alarms of the sequential detector, where outcomes are independent; >= 100. */
  readonly falseAlarmOutcomes: number;
  /** Minimum time between two attempts, in seconds, >= 0; doubled by each fruitless one. */
  readonly cooldownSeconds: number;
  /** Maximum duration of a training, in seconds; [1, 2147483], so that a timer in milliseconds fits 32 bits. */
  readonly timeoutSeconds: number;
  /** Program and arguments that make the challenger, in place of a training here; the path to write it at is added. Empty for none. */
  readonly command: readonly string[];
  /** Time after which a retraining is due, in hours, > 0; null for never. */
  readonly intervalHours: number | null;
  /** Number of latest events that judge a challenger and never train it, >= 100; null for a quarter of them, 500 to 2000. */
  readonly holdoutEvents: number | null;
  /** Probability that an equally good challenger is ever promoted over one champion; (0, 1). */
  readonly promotionAlpha: number;
  /** Number of live outcomes that a challenger is judged on in silence before it serves; 0 for none, or >= 50. */
  readonly shadowOutcomes: number;
  /** Number of matured outcomes for which a new champion is on trial; >= 100. */
  readonly rollbackWindow: number;
}

/** The registry of models. */
export interface ModelsSettings {
  /** Number of models kept, >= 2; the oldest are removed, never the champion or its predecessor. */
  readonly keep: number;
}
