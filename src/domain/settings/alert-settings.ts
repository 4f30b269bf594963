/** What people hear of, over webhooks. */
export const ALERT_EVENTS = [
  'champion_changed',
  'rolled_back',
  'retraining_failed',
  'model_wanted',
  'decay',
  'calibration_drift',
  'calibration_kept',
  'journal_full',
  'journal_failed',
  'journal_ok',
  'feed_silent',
  'feed_faulty',
  'feed_ok',
  'node_silent',
  'node_ok',
  'halted',
  'resumed',
] as const;
export type AlertEvent = (typeof ALERT_EVENTS)[number];

/** Form of a webhook's body: that of Standard Webhooks, signed, or the one that Slack or Discord shows. */
export const WEBHOOK_KINDS = ['standard', 'slack', 'discord'] as const;
export type WebhookKind = (typeof WEBHOOK_KINDS)[number];

/** One receiver of alerts. */
export interface WebhookSettings {
  /** `https://…`, or `env:NAME` or `file:PATH` for where it stands. It may have a token, so only its origin is ever shown. */
  readonly url: string;
  /** `whsec_` and 24 to 64 bytes in base64, or `env:NAME` or `file:PATH`; null where the kind signs nothing. */
  readonly secret: string | null;
  readonly kind: WebhookKind;
  /** What it is sent; at least one, without repeats. */
  readonly events: readonly AlertEvent[];
}

/** Whom the service tells what happens to it. */
export interface AlertSettings {
  readonly webhooks: readonly WebhookSettings[];
  /** Minimum time between two alerts of one event and one series, in seconds; >= 0. */
  readonly cooldownS: number;
}
