import { z } from 'zod';
import {
  DEFAULT_FEATURE_NAMES,
  DEFAULT_VPIN_OPTIONS,
  FEATURE_NAMES,
  PRIMARIES,
  SAMPLINGS,
  TRADE_CLASSIFIERS,
} from '../domain/index.ts';

// Every rule stands once: it is what the check enforces and what the error sentence says.
const ruled = (rule: string) => ({ error: rule });
const interval = (low: number, high: number) => {
  const e = ruled(`a number in [${low}, ${high}]`);
  return z.number(e).min(low, e).max(high, e);
};
const integer = (low: number, high = Number.MAX_SAFE_INTEGER) => {
  const e = ruled(high === Number.MAX_SAFE_INTEGER ? `an integer >= ${low}` : `an integer in [${low}, ${high}]`);
  return z.int(e).min(low, e).max(high, e);
};
const above = (low: number, rule = `a number > ${low}`) => z.number(ruled(rule)).gt(low, ruled(rule));
const atLeast = (low: number) => z.number(ruled(`a number >= ${low}`)).min(low, ruled(`a number >= ${low}`));
const between = (low: number, high: number) => {
  const e = ruled(`a number in (${low}, ${high})`);
  return z.number(e).gt(low, e).lt(high, e);
};
const zeroOrAtLeast = (low: number) => {
  const e = ruled(`0 or an integer >= ${low}`);
  return z.int(e).refine((n) => n === 0 || n >= low, e);
};
const flag = () => z.boolean(ruled('true or false'));
const text = () => z.string(ruled('a non-empty string')).min(1, ruled('a non-empty string'));
const oneOf = <const T extends readonly [string, ...string[]]>(names: T) =>
  z.enum(names, ruled(`one of ${names.join(', ')}`));
const names = () => z.array(text(), ruled('a list of names')).default([]);
const group = <T extends z.ZodRawShape>(shape: T) =>
  z.strictObject(shape, ruled('an object of settings')).prefault({} as never);

const featureNamesRule = ruled(`at least one of ${FEATURE_NAMES.join(', ')}, without repeats`);
const featureNames = z
  .array(z.enum(FEATURE_NAMES, ruled(`one of ${FEATURE_NAMES.join(', ')}`)), featureNamesRule)
  .min(1, featureNamesRule)
  .refine((names) => new Set(names).size === names.length, featureNamesRule);

const labels = group({
  pt_multiplier: above(0).default(2).describe('take-profit distance, in ATR(14) of the event bar'),
  sl_multiplier: above(0).default(1).describe('stop-loss distance, in ATR(14) of the event bar'),
  max_holding_bars: integer(1, 10_000).default(10).describe('bars until the vertical barrier'),
  cost_bps: atLeast(0).default(0).describe('round-trip cost taken off every return, in basis points'),
  min_return: z.number(ruled('a number')).default(0).describe('net return a label of 1 must exceed'),
});

const events = group({
  primary: oneOf(PRIMARIES).default('ema_cross').describe('built-in primary strategy'),
  sampling: oneOf(SAMPLINGS).default('cusum').describe('which bars become events'),
  cusum_multiplier: above(0).default(1).describe('CUSUM threshold, in volatilities'),
});

const weights = group({
  return_weighted: flag().default(false).describe('multiply uniqueness by |return|'),
  time_decay: interval(0, 1).default(1).describe('weight of the oldest event relative to the newest; 1 is no decay'),
  class_weight: oneOf(['none', 'balanced']).default('none').describe('balanced bends probabilities'),
});

const forest = group({
  n_estimators: integer(1, 10_000).default(100),
  max_depth: integer(1, 12).default(5),
  min_samples_split: integer(2).default(10),
  min_samples_leaf: integer(1).default(5),
  max_features: z
    .union([z.literal('sqrt'), integer(1)], ruled('"sqrt" or an integer >= 1'))
    .default('sqrt')
    .describe('features drawn at each split'),
  random_state: integer(0, 0x7fff_ffff).default(42).describe('the seed of everything random'),
});

const walkForward = group({
  n_folds: integer(2, 100).default(5),
  window: oneOf(['expanding', 'rolling']).default('expanding'),
  train_events: integer(100).nullable().default(null).describe('rolling: how many of the latest events train a fold'),
  embargo_bars: integer(0).default(0),
});

const regime = group({
  floor: interval(0, 1).default(0.4).describe('regime weight of certain turbulence'),
  n_starts: integer(1, 100).default(3),
  max_iterations: integer(1, 10_000).default(50),
  max_bars: integer(1_000).default(20_000).describe('latest training bars the regime model is fitted on'),
});

const vpin = group({
  n_buckets: integer(1, 10_000).default(DEFAULT_VPIN_OPTIONS.nBuckets),
  bucket_volume: above(0).nullable().default(DEFAULT_VPIN_OPTIONS.bucketVolume),
  classifier: oneOf(TRADE_CLASSIFIERS).default(DEFAULT_VPIN_OPTIONS.classifier),
});

const sizing = group({
  giller_exponent: above(0).default(0.5),
  fractional_kelly: interval(0, 1).default(0.5),
  min_size: atLeast(0).default(0.01),
  max_size: above(0).default(1),
});

const training = group({
  min_training_samples: integer(10).default(100).describe('labelled events a forest needs'),
});

const model = group({
  expiration_hours: above(0)
    .nullable()
    .default(null)
    .describe('age past the last training bar at which answers turn stale'),
  out_of_distribution: flag()
    .default(true)
    .describe('whether inputs far outside the training data get the default confidence'),
});

const bars = group({
  stamp: oneOf(['close', 'open']).default('close').describe('what ts_event means in the files'),
});

const server = group({
  host: text().default('127.0.0.1').describe('address to listen on; anything but this machine wants a token and TLS'),
  port: integer(0, 65_535).default(8787).describe('0 takes a free one'),
  data_dir: text().default('.ml4t').describe('where the journal and the models of this service live'),
  token_file: text().nullable().default(null).describe('file that holds the bearer token every request must carry'),
  tls_cert_file: text().nullable().default(null),
  tls_key_file: text().nullable().default(null),
  insecure: flag().default(false).describe('allows a foreign address without token and TLS'),
  allowed_hosts: names().describe('Host headers answered besides the address itself and localhost'),
  allowed_origins: names().describe('web pages that may call; none by default'),
  max_connections: integer(1).default(1024),
  max_in_flight: integer(1).default(10_000).describe('signals that may wait for their record; past it 429'),
  max_signal_bytes: integer(1024).default(1_048_576),
  max_batch_bytes: integer(1024).default(16_777_216),
  max_instruments: integer(1).default(1000).describe('instruments whose bars are held; least recently used out first'),
  held_bars: integer(200)
    .default(2000)
    .describe('bars held of each instrument; never fewer than a trade and its window span'),
  max_clock_skew_seconds: atLeast(0).default(60).describe('how far in the future a bar or signal may lie'),
});

const journal = group({
  durability: oneOf(['process', 'power']).default('process').describe('what a written record survives'),
  max_queue: integer(100).default(50_000).describe('records that may wait to be written; past it 503'),
});

const outcomes = group({
  window: integer(100).default(1000).describe('matured outcomes the rolling figures cover'),
  max_open: integer(1).default(200_000).describe('open trades followed at once; the oldest is given up first'),
  max_step_seconds: above(0)
    .nullable()
    .default(null)
    .describe('longest time between two bars that is no hole; by default the longest in the signal’s own window'),
});

const retrain = group({
  automatic: flag().default(true).describe('train, judge and promote without being asked'),
  min_outcomes: integer(100).default(100).describe('matured outcomes before accuracy is judged'),
  false_alarm_rate: between(0, 1)
    .default(0.01)
    .describe('chance of a false alarm of degradation in one window of outcomes'),
  cooldown_seconds: atLeast(0).default(900).describe('least time between two attempts; doubled by each fruitless one'),
  timeout_seconds: integer(1, 2_147_483).default(3600).describe('a training that takes longer is given up'),
  interval_hours: above(0).nullable().default(null).describe('time after which a retraining is due'),
  holdout_events: integer(100).default(500).describe('latest events that judge a challenger and never train it'),
  promotion_alpha: between(0, 1)
    .default(0.1)
    .describe(
      'chance that an equally good challenger is ever promoted over one champion; the first may use half of it',
    ),
  shadow_outcomes: zeroOrAtLeast(50)
    .default(0)
    .describe('live outcomes on which a proven challenger must hold in silence before it serves; 0: it serves at once'),
  rollback_window: integer(100).default(1000).describe('matured outcomes a new champion is on trial for'),
});

const models = group({
  keep: integer(2).default(20).describe('models kept; the oldest go, never the champion or the one before it'),
});

const trainer = group({
  kind: oneOf(['threads', 'bullmq'])
    .default('threads')
    .describe('where trainings run: on threads of this process, or on ml4t worker processes, over Redis'),
  queue: z
    .string(ruled('1 to 64 letters, digits, dots, dashes or underscores'))
    .regex(/^[A-Za-z0-9._-]{1,64}$/, ruled('1 to 64 letters, digits, dots, dashes or underscores'))
    .default('ml4t-training')
    .describe('name of the queue, and of everything of it in Redis'),
  lock_seconds: integer(1).default(30).describe('silence after which the work of a worker is given to another'),
  keep_seconds: integer(60).default(3600).describe('how long training sets and results stay in Redis'),
  max_megabytes: integer(1, 512).default(256).describe('of one training set, unpacked; a bar takes 64 bytes'),
});

const redis = group({
  url: text().default('redis://127.0.0.1:6379').describe('redis:// or rediss:// (TLS)'),
  password_file: text().nullable().default(null),
  tls_ca_file: text().nullable().default(null),
  codec: oneOf(['ml4t', 'nautilus-v1', 'nautilus-v2']).default('ml4t'),
  encoding: oneOf(['json', 'msgpack']).default('json').describe('of the payloads a Nautilus codec reads and writes'),
  group: text().default('ml4t').describe('consumer group that shares the signals'),
  consumer: text().nullable().default(null).describe('name in the group; by default drawn for each data directory'),
  batch: integer(1, 10_000).default(64).describe('entries read at once'),
  claim_idle_ms: integer(100).default(5000).describe('age at which the entry of a silent consumer is taken over'),
  max_deliveries: integer(1).default(5).describe('deliveries after which an entry is dead'),
  max_output_entries: integer(1).default(100_000).describe('about how many answers the output stream keeps'),
  command_timeout_ms: integer(100).default(5000),
});

/** The configuration as it stands in `ml4t.yaml`: snake_case, every key optional, unknown keys refused. */
export const configSchema = z.strictObject(
  {
    model_path: text().default('models/meta_model.onnx'),
    default_confidence: interval(0, 1).default(0.5),
    retrain_accuracy_drop_threshold: z
      .number(ruled('a number in (0, 0.5]'))
      .gt(0, ruled('a number in (0, 0.5]'))
      .max(0.5, ruled('a number in (0, 0.5]'))
      .default(0.1),
    retrain_min_samples: integer(100).default(1000),
    retrain_interval_bars: integer(1).nullable().default(null),
    redis_enabled: flag().default(true),
    redis_channel_signals: text().default('nautilus:signals'),
    redis_channel_enriched: text().default('nautilus:enriched_signals'),
    redis_channel_bars: text().default('nautilus:bars'),
    inference_timeout_ms: integer(1).default(10),
    feature_names: featureNames.default([...DEFAULT_FEATURE_NAMES]),
    labels,
    events,
    weights,
    forest,
    walk_forward: walkForward,
    regime,
    vpin,
    sizing,
    training,
    model,
    bars,
    server,
    journal,
    outcomes,
    retrain,
    models,
    trainer,
    redis,
  },
  ruled('an object of settings'),
);
