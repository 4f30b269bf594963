/** What the service sends, as far as this page reads it. 64-bit times lose their last digits here; they only place points. */
export interface Answer {
  readonly signal_id: string;
  readonly signal_event: { readonly instrument_id: string; readonly signal: -1 | 0 | 1; readonly last_bar_ts: number };
  readonly meta_confidence: number;
  readonly raw_confidence: number | null;
  readonly regime_weight: number;
  readonly toxicity: number;
  readonly toxicity_available: boolean;
  readonly source: string;
  readonly reason: string | null;
  readonly size: number;
  readonly size_factors: Readonly<Record<string, number>>;
  readonly latency_ns: number;
  readonly model_version: string | null;
}

export interface Outcome {
  readonly signal_id: string;
  readonly outcome: string;
  readonly label: 0 | 1 | null;
  readonly return: number | null;
  readonly exit_ts: number | null;
}

export interface Barriers {
  readonly entry: number;
  readonly take_profit: number;
  readonly stop_loss: number;
  readonly max_holding_bars: number;
}

export interface Shown {
  readonly enriched: Answer;
  readonly outcome: Outcome | null;
  readonly barriers: Barriers | null;
}

export interface Bars {
  readonly ts_event: readonly number[];
  readonly open: readonly number[];
  readonly high: readonly number[];
  readonly low: readonly number[];
  readonly close: readonly number[];
}

export interface Model {
  readonly version: string;
  readonly is_champion: boolean;
  readonly is_predecessor: boolean;
  readonly is_shadow: boolean;
  readonly verdict: string;
  readonly accuracy: number | null;
  readonly auc: number | null;
  readonly n_samples: number | null;
}

/** One signal as `GET /v1/signals/{signal_id}` tells it. */
export interface Detail {
  readonly enriched: Pick<Answer, 'meta_confidence'>;
  readonly features: Readonly<Record<string, number>> | null;
  readonly explanation: { readonly base: number; readonly contributions: Readonly<Record<string, number>> } | null;
  readonly explanation_reason: string | null;
  readonly profiles: Readonly<Record<string, Profile>> | null;
  readonly outcome: Outcome | null;
  readonly barriers: Barriers | null;
  readonly bars: Bars;
}

/** How a feature lay in training: the edges between its deciles, the share of rows in each, and what is far outside. */
export interface Profile {
  readonly edges: readonly number[];
  readonly shares: readonly number[];
  readonly low: number;
  readonly high: number;
}

export interface Trigger {
  readonly trigger_id: string;
  readonly reason: string;
  readonly priority: number;
  readonly state: string;
  readonly moves: readonly { readonly state: string; readonly at: string; readonly note: string | null }[];
}

export interface RetrainProgress {
  readonly stage: string;
  readonly share: number;
  readonly seconds_left: number | null;
}

export interface Retrain {
  readonly trigger_id: string;
  readonly reason: string;
  readonly state: string;
  readonly note: string | null;
  readonly model_version: string | null;
  readonly progress: RetrainProgress | null;
}

export interface Decile {
  readonly n: number;
  readonly low: number;
  readonly high: number;
  readonly mean_probability: number;
  readonly hit_rate: number;
}

type Counts = Readonly<Record<string, number>>;

export interface Status {
  readonly version: string;
  readonly uptime_seconds: number;
  readonly model_version: string | null;
  readonly model_reason: string | null;
  readonly n_instruments: number;
  readonly counts: {
    readonly by_source: Counts;
    readonly by_transport: Counts;
    readonly rejected: Counts;
    readonly duplicates: number;
    readonly outcomes: Counts;
  };
  readonly outcomes: {
    readonly n_matured: number;
    readonly n_pending: number;
    readonly n_unresolvable: number;
    readonly n_in_window: number;
    readonly accuracy: number | null;
    readonly base_rate: number | null;
    readonly brier: number | null;
    readonly ece: number | null;
    readonly deciles: readonly Decile[];
  };
  readonly journal: { readonly status: string; readonly reason: string | null; readonly n_queued: number };
  readonly bus: { readonly status: string; readonly reason: string | null } | null;
  readonly retrain: Retrain | null;
  readonly shadow: { readonly version: string; readonly outcomes: number; readonly wanted: number } | null;
  readonly monitor?: { readonly baseline_accuracy: number | null };
  readonly drift?: { readonly psi: Counts | null; readonly estimated_accuracy: number | null };
  readonly event_loop_lag_ms: number;
}
