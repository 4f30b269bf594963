import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type OrchestratorConfig as Config, OrchestratorConfig } from '../../src/config/index.ts';
import { type Clock, stringifyLossless } from '../../src/core/index.ts';
import type { BarSeries } from '../../src/domain/index.ts';
import type { ServiceApi } from '../../src/live/index.ts';
import type { MessageBus } from '../../src/ports/index.ts';
import { createServer, type ServerSecrets, type SignalServer } from '../../src/server/index.ts';
import { barsToWire } from '../../src/wire/index.ts';
import { type LiveServiceOptions, type LiveServiceParts, liveService } from './live-service.ts';
import { randomWalk } from './random-walk.ts';

export const TOKEN = '0123456789abcdef0123456789abcdef';
/** Maximum number of attempts of one request. */
const MAX_POSTS = 180;
export const NO_SECRETS: ServerSecrets = { token: null, tls: null };

export interface LiveServerOptions extends LiveServiceOptions {
  readonly secrets?: ServerSecrets;
  readonly bus?: MessageBus | null;
  readonly server?: Partial<Config['server']>;
  /** Clock of the server; of this machine by default. */
  readonly serverClock?: Clock;
  /** Replaces the service, for example by one that fails. */
  readonly wrap?: (service: ServiceApi) => ServiceApi;
}

export interface LiveServer extends LiveServiceParts {
  readonly server: SignalServer;
  readonly url: string;
  readonly port: number;
  /** Lines of the server's log. */
  readonly serverLines: string[];
}

/** Starts a server on a free port with a real service, whose journal is in memory. */
export async function liveServer(options: LiveServerOptions = {}): Promise<LiveServer> {
  const { secrets = NO_SECRETS, bus = null, wrap = (service) => service } = options;
  const input = { ...options.config, server: { ...options.config?.server, ...options.server, port: 0 } };
  const parts = await liveService({ ...options, config: input });
  const serverLines: string[] = [];
  const server = await createServer({
    config: OrchestratorConfig(input),
    service: wrap(parts.service),
    bus,
    secrets,
    version: '1.2.3',
    logger: { info: (line) => void serverLines.push(line), warn: (line) => void serverLines.push(line) },
    nowMs: options.nowMs ?? (() => 1_800_000_000_000),
    clock: options.serverClock ?? { monotonicNs: () => performance.now() * 1e6 },
  });
  const { url } = await server.listen();
  return { ...parts, server, url, port: Number(new URL(url).port), serverLines };
}

/** A service with some methods replaced. */
export function replaceIn(service: ServiceApi, replaced: Partial<ServiceApi>): ServiceApi {
  return new Proxy(service, {
    get(target, name) {
      if (Object.hasOwn(replaced, name)) return replaced[name as keyof ServiceApi];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Posts JSON text. */
export async function post(
  url: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const sent = { 'content-type': 'application/json', ...headers };
  const response = await fetch(url, { method: 'POST', body: body as string, headers: sent });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Posts JSON text, and again after a second where the machine is so busy that the service refuses it for now. */
export async function postUntilTaken(...request: Parameters<typeof post>): Promise<Answer> {
  for (let n = 0; n < MAX_POSTS; n++) {
    const answer = await post(...request);
    if (answer.status !== 429 || codeOf(answer) !== 'OVERLOADED') return answer;
    await delay(1000);
  }
  throw new Error(`${request[0]} was refused ${MAX_POSTS} times`);
}

export async function get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(url, { headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Field `code` of a problem. */
export function codeOf(answer: { readonly text: string }): string {
  return (JSON.parse(answer.text) as { readonly code: string }).code;
}

/** Sends raw bytes over a new connection. @returns all bytes that were received until the server closed it. */
export function exchange(port: number, parts: readonly (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const chunks: Buffer[] = [];
    const end = (): void => resolve(Buffer.concat(chunks).toString('latin1'));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', end);
    socket.on('error', (error) => (chunks.length > 0 ? end() : reject(error)));
    for (const part of parts) socket.write(part);
  });
}

/** Text of a request that asks the server to close the connection. */
export function requestText(method: string, path: string, headers: Record<string, string>, body = ''): string {
  const all = { host: '127.0.0.1', connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  const length = body === '' && method === 'GET' ? [] : [`content-length: ${Buffer.byteLength(body)}`];
  return `${[`${method} ${path} HTTP/1.1`, ...lines, ...length].join('\r\n')}\r\n\r\n${body}`;
}

/** The status of an HTTP answer as text. */
export function statusOf(text: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
}

export const WALK: BarSeries = randomWalk(400, 11, { gaps: 0 });

/** JSON text of a signal at bar `end`, with bars as columns, or without bars. */
export function signalText(end: number, input: Record<string, unknown> = {}, bars: BarSeries | null = WALK): string {
  const window = bars === null ? {} : { bars: barsToWire(bars.slice(end - 99, end + 1)) };
  const timestamp = WALK.tsEvent[end];
  return stringifyLossless({ instrument_id: 'SIM', signal: 1, timestamp, ...window, ...input });
}
