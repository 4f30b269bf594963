import type { IncomingMessage } from 'node:http';
import type { OrchestratorConfig } from '../../config/index.ts';
import { RequestError } from '../problem.ts';

type ServerConfig = OrchestratorConfig['server'];

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];
const WILDCARDS = ['0.0.0.0', '::'];

/**
 * Answers only requests that were meant for this service: a web page that reached it by a name of its own (DNS rebinding)
 * sends that name as Host.
 */
export class HostList {
  readonly #names: ReadonlySet<string>;

  constructor({ host, allowedHosts }: ServerConfig) {
    const own = WILDCARDS.includes(host) ? [] : [inUrl(host)];
    this.#names = new Set([...LOOPBACK_NAMES, ...own, ...allowedHosts].map((name) => name.toLowerCase()));
  }

  /** @returns the Host header in lower case. @throws {RequestError} `FORBIDDEN_HOST`. */
  check({ headers, socket }: IncomingMessage): string {
    const host = headers.host?.toLowerCase() ?? '';
    if (this.#names.has(host)) return host;
    const name = host.replace(/:\d{1,5}$/, '');
    if (this.#names.has(name)) return host;
    // A connection to an address of ours may name it; no foreign name can be a plain address.
    const local = socket.localAddress?.replace(/^::ffff:/, '');
    if (local !== undefined && name === inUrl(local)) return host;
    throw new RequestError(
      'FORBIDDEN_HOST',
      `the Host header must name this service; others go in server.allowed_hosts`,
    );
  }
}

/** Answers only web pages that the service shipped itself, or that were allowed by name. */
export class OriginList {
  readonly #allowed: ReadonlySet<string>;
  readonly #scheme: string;

  constructor({ allowedOrigins }: ServerConfig, isTls: boolean) {
    this.#allowed = new Set(allowedOrigins.map((origin) => origin.toLowerCase().replace(/\/$/, '')));
    this.#scheme = isTls ? 'https' : 'http';
  }

  /**
   * @param host - the Host header, found good.
   * @returns the origin when it is a foreign one that was allowed, else null.
   * @throws {RequestError} `FORBIDDEN_ORIGIN`.
   */
  check({ headers }: IncomingMessage, host: string): string | null {
    const { origin } = headers;
    if (origin === undefined) return null;
    const lower = origin.toLowerCase();
    if (lower === `${this.#scheme}://${host}`) return null;
    if (this.#allowed.has(lower)) return origin;
    throw new RequestError(
      'FORBIDDEN_ORIGIN',
      'web pages may call only when server.allowed_origins names their origin',
    );
  }
}

function inUrl(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
