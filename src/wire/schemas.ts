import { z } from 'zod';
import { ConditionError } from '../core/index.ts';
import { WINDOW_BARS } from '../domain/index.ts';
import { checkId, MAX_ID_LENGTH } from './signal-message.ts';

// One definition of every message: it checks what comes in on the quiet routes, types it, and is what the OpenAPI document
// shows. The signals and bars of the busy routes have a reader of their own, held to the same cases by a test.

/** The sentence a broken rule is told in. */
export const rule = (text: string) => ({ error: text });

const nanos = z
  .union([z.int(), z.string().regex(/^[+-]?\d{1,19}$/)], rule('an integer of UNIX nanoseconds, or the text of one'))
  .describe('UNIX nanoseconds: a JSON integer of up to 19 digits, written and read without loss, or the same as text');
const quantity = z
  .union([z.number(), z.string().regex(/^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/)], rule('a finite number'))
  .describe('a finite number, or the text of one');
/** Of a signal or an instrument. */
export const id = z
  .string(rule(`1 to ${MAX_ID_LENGTH} characters`))
  .min(1, rule(`1 to ${MAX_ID_LENGTH} characters`))
  .max(MAX_ID_LENGTH, rule(`1 to ${MAX_ID_LENGTH} characters`))
  .refine((text) => !/\p{Cc}/u.test(text) && text.isWellFormed(), rule('well formed and without control characters'));
const flag = z.enum(['true', 'false'], rule('true or false')).optional();

/** `-1` SELL, `0` FLAT, `1` BUY. */
const side = z
  .union([z.literal(-1), z.literal(0), z.literal(1), z.enum(['-1', '0', '1'])])
  .describe('-1 SELL, 0 FLAT, 1 BUY');

export const barSchema = z
  .object({
    ts_event: nanos,
    open: quantity,
    high: quantity,
    low: quantity,
    close: quantity,
    volume: quantity,
    taker_buy_volume: quantity.optional(),
  })
  .meta({ id: 'Bar', description: 'One bar; ts_event is when it closed.' });
export const barColumnsSchema = z
  .object({
    ts_event: z.array(nanos),
    open: z.array(quantity),
    high: z.array(quantity),
    low: z.array(quantity),
    close: z.array(quantity),
    volume: z.array(quantity),
    taker_buy_volume: z.array(quantity).nullable().optional(),
  })
  .meta({ id: 'BarColumns', description: 'Bars as columns of one length, oldest first: half the bytes.' });
export const barsSchema = z.union([z.array(barSchema), barColumnsSchema]);
export const barsBodySchema = z.union([barsSchema, barSchema]);

export const signalSchema = z
  .object({
    instrument_id: id.describe('for example BTC-PERP.HYPERLIQUID'),
    signal: side,
    timestamp: nanos,
    bars: barsSchema.nullable().optional().describe(`at least ${WINDOW_BARS}, or absent where the service holds them`),
    signal_id: id.nullable().optional().describe('idempotency key; by default instrument, timestamp and signal'),
  })
  .meta({ id: 'Signal', description: 'A signal to judge. Unknown keys are ignored.' });

export const outcomeSchema = z
  .strictObject({
    signal_id: id,
    label: z.union([z.literal(0), z.literal(1)], rule('0 or 1')).optional(),
    return: quantity.optional().describe('net, in the direction of the signal; gives the label where that is absent'),
    ts_exit: nanos.optional(),
  })
  .refine((told) => told.label !== undefined || told.return !== undefined, {
    path: ['label'],
    error: '0 or 1, or come as a return',
  })
  .meta({ id: 'ReportedOutcome', description: 'How a signal ended: its label, its return, or both.' });

export const retrainSchema = z
  .strictObject({ instrument_id: id.optional().describe('may be left out while bars of one instrument are held') })
  .meta({ id: 'RetrainRequest' });

export const signalQuery = z.strictObject({
  durable: flag.describe('answer only when the record is written'),
  include_bars: flag.describe('answer with the bars of the window instead of their number'),
});
export const durableQuery = z.strictObject({ durable: flag.describe('answer only when the record is written') });
export const promoteQuery = z.strictObject({ force: flag.describe('promote also a quarantined model') });
export const EVENT_TYPES = ['enriched', 'outcome', 'state'] as const;
export const streamQuery = z.strictObject({
  types: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(EVENT_TYPES, rule(`some of ${EVENT_TYPES.join(', ')}, with commas between`))))
    .optional()
    .describe('event types to stream, with commas between; all by default'),
});

const VERSION = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/;
export const versionSchema = z
  .string()
  .regex(VERSION, rule('1 to 64 letters, digits, dots, dashes or underscores, and not . or ..'));
const DERIVED_TAIL = /:\d{1,20}:(?:-1|0|1)$/;
/** A signal id out of a URL; one that was derived may be longer than an instrument id by what follows it. @throws {ConditionError} */
export const signalIdOf = (text: string): string => {
  checkId('signal_id', text.replace(DERIVED_TAIL, ''));
  return text;
};
/** An instrument id out of a URL. @throws {ConditionError} */
export const instrumentOf = (text: string): string => checkId('instrument_id', text);

// A double cannot hold it, so it cannot be checked as one; the document calls it an integer.
export const int64 = z.number().meta({ format: 'int64', description: 'a 64-bit integer: read it without loss' });
export const probability = z.number().min(0).max(1);
export const count = z.int().min(0);
const counts = z.record(z.string(), count);

export const answerBars = z.strictObject({
  ts_event: z.array(int64),
  open: z.array(z.number()),
  high: z.array(z.number()),
  low: z.array(z.number()),
  close: z.array(z.number()),
  volume: z.array(z.number()),
  taker_buy_volume: z.array(z.number()).optional(),
});

export const answerSchema = z
  .strictObject({
    signal_id: z.string(),
    signal_event: z.strictObject({
      signal_id: z.string(),
      instrument_id: z.string(),
      signal: z.union([z.literal(-1), z.literal(0), z.literal(1)]),
      timestamp: int64,
      last_bar_ts: int64,
      n_bars: count.optional(),
      bars: answerBars.optional(),
    }),
    meta_confidence: probability,
    regime_weight: probability,
    toxicity: probability,
    toxicity_available: z.boolean(),
    toxicity_percentile: z.number().nullable(),
    raw_confidence: z.number().nullable(),
    model_available: z.boolean(),
    model_version: z.string().nullable(),
    source: z.enum(['model', 'default', 'stale', 'out_of_distribution']),
    reason: z.string().nullable(),
    size: z.number(),
    size_factors: z.record(z.string(), z.number()),
    answer_hash: z.string().regex(/^[0-9a-f]{64}$/),
    latency_ns: z.int(),
    late: z.boolean(),
    duplicate: z.boolean(),
  })
  .meta({ id: 'EnrichedSignal', description: 'The answer to one signal.' });
export const lineErrorSchema = z
  .strictObject({ error: z.strictObject({ code: z.string(), message: z.string(), line: z.int().min(1) }) })
  .meta({ id: 'LineError', description: 'What stands in place of the answer to a line that was turned away.' });
export const barsReceiptSchema = z
  .strictObject({
    instrument_id: z.string(),
    n_added: count,
    n_repeated: count,
    n_revised: count,
    n_late: count,
    n_too_old: count,
  })
  .meta({ id: 'BarsReceipt', description: 'What became of the bars.' });
export const outcomeAnswerSchema = z
  .strictObject({
    signal_id: z.string(),
    instrument_id: z.string(),
    outcome: z.enum(['take_profit', 'stop_loss', 'vertical', 'told', 'unresolvable']),
    label: z.union([z.literal(0), z.literal(1)]).nullable(),
    return: z.number().nullable(),
    exit_ts: int64.nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'Outcome', description: 'How a signal ended, as recorded.' });
export const retrainStatusSchema = z
  .strictObject({
    trigger_id: z.string(),
    instrument_id: z.string().nullable().describe('what it trains on; null where version 0.1 did not record it'),
    resumed_from: z.string().nullable().describe('the retraining it takes up again, which a restart cut short'),
    reason: z.string(),
    state: z.string(),
    priority: z.int(),
    note: z.string().nullable(),
    model_version: z.string().nullable().describe('the model that came of it'),
    progress: z
      .strictObject({
        stage: z.string(),
        share: probability.describe('of the whole training'),
        seconds_left: z.number().nullable().describe('null where nothing tells yet'),
      })
      .nullable()
      .describe('how far the training has come; null before and after it'),
  })
  .meta({ id: 'RetrainStatus' });
export const modelSchema = z
  .strictObject({
    version: z.string(),
    is_champion: z.boolean(),
    is_predecessor: z.boolean(),
    is_shadow: z.boolean(),
    verdict: z.string(),
    accuracy: z.number().nullable(),
    auc: z.number().nullable(),
    n_samples: count.nullable(),
    last_bar_ts: int64.nullable(),
  })
  .meta({ id: 'Model' });
export const modelsSchema = z.strictObject({ models: z.array(modelSchema) }).meta({ id: 'Models' });
const journalHealth = z.strictObject({
  status: z.enum(['ok', 'full', 'failed']),
  reason: z.string().nullable(),
  n_queued: count,
  n_written: count,
});
const busHealth = z.strictObject({
  status: z.enum(['off', 'connecting', 'up', 'down', 'refused']),
  reason: z.string().nullable(),
  n_read: count,
  n_answered: count,
  n_dead: count,
  n_ignored: count,
  n_claimed: count,
  n_reconnects: count,
});
const monitorSchema = z
  .strictObject({
    baseline_accuracy: z.number().nullable(),
    latest: z
      .strictObject({
        n_outcomes: count,
        accuracy: z.number(),
        drop: z.number(),
        drop_p_value: z.number(),
        skill: z.number().nullable(),
        skill_p_value: z.number(),
        lag: count,
      })
      .nullable(),
    is_open: z.boolean().describe('a retraining is on its way, or a challenger stands in shadow'),
  })
  .meta({ id: 'Monitor', description: 'What was found when the outcomes were last held against the baseline.' });
const driftSchema = z
  .strictObject({
    n_signals: count,
    psi: z
      .record(z.string(), z.number())
      .nullable()
      .describe('population stability index of each feature; above 0.25 much has changed'),
    estimated_accuracy: z.number().nullable().describe('what the confidences promise before outcomes are known'),
    gap: z
      .strictObject({
        estimated: z.strictObject({ n_signals: count, accuracy: z.number(), standard_error: z.number() }),
        realised: z.number(),
        gap: z.number(),
        n_errors: z.number().nullable(),
      })
      .nullable(),
    detectors: z.array(
      z.strictObject({
        name: z.string(),
        n_seen: count,
        n_drifts: count,
        last_drift_at: count.nullable(),
        state: z.enum(['stable', 'warning', 'drift']),
      }),
    ),
  })
  .meta({ id: 'Drift', description: 'Inputs and errors of the serving model. They inform, and never trigger.' });
export const statusSchema = z
  .object({
    version: z.string(),
    uptime_seconds: z.number(),
    model_version: z.string().nullable(),
    model_reason: z.string().nullable(),
    n_instruments: count,
    n_in_flight: count,
    counts: z.object({
      by_source: counts,
      by_transport: counts,
      rejected: counts,
      duplicates: count,
      late: count,
      over_budget: count,
      outcomes: counts,
      bars: counts,
    }),
    outcomes: z.looseObject({ n_matured: count, n_pending: count, n_unresolvable: count, n_in_window: count }),
    journal: journalHealth,
    bus: busHealth.nullable(),
    retrain: retrainStatusSchema.nullable(),
    shadow: z
      .strictObject({ version: z.string(), outcomes: count, wanted: count })
      .nullable()
      .describe(
        'the model that is asked in silence about live signals, and how many outcomes are known of those wanted',
      ),
    triggers: counts.describe('moves of retrainings since the start, by the state they led to'),
    monitor: monitorSchema,
    drift: driftSchema,
    event_loop_lag_ms: z.number(),
    n_watchers: count,
  })
  .meta({ id: 'Status' });
export const readinessSchema = z
  .strictObject({
    ready: z.boolean(),
    reasons: z.array(z.string()),
    journal: z.string(),
    bus: z.string().describe('off, or the state of the bus; a bus that is away does not make the service unready'),
    bus_reason: z.string().nullable(),
  })
  .meta({ id: 'Readiness' });
export const healthSchema = z.strictObject({ alive: z.literal(true) }).meta({ id: 'Health' });

/**
 * Checks a value by its schema.
 *
 * @throws {ConditionError} naming the field as it stands on the wire.
 */
export function checkBy<T extends z.ZodType>(schema: T, value: unknown, what = 'body'): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  if (issue.code === 'unrecognized_keys')
    throw new ConditionError(issue.keys[0], 'left out: no such field is known', 'given');
  const field = issue.path.join('.');
  const received = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  throw new ConditionError(
    field === '' ? what : field,
    issue.path.length === 0 ? 'an object' : issue.message,
    received,
  );
}
