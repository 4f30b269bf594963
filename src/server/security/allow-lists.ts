import type { IncomingMessage } from 'node:http';
import type { OrchestratorConfig } from '../../config/index.ts';
import { RequestError } from '../problem.ts';

type ServerConfig = OrchestratorConfig['server'];

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];
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

  /** @returns the Host header in lower case. @throws {RequestError} `FORBIDDEN_HOST`. */
  check({ headers, socket }: IncomingMessage): string {
    const host = headers.host?.toLowerCase() ?? '';
    if (this.#names.has(host)) return host;
    const name = host.replace(/:\d{1,5}$/, '');
    if (this.#names.has(name)) return host;
    // The address that the client connected to is allowed: a forged name is never a plain address.
    const local = socket.localAddress?.replace(/^::ffff:/, '');
    if (local !== undefined && name === inUrl(local)) return host;
    throw new RequestError(
      'FORBIDDEN_HOST',
      'the Host header must name this service; add further names to server.allowed_hosts',
    );
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
    throw new RequestError(
      'FORBIDDEN_ORIGIN',
      'web pages may call only when server.allowed_origins names their origin',
    );
  }
}

function inUrl(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
