import { nearestName } from '../core/index.ts';
import { ALERT_EVENTS, WEBHOOK_KINDS, type WebhookSettings } from '../domain/index.ts';
import type { BrokenRule, Checked, ValueKind } from './setting-rule.ts';
import { distinct, oneOf } from './value-kinds.ts';

/** Maximum number of receivers. */
const MAX_WEBHOOKS = 16;
const LIST_RULE = `a list of at most ${MAX_WEBHOOKS} webhooks, each with url, secret, kind and events`;
const KEYS = ['url', 'secret', 'kind', 'events'] as const;
/** Text that says where a value stands, so that a file of settings need not have it. */
const ELSEWHERE = /^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/;
const SECRET = /^whsec_((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)?)$/;
/** Minimum and maximum size of the key in a secret, bytes. */
const KEY_BYTES = [24, 64] as const;

/** What the address of a webhook must be. */
export const WEBHOOK_URL_RULE = 'an address https://… (or http://…) without user and password, env:NAME or file:PATH';
/** What a secret must be. */
export const WEBHOOK_SECRET_RULE = 'whsec_ and 24 to 64 bytes in base64, env:NAME or file:PATH';

/** Whether a text says where a value stands: `env:NAME` or `file:PATH`. */
export function standsElsewhere(text: string): boolean {
  return ELSEWHERE.test(text);
}

/** Whether a text is an address that alerts may be sent to. */
export function isWebhookUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

/** Whether a text is a secret of Standard Webhooks. */
export function isWebhookSecret(text: string): boolean {
  const digits = SECRET.exec(text)?.[1].replaceAll('=', '') ?? '';
  const nBytes = Math.floor((digits.length * 3) / 4);
  return nBytes >= KEY_BYTES[0] && nBytes <= KEY_BYTES[1];
}

/** Lists of receivers of alerts; what is left out takes its default. The rule names the key of a receiver that breaks it. */
export function webhooks(): ValueKind<readonly WebhookSettings[]> {
  return {
    rule: LIST_RULE,
    check: (value) => {
      if (!Array.isArray(value) || value.length > MAX_WEBHOOKS) return { rule: LIST_RULE, index: null };
      const list: WebhookSettings[] = [];
      for (let i = 0; i < value.length; i++) {
        const checked = checkWebhook(value[i]);
        if (!('value' in checked)) return { rule: checked.rule, index: i };
        list.push(checked.value);
      }
      return { value: list };
    },
  };
}

function checkWebhook(given: unknown): Checked<WebhookSettings> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return broken('an object with a url');
  const { url, secret = null, kind = 'standard', events = ALERT_EVENTS, ...others } = given as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    return broken(`a webhook with known keys only (did you mean ${nearestName(unknown, KEYS)}?)`);
  }
  if (typeof url !== 'string' || !(standsElsewhere(url) || isWebhookUrl(url))) {
    return broken(`a webhook whose url is ${WEBHOOK_URL_RULE}`);
  }
  const checkedKind = oneOf(WEBHOOK_KINDS).check(kind);
  if (!('value' in checkedKind)) return broken(`a webhook whose kind is ${checkedKind.rule}`);
  const secretRule = brokenSecret(secret, checkedKind.value === 'standard');
  if (secretRule !== null) return broken(secretRule);
  const checkedEvents = distinct(oneOf(ALERT_EVENTS), ALERT_EVENTS.join(', ')).check(events);
  if (!('value' in checkedEvents)) return broken(`a webhook whose events are ${checkedEvents.rule}`);
  const chosen = ALERT_EVENTS.filter((event) => checkedEvents.value.includes(event));
  return { value: { url, secret: secret as string | null, kind: checkedKind.value, events: chosen } };
}

/** The rule that a secret breaks; null for none. Slack and Discord take no signature: their address is the secret. */
function brokenSecret(secret: unknown, isSigned: boolean): string | null {
  if (!isSigned) return secret === null ? null : 'a webhook without secret, for only kind standard signs';
  const isRight = typeof secret === 'string' && (standsElsewhere(secret) || isWebhookSecret(secret));
  return isRight ? null : `a webhook whose secret is ${WEBHOOK_SECRET_RULE}, for kind standard signs`;
}

function broken(rule: string): BrokenRule {
  return { rule, index: null };
}
