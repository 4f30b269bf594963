import type { Command } from 'commander';
import { readToken } from '../../app/index.ts';
import type { OrchestratorConfig } from '../../config/index.ts';
import { Ml4tError, printable } from '../../core/index.ts';

/** Time after which a service that does not answer is given up, milliseconds; longer than it waits for a record. */
const ANSWER_MS = 20_000;

/** Where a service listens, and what it wants to see. */
export interface ServiceAddress {
  readonly url: string;
  readonly token: string | null;
}

/** Adds the options that name a running service. */
export function addServiceOptions(command: Command, which: string): Command {
  return command
    .option('--url <address>', `${which} (default: http://127.0.0.1:8787)`)
    .option('--token-file <file>', 'file with the bearer token of that service');
}

/** The address of the service of these settings. @param url - the one that was given; undefined for none. */
export async function serviceOf(server: OrchestratorConfig['server'], url?: string): Promise<ServiceAddress> {
  const scheme = server.tlsCertFile === null ? 'http' : 'https';
  const host = server.host.includes(':') ? `[${server.host}]` : server.host;
  return { url: (url ?? `${scheme}://${host}:${server.port}`).replace(/\/$/, ''), token: await readToken(server) };
}

/**
 * Posts to a running service.
 *
 * @param notReached - makes the error for a service that gives no answer, from the code of the reason.
 * @throws {Ml4tError} with the code and the sentence that the service answered with, or what `notReached` makes.
 */
export async function askService(
  { url, token }: ServiceAddress,
  path: string,
  body: object,
  notReached: (code: string) => Error,
): Promise<unknown> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch((error: Error) => {
    // Only the code: the text of a refused header shows the token.
    const { code = 'no answer' } = (error.cause ?? {}) as NodeJS.ErrnoException;
    throw notReached(code);
  });
  const answer: unknown = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const { code, detail } = answer as { readonly code?: unknown; readonly detail?: unknown };
  // A halt that cannot be written yet is a fault of the service, and no refusal.
  const verb = response.status < 500 ? 'refused' : 'says';
  throw new Ml4tError(
    typeof code === 'string' ? code : 'BAD_REQUEST',
    `the service at ${url} ${verb}: ${typeof detail === 'string' ? printable(detail) : `it answered ${response.status}`}`,
  );
}
