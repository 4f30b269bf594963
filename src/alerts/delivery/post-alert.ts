import type { Alert } from '../events/alert.ts';
import { retryAfterMs } from './backoff.ts';
import { bodyOf } from './body-of.ts';
import { keyOf, signedHeaders } from './sign.ts';
import type { Webhook } from './webhook.ts';

/** Time for one attempt, from the connection to the end of the answer, ms. */
const ATTEMPT_MS = 10_000;
/** Maximum size of an answer that is read, bytes. */
const ANSWER_BYTES = 4096;

/** What came of one attempt. */
export interface Attempt {
  /** HTTP status; null where nothing answered. */
  readonly status: number | null;
  /** Why it failed, in a clause that shows no secret; null where the receiver took it. */
  readonly fault: string | null;
  /** Time that the receiver asks to be left alone, ms; 0 for none. */
  readonly retryAfterMs: number;
  /** The beginning of what it answered. */
  readonly answer: string;
}

/**
 * Sends an alert once. Redirects are not followed: they would take the body, and an address with a token in it, to whom nobody named.
 *
 * @param service - who sends it: see `serviceName`. @param nowMs - UNIX milliseconds. @param attemptMs - time for the attempt, from the connection to the end of the answer.
 * @returns what came of it; it never rejects.
 */
export async function postAlert(
  webhook: Webhook,
  alert: Alert,
  service: string,
  nowMs = Date.now(),
  attemptMs = ATTEMPT_MS,
): Promise<Attempt> {
  const body = bodyOf(alert, webhook.kind, service);
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'ml4t-orchestrator',
    ...(webhook.secret !== null && signedHeaders(keyOf(webhook.secret), alert.id, nowMs, body)),
  };
  try {
    const signal = AbortSignal.timeout(attemptMs);
    const response = await fetch(webhook.url, { method: 'POST', headers, body, redirect: 'manual', signal });
    const { status, ok } = response;
    return {
      status,
      fault: ok ? null : faultOf(status),
      retryAfterMs: ok ? 0 : retryAfterMs(response.headers.get('retry-after'), nowMs),
      // A receiver that answered 200 has taken it, whatever becomes of the rest of its answer.
      answer: await beginningOf(response).catch(() => ''),
    };
  } catch (error) {
    return { status: null, fault: clauseOf(error, attemptMs), retryAfterMs: 0, answer: '' };
  }
}

function faultOf(status: number): string {
  return status >= 300 && status < 400
    ? `it answered ${status}, a redirect, which is not followed: set the address it leads to`
    : `it answered ${status}`;
}

/** Only the code: the text of an error may show the address. */
function clauseOf(error: unknown, attemptMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${attemptMs / 1000} s`;
  const { code } = ((error as Error).cause ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' ? `no answer (${code})` : 'no answer';
}

async function beginningOf({ body }: Response): Promise<string> {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the rest.
  for await (const chunk of body) {
    chunks.push(chunk.subarray(0, ANSWER_BYTES - size));
    size += chunk.length;
    if (size >= ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
