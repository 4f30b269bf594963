import type { Model, ServingModel, Status } from '../../dashboard/data/types.ts';

export const SERVING: ServingModel = {
  version: '20261101-a1',
  verdict: 'edge',
  verdict_format: '0.2',
  headline: {
    word: 'EDGE: pays up to 2.1 bp a round trip',
    sentence: 'The model knows the better side, takes the better trades, and these pay more than the cost.',
  },
  pays_up_to_bps: 2.1,
  proven: true,
  proven_up_to_bps: 2.1,
  primary_proven_up_to_bps: null,
  since: '2026-11-28T12:00:00.000Z',
};

/** The status of a service by the model that serves; null for none. */
export function statusOf(serving: ServingModel | null): Status {
  const isKnown = serving !== null;
  return {
    version: '0.2.0',
    uptime_seconds: 4000,
    model_version: serving?.version ?? null,
    model_reason: isKnown ? null : 'no model file',
    serving,
    halted: null,
    n_instruments: 1,
    n_in_flight: 0,
    lanes: { configured: 1, running: 1 },
    node_heartbeat_age_ms: null,
    feeds: [
      {
        instrument_id: 'SIM',
        bar_type: null,
        step_ns: 900_000_000_000,
        last_bar_ts: 1_790_000_000_000_000_000,
        age_ms: 4000,
        state: 'ok',
        judged: true,
      },
    ],
    seq: { signals: 42, outcomes: 40 },
    counts: {
      by_source: { model: 40, default: 2 },
      by_transport: { http: 42 },
      rejected: {},
      duplicates: 0,
      late: 0,
      over_budget: 0,
      outcomes: {},
      bars: {},
    },
    outcomes: {
      n_matured: isKnown ? 300 : 0,
      n_pending: 3,
      n_unresolvable: 0,
      n_in_window: isKnown ? 300 : 0,
      accuracy: isKnown ? 0.63 : null,
      base_rate: isKnown ? 0.37 : null,
      brier: isKnown ? 0.225 : null,
      log_loss: isKnown ? 0.64 : null,
      ece: isKnown ? 0.03 : null,
      deciles: isKnown
        ? [0.28, 0.33, 0.37, 0.41, 0.48].map((mean, i) => ({
            n: 60,
            low: mean - 0.03,
            high: mean + 0.03,
            mean_probability: mean,
            hit_rate: mean + (i % 2 === 0 ? 0.02 : -0.02),
          }))
        : [],
    },
    journal: { status: 'ok', reason: null, n_queued: 0, n_written: 42 },
    bus: null,
    retrain: null,
    shadow: null,
    alerts: null,
    triggers: {},
    monitor: { baseline_accuracy: isKnown ? 0.61 : null, latest: null, is_open: false },
    detector: isKnown ? { statistic: 12, threshold: 100_000, n: 300, last_alarm_ts: null } : null,
    drift: { n_signals: 42, psi: null, estimated_accuracy: isKnown ? 0.62 : null, gap: null, detectors: [] },
    event_loop_lag_ms: 0.4,
    n_watchers: 1,
  };
}

export const MODELS: readonly Model[] = [
  {
    version: '20261101-a1',
    is_champion: true,
    is_predecessor: false,
    is_shadow: false,
    verdict: 'edge',
    verdict_format: '0.2',
    headline: SERVING.headline,
    pays_up_to_bps: 2.1,
    primary_pays_up_to_bps: 0,
    accuracy: 0.61,
    auc: 0.58,
    n_samples: 12_000,
    last_bar_ts: 1_790_000_000_000_000_000,
  },
];
