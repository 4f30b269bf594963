import { z } from 'zod';
import { ALERT_EVENTS, DETECTOR_EVENTS, FEED_STATES, WEBHOOK_KINDS } from '../domain/index.ts';
import { claimsShape } from './model.ts';
import { count, counts, int64 } from './reading/scalars.ts';
import { retrainStatusSchema } from './retrain-trigger.ts';

export const journalHealthSchema = z.strictObject({
  status: z.enum(['ok', 'full', 'busy', 'failed']),
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
  n_awaited: count
    .optional()
    .describe('signals that waited for the bar that they were due; absent of a bus that never waits'),
  n_awaited_in_vain: count.optional().describe('those of them whose bar did not come in time'),
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
export const feedSchema = z
  .strictObject({
    instrument_id: z.string(),
    bar_type: z.string().nullable(),
    step_ns: int64.nullable().describe('time between two bars; null where most bars have no common one'),
    last_bar_ts: int64,
    age_ms: z.number().describe('from the last bar to now, by the clock of the service'),
    state: z
      .enum(FEED_STATES)
      .describe('what a signal of now would meet: silent is answered stale, hole and wrong_step out_of_distribution'),
    judged: z
      .boolean()
      .describe('whether the serving model states how such bars follow each other; if not, state is ok at any age'),
  })
  .meta({
    id: 'Feed',
    description: 'One series of bars. It is judged by the steps, gaps and open hours that the serving model states.',
  });
const detectorShape = {
  statistic: z
    .number()
    .describe('evidence that the model lost its skill; with calibrated confidences its mean is one an outcome'),
  threshold: z.number().describe('retrain.false_alarm_outcomes: an alarm where the statistic reaches it'),
  n: count.describe('outcomes scored since the model began to serve'),
  last_alarm_ts: int64
    .nullable()
    .describe('when the trade ended that raised the last alarm of this model; null for none'),
};
const detectorSchema = z
  .strictObject(detectorShape)
  .nullable()
  .describe('the sequential detector of decay; null where no model serves, or its file states no base rate');
/** The detector with its path. */
export const detectorPathSchema = z
  .strictObject({
    detector: z
      .strictObject({
        model_version: z.string(),
        ...detectorShape,
        base_rate: z.number().describe('share of the training labels that won, which the model is held against'),
        overlap: z
          .number()
          .describe('what the evidence of one outcome is divided by, because labels overlap; at least 1'),
        path: z
          .array(
            z.strictObject({
              seq: count.describe('number of the outcome; 0 for none'),
              ts: int64.nullable().describe('when its trade ended; null before the first'),
              statistic: z.number().describe('with that outcome; after an alarm it goes on from 0'),
              event: z.enum(DETECTOR_EVENTS),
            }),
          )
          .describe('every 16th scored outcome, the alarms and the latest, oldest first; at most the latest 1,024'),
      })
      .nullable()
      .describe('null where no model serves, or its file states no base rate'),
  })
  .meta({ id: 'DetectorPath', description: 'Where the sequential detector of decay stands, and how it came there.' });
export type WireDetectorPath = z.output<typeof detectorPathSchema>;
const alertsSchema = z
  .strictObject({
    is_running: z.boolean(),
    counts: z.strictObject({ sent: count, failed: count, held_back: count, dropped: count }),
    webhooks: z.array(
      z.strictObject({
        setting: z.string().describe('which of the settings it is: alerts.webhooks.0'),
        origin: z.string().describe('of its address; the rest may be a secret'),
        kind: z.enum(WEBHOOK_KINDS),
        events: z.array(z.enum(ALERT_EVENTS)),
        state: z
          .enum(['ok', 'failing', 'gone'])
          .describe('failing: it is tried again; gone: it answered 410, and gets nothing until the next start'),
        n_pending: count.describe('alerts that it has not taken yet'),
        fault: z.string().nullable().describe('why the last attempt failed'),
      }),
    ),
  })
  .meta({ id: 'Alerts', description: 'Whom the service tells what happens to it, and whether they take it.' });
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
export const shadowSchema = z
  .strictObject({ version: z.string(), outcomes: count, wanted: count })
  .nullable()
  .describe('the model that is asked in silence about live signals, and how many outcomes are known of those wanted');
const outcomeFiguresSchema = z
  .looseObject({
    n_matured: count,
    n_pending: count,
    n_unresolvable: count,
    n_in_window: count,
    accuracy: z.number().nullable(),
    base_rate: z.number().nullable(),
    brier: z.number().nullable(),
    log_loss: z.number().nullable(),
    ece: z.number().nullable().describe('expected calibration error over ten bins'),
    deciles: z.array(
      z.strictObject({
        n: count,
        low: z.number(),
        high: z.number(),
        mean_probability: z.number(),
        hit_rate: z.number(),
      }),
    ),
  })
  .describe('rolling figures over the matured outcomes of the serving model; null where there are none');
export const statusSchema = z
  .object({
    version: z.string(),
    uptime_seconds: z.number(),
    model_version: z.string().nullable(),
    model_reason: z.string().nullable(),
    serving: z
      .strictObject({
        version: z.string(),
        ...claimsShape,
        proven: z
          .boolean()
          .describe('whether anything counts as proven while it serves: not after a rollback or an alarm of decay'),
        proven_up_to_bps: z
          .number()
          .nullable()
          .describe('basis points a round trip, up to which it is proven that what it takes pays; null for nothing'),
        primary_proven_up_to_bps: z.number().nullable().describe('the same of all signals of the primary'),
        since: z.string().describe('ISO-8601; a restart in between does not count'),
      })
      .nullable()
      .describe('the model that serves, and what it may claim'),
    halted: z
      .strictObject({
        since: z.string().describe('ISO-8601'),
        reason: z.string().nullable(),
        recorded: z.boolean().describe('whether it is written down, so that a restart keeps it'),
      })
      .nullable()
      .describe('nothing is taken and every size is 0 since then; null when it is not halted'),
    n_instruments: count,
    n_in_flight: count,
    lanes: z
      .strictObject({ configured: count, running: count })
      .describe('threads that judge signals: those that the settings ask for, and those that have not died'),
    node_heartbeat_age_ms: z
      .number()
      .nullable()
      .describe("since a node's latest message health:heartbeat; null where none was ever seen"),
    feeds: z.array(feedSchema).describe('every series of bars, the least recently used first'),
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
    outcomes: outcomeFiguresSchema,
    journal: journalHealthSchema,
    seq: z
      .strictObject({ signals: count, outcomes: count })
      .describe('the highest numbers of an answer and of an outcome that were streamed; 0 for none'),
    bus: busHealth.nullable(),
    retrain: retrainStatusSchema.nullable(),
    shadow: shadowSchema,
    triggers: counts.describe('moves of retrainings since the start, by the state they led to'),
    monitor: monitorSchema,
    detector: detectorSchema,
    drift: driftSchema,
    alerts: alertsSchema.nullable().describe('null where no webhook is set'),
    event_loop_lag_ms: z.number(),
    n_watchers: count,
  })
  .meta({ id: 'Status' });
export type Status = z.output<typeof statusSchema>;
export const readinessSchema = z
  .strictObject({
    ready: z.boolean(),
    reasons: z.array(z.string()).optional(),
    journal: z.string().optional(),
    bus: z
      .string()
      .optional()
      .describe('off, or the state of the bus; a bus that is away does not make the service unready'),
    bus_reason: z.string().nullable().optional(),
  })
  .meta({
    id: 'Readiness',
    description: 'Where a token is set, or the Host header does not name this service, it is `ready` alone.',
  });
export type Readiness = z.output<typeof readinessSchema>;
export const healthSchema = z.strictObject({ alive: z.literal(true) }).meta({ id: 'Health' });
