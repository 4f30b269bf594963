import type { WebhookKind } from '../domain/index.ts';
import { postAlert } from './delivery/post-alert.ts';
import { originOf, type Webhook } from './delivery/webhook.ts';
import type { Alert } from './events/alert.ts';

/** What came of a test of one webhook. */
export interface TestedWebhook {
  /** Of its address. */
  readonly origin: string;
  readonly kind: WebhookKind;
  readonly ok: boolean;
  /** HTTP status; null where nothing answered. */
  readonly status: number | null;
  /** Why it failed; null where it did not. */
  readonly fault: string | null;
  /** The beginning of its answer, without what is secret. */
  readonly answer: string;
  readonly ms: number;
}

/** Maximum length of an answer that is shown, characters. */
const SHOWN_LENGTH = 200;
/** Minimum length of a part of an address that may be a token, characters. */
const SECRET_LENGTH = 6;

/** Sends one event, `test`, to every webhook at once, and nothing else: no retry, no cooldown. */
export function sendTest(webhooks: readonly Webhook[]): Promise<TestedWebhook[]> {
  return Promise.all(webhooks.map((webhook) => testOne(webhook)));
}

async function testOne(webhook: Webhook): Promise<TestedWebhook> {
  const nowMs = Date.now();
  const attempt = await postAlert(webhook, testAlert(nowMs), nowMs);
  return {
    origin: originOf(webhook),
    kind: webhook.kind,
    ok: attempt.fault === null,
    status: attempt.status,
    fault: attempt.fault,
    answer: withoutSecrets(attempt.answer, webhook).slice(0, SHOWN_LENGTH),
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

/** A receiver may repeat what it was called. */
function withoutSecrets(answer: string, { url, secret }: Webhook): string {
  const { pathname, search } = new URL(url);
  const parts = `${pathname}${search}`.split(/[/?&=]/).filter((part) => part.length >= SECRET_LENGTH);
  const secrets = secret === null ? parts : [secret, ...parts];
  return secrets.reduce((text, each) => text.replaceAll(each, '***'), answer);
}
