import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/** The bytes of a secret `whsec_…`. */
export function keyOf(secret: string): Uint8Array {
  return Buffer.from(secret.slice(PREFIX.length), 'base64');
}

/**
 * Headers by which a receiver knows who sent a body, and when.
 *
 * @param id - of the alert, the same at every attempt. @param nowMs - of this attempt, UNIX milliseconds.
 * @param body - exactly as it is sent.
 * @see Standard Webhooks 1.0.0: HMAC-SHA256 over `id.timestamp.body`, symmetric, version v1.
 */
export function signedHeaders(key: Uint8Array, id: string, nowMs: number, body: string): Record<string, string> {
  const seconds = String(Math.floor(nowMs / 1000));
  const digest = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${digest}` };
}
