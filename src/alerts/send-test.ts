import type { WebhookKind } from '../domain/index.ts';
import { postAlert } from './delivery/post-alert.ts';
import { originOf, type Webhook } from './delivery/webhook.ts';
import type { Alert } from './events/alert.ts';
import { knownWords } from './known-words.ts';

/** What came of a test of one webhook. */
export interface TestedWebhook {
  /** Which of the settings it is: `alerts.webhooks.0`. */
  readonly setting: string;
  /** Of its address. */
  readonly origin: string;
  readonly kind: WebhookKind;
  readonly ok: boolean;
  /** HTTP status; null where nothing answered. */
  readonly status: number | null;
  /** Why it failed; null where it did not. */
  readonly fault: string | null;
  /** What it answered, where that is a word or a number that is known; empty for everything else: it may repeat a secret. */
  readonly answer: string;
  readonly ms: number;
}

/**
 * Sends one event, `test`, to every webhook at once, and nothing else: no retry, no cooldown.
 *
 * @param service - see `serviceName`.
 */
export function sendTest(webhooks: readonly Webhook[], service: string): Promise<TestedWebhook[]> {
  return Promise.all(webhooks.map((webhook) => testOne(webhook, service)));
}

async function testOne(webhook: Webhook, service: string): Promise<TestedWebhook> {
  const nowMs = Date.now();
  const attempt = await postAlert(webhook, testAlert(nowMs), service, nowMs);
  return {
    setting: webhook.setting,
    origin: originOf(webhook),
    kind: webhook.kind,
    ok: attempt.fault === null,
    status: attempt.status,
    fault: attempt.fault,
    answer: knownWords(attempt.answer),
    ms: Date.now() - nowMs,
  };
}

function testAlert(nowMs: number): Alert {
  const id = `msg_${crypto.randomUUID().replaceAll('-', '')}`;
  const text = 'a person sent this with ml4t alerts test; nothing has happened';
  return {
    id,
    event: 'test',
    subject: 'test',
    value: null,
    atMs: nowMs,
    letOutMs: nowMs,
    text,
    data: {},
    nHeldBack: 0,
  };
}
