import {
  BAR_STAMPS,
  type BarFileSettings,
  DEFAULT_VPIN_OPTIONS,
  DURABILITIES,
  FACTOR_USES,
  type FeedSettings,
  type JournalSettings,
  type ModelSettings,
  type ModelsSettings,
  type OutcomeSettings,
  type RetrainSettings,
  type ServerSettings,
  SIZING_METHODS,
  type SizingSettings,
  TRADE_CLASSIFIERS,
  TRUSTS,
  type VpinOptions,
} from '../../domain/index.ts';
import { type SettingTable, setting } from '../setting-rule.ts';
import {
  above,
  atLeast,
  between,
  commandLine,
  flag,
  integer,
  interval,
  names,
  nullable,
  oneOf,
  text,
  zeroOrAtLeast,
} from '../value-kinds.ts';

export const VPIN_RULES: SettingTable<VpinOptions> = {
  nBuckets: setting(
    integer(1, 10_000),
    DEFAULT_VPIN_OPTIONS.nBuckets,
    'number of buckets that the volume of a window is cut into',
  ),
  bucketVolume: setting(
    nullable(above(0)),
    DEFAULT_VPIN_OPTIONS.bucketVolume,
    'volume of a bucket; null for the volume of the window / n_buckets',
  ),
  classifier: setting(
    oneOf(TRADE_CLASSIFIERS),
    DEFAULT_VPIN_OPTIONS.classifier,
    'how the volume of a bar is split into buys and sells',
  ),
};

export const SIZING_RULES: SettingTable<SizingSettings> = {
  method: setting(
    oneOf(SIZING_METHODS),
    'afml',
    'how the bet follows from probability and break-even; integrated: the probability itself, as in 0.1',
  ),
  trust: setting(
    oneOf(TRUSTS),
    'proven',
    'what a taken signal needs: a proof that such trades pay, or only an expected return above its cost; always: nothing',
  ),
  factors: setting(
    oneOf(FACTOR_USES),
    'auto',
    'when regime weight and toxicity enter a size; auto: where the training proved that each improves it',
  ),
  unknownToxicity: setting(
    nullable(interval(0, 1)),
    null,
    'toxicity of a window without volume; null for the median of the training, 0.5 without a model',
  ),
  gillerExponent: setting(above(0), 0.5, 'exponent of |signal|'),
  fractionalKelly: setting(interval(0, 1), 0.5, 'fraction of the full Kelly bet'),
  minSize: setting(atLeast(0), 0.01, 'smallest size worth a trade with the method integrated; a smaller one becomes 0'),
  maxSize: setting(above(0), 1, 'largest size'),
};

export const MODEL_RULES: SettingTable<ModelSettings> = {
  expirationHours: setting(
    nullable(above(0)),
    null,
    'age past the last training bar from which answers are stale, in hours; null for never',
  ),
  outOfDistribution: setting(
    flag(),
    true,
    'whether inputs far outside the training data are answered with the base rate, and not taken',
  ),
};

export const FEED_RULES: SettingTable<FeedSettings> = {
  maxAgeBars: setting(
    above(0),
    3,
    'open time since the last bar past which a signal is stale, in steps; never less than the usual gap of the training',
  ),
};

export const BAR_FILE_RULES: SettingTable<BarFileSettings> = {
  stamp: setting(oneOf(BAR_STAMPS), 'close', 'which end of the bar ts_event stands for in files'),
};

export const SERVER_RULES: SettingTable<ServerSettings> = {
  host: setting(text(), '127.0.0.1', "address to listen on; any but this machine's requires a token and TLS"),
  port: setting(integer(0, 65_535), 8787, 'TCP port; 0 for any free one'),
  dataDir: setting(text(), '.ml4t', 'directory of the journal and the models of this service'),
  tokenFile: setting(nullable(text()), null, 'file with the bearer token that every request must carry'),
  tlsCertFile: setting(nullable(text()), null, 'PEM file with the certificate; set together with tls_key_file'),
  tlsKeyFile: setting(nullable(text()), null, 'PEM file with the private key; set together with tls_cert_file'),
  insecure: setting(flag(), false, 'whether a foreign address is allowed without token and TLS'),
  allowedHosts: setting(names(), [], 'Host headers that are answered besides the address itself and localhost'),
  allowedOrigins: setting(names(), [], 'origins of web pages that may call'),
  maxConnections: setting(integer(1), 1024, 'maximum number of open connections'),
  maxInFlight: setting(integer(1), 10_000, 'maximum number of signals waiting for their record; past it 429'),
  lanes: setting(
    integer(1, 64),
    1,
    'number of threads that judge signals, shared by instrument; 1: the thread of the service, and no other',
  ),
  maxSignalBytes: setting(integer(1024), 1_048_576, 'maximum size of a request with one signal, in bytes'),
  maxBatchBytes: setting(integer(1024), 16_777_216, 'maximum size of a request with many signals or bars, in bytes'),
  maxInstruments: setting(
    integer(1),
    1000,
    'maximum number of series (instrument and bar type) kept in memory; the least recently used is dropped first',
  ),
  heldBars: setting(
    integer(200),
    2000,
    'number of bars kept of each series; never fewer than a trade and its window span',
  ),
  maxClockSkewSeconds: setting(atLeast(0), 60, 'maximum time that a bar or signal may lie in the future, in seconds'),
};

export const JOURNAL_RULES: SettingTable<JournalSettings> = {
  durability: setting(
    oneOf(DURABILITIES),
    'process',
    'what a written record survives: the end of the process, or also the loss of power',
  ),
  maxQueue: setting(integer(100), 50_000, 'maximum number of records waiting to be written; past it 503'),
  groupMs: setting(
    integer(1, 1000),
    1,
    'time between two writes of records nobody waits for, in ms: a crash may take that much, answers over Redis wait for it',
  ),
};

export const OUTCOME_RULES: SettingTable<OutcomeSettings> = {
  window: setting(integer(100), 1000, 'number of latest matured outcomes in the rolling figures'),
  maxOpen: setting(integer(1), 200_000, 'maximum number of open trades; the oldest is given up first'),
  maxStepSeconds: setting(
    nullable(above(0)),
    null,
    "longest time between two bars that is not a gap, in seconds; null for the longest in the signal's own window",
  ),
};

export const RETRAIN_RULES: SettingTable<RetrainSettings> = {
  automatic: setting(flag(), true, 'whether the service trains, judges and promotes without being asked'),
  minOutcomes: setting(
    integer(100),
    100,
    'minimum number of matured outcomes before accuracy is judged; above `outcomes.window` it never is',
  ),
  falseAlarmRate: setting(between(0, 1), 0.01, 'probability of a false alarm of degradation in one window of outcomes'),
  falseAlarmOutcomes: setting(
    integer(100),
    100_000,
    'mean number of outcomes between false alarms of the sequential detector of decay, where outcomes are independent',
  ),
  cooldownSeconds: setting(
    atLeast(0),
    900,
    'minimum time between two attempts, in seconds; doubled by each fruitless one',
  ),
  timeoutSeconds: setting(integer(1, 2_147_483), 3600, 'maximum duration of a training, in seconds'),
  command: setting(
    commandLine(),
    [],
    'program and its arguments that make the challenger in place of a training here, e.g. [python3, retrain.py]; empty for none',
  ),
  intervalHours: setting(nullable(above(0)), null, 'time after which a retraining is due, in hours; null for never'),
  holdoutEvents: setting(
    nullable(integer(100)),
    null,
    'number of latest events that judge a challenger and never train it; null for a quarter of them, 500 to 2000',
  ),
  promotionAlpha: setting(
    between(0, 1),
    0.1,
    'probability that an equally good challenger is ever promoted over one champion; the first may use half of it',
  ),
  shadowOutcomes: setting(
    zeroOrAtLeast(50),
    0,
    'number of live outcomes that a challenger is judged on in silence before it serves; 0 for none',
  ),
  rollbackWindow: setting(integer(100), 1000, 'number of matured outcomes for which a new champion is on trial'),
};

export const MODELS_RULES: SettingTable<ModelsSettings> = {
  keep: setting(integer(2), 20, 'number of models kept; the oldest are removed, never the champion or its predecessor'),
};
