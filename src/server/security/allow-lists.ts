import type { IncomingMessage } from 'node:http';
import type { OrchestratorConfig } from '../../config/index.ts';
import { RequestError } from '../problem.ts';
import { isProbePath, pathOf } from '../request-path.ts';

const HOST = 'host';

type ServerConfig = OrchestratorConfig['server'];

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];
// Made once: an error with its stack would be most of the cost of a refusal.
const TWO_HOSTS = new RequestError('BAD_REQUEST', 'the request must have one Host header');
const FORBIDDEN_HOST = new RequestError(
  'FORBIDDEN_HOST',
  'the Host header must name this service; add further names to server.allowed_hosts',
);
const FORBIDDEN_ORIGIN = new RequestError(
  'FORBIDDEN_ORIGIN',
  'web pages may call only when server.allowed_origins names their origin',
);
const WILDCARDS = ['0.0.0.0', '::'];

/**
 * Allowed Host headers. They refuse DNS rebinding, where a web page reaches the service by a name of its own and sends that
 * name as Host.
 */
export class HostList {
  readonly #names: ReadonlySet<string>;

  constructor({ host, allowedHosts }: ServerConfig) {
    const own = WILDCARDS.includes(host) ? [] : [inUrl(host)];
    this.#names = new Set([...LOOPBACK_NAMES, ...own, ...allowedHosts].map((name) => name.toLowerCase()));
  }

  /**
   * Whether a request names this service. Only to such a one a probe says more than yes or no.
   *
   * @param request - with at most one Host header.
   */
  isNamedBy({ headers, socket }: IncomingMessage): boolean {
    const host = hostOf(headers);
    const name = host.replace(/:\d{1,5}$/, '');
    if (this.#names.has(host) || this.#names.has(name)) return true;
    // The address that the client connected to is allowed: a forged name is never a plain address.
    const local = socket.localAddress?.replace(/^::ffff:/, '');
    return local !== undefined && name === inUrl(local);
  }

  /**
   * Checks the Host header. A probe may have any, and under HTTP/1.0 none.
   *
   * @returns it in lower case. @throws {RequestError} `BAD_REQUEST` for several, `FORBIDDEN_HOST`.
   */
  check(request: IncomingMessage): string {
    if (hasTwoHosts(request.rawHeaders)) throw TWO_HOSTS;
    const host = hostOf(request.headers);
    const mayHaveNone = request.httpVersion === '1.0';
    if (isProbePath(pathOf(request)) && (host !== '' || mayHaveNone)) return host;
    if (this.isNamedBy(request)) return host;
    throw FORBIDDEN_HOST;
  }
}

/** Allowed origins of web pages: the service's own pages, and those in the settings. */
export class OriginList {
  readonly #allowed: ReadonlySet<string>;
  readonly #scheme: string;

  constructor({ allowedOrigins }: ServerConfig, isTls: boolean) {
    this.#allowed = new Set(allowedOrigins.map((origin) => origin.toLowerCase().replace(/\/$/, '')));
    this.#scheme = isTls ? 'https' : 'http';
  }

  /**
   * @param host - the Host header after its check.
   * @returns the origin when it is a foreign one that is allowed, otherwise null.
   * @throws {RequestError} `FORBIDDEN_ORIGIN`.
   */
  check({ headers }: IncomingMessage, host: string): string | null {
    const { origin } = headers;
    if (origin === undefined) return null;
    const lower = origin.toLowerCase();
    if (lower === `${this.#scheme}://${host}`) return null;
    if (this.#allowed.has(lower)) return origin;
    throw FORBIDDEN_ORIGIN;
  }
}

/** @param rawHeaders - names and values in turn. Node's map of all headers would be made for this one alone. */
function hasTwoHosts(rawHeaders: readonly string[]): boolean {
  let n = 0;
  for (let k = 0; k < rawHeaders.length; k += 2) {
    const name = rawHeaders[k];
    if (name.length === HOST.length && name.toLowerCase() === HOST) n++;
  }
  return n > 1;
}

function hostOf({ host }: IncomingMessage['headers']): string {
  return host?.toLowerCase() ?? '';
}

function inUrl(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
