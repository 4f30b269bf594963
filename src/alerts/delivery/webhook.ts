import type { AlertEvent, WebhookKind } from '../../domain/index.ts';

/** A receiver of alerts, its secrets read. It never leaves the process, and nothing of it but `setting`, `kind` and the origin is shown. */
export interface Webhook {
  /** Which of the settings it is: `alerts.webhooks.0`. */
  readonly setting: string;
  readonly url: string;
  /** As it was written, `whsec_…`; null where nothing is signed. */
  readonly secret: string | null;
  readonly kind: WebhookKind;
  readonly events: readonly AlertEvent[];
}

/** What may be shown of an address: `https://hooks.slack.com`. */
export function originOf({ url }: Pick<Webhook, 'url'>): string {
  return new URL(url).origin;
}
