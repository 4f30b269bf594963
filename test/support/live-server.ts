import { connect } from 'node:net';
import { type OrchestratorConfig as Config, OrchestratorConfig } from '../../src/config/index.ts';
import { stringifyLossless } from '../../src/core/index.ts';
import type { BarSeries } from '../../src/domain/index.ts';
import type { ServiceApi } from '../../src/live/index.ts';
import type { MessageBus } from '../../src/ports/index.ts';
import { createServer, type ServerSecrets, type SignalServer } from '../../src/server/index.ts';
import { barsToWire } from '../../src/wire/index.ts';
import { type LiveServiceOptions, type LiveServiceParts, liveService } from './live-service.ts';
import { randomWalk } from './random-walk.ts';

export const TOKEN = '0123456789abcdef0123456789abcdef';
export const NO_SECRETS: ServerSecrets = { token: null, tls: null };

export interface LiveServerOptions extends LiveServiceOptions {
  readonly secrets?: ServerSecrets;
  readonly bus?: MessageBus | null;
  readonly server?: Partial<Config['server']>;
  /** Stands in front of the service, to make it fail. */
  readonly wrap?: (service: ServiceApi) => ServiceApi;
}

export interface LiveServer extends LiveServiceParts {
  readonly server: SignalServer;
  readonly url: string;
  readonly port: number;
  /** What the server told its operator. */
  readonly told: string[];
}

/** A server on a free port, in front of a real service whose journal is in memory. */
export async function liveServer(options: LiveServerOptions = {}): Promise<LiveServer> {
  const { secrets = NO_SECRETS, bus = null, wrap = (service) => service } = options;
  const input = { ...options.config, server: { ...options.config?.server, ...options.server, port: 0 } };
  const parts = await liveService({ ...options, config: input });
  const told: string[] = [];
  const server = await createServer({
    config: OrchestratorConfig(input),
    service: wrap(parts.service),
    ...{ bus, secrets, version: '1.2.3' },
    logger: { info: (line) => void told.push(line), warn: (line) => void told.push(line) },
    nowMs: options.nowMs ?? (() => 1_800_000_000_000),
    clock: { monotonicNs: () => performance.now() * 1e6 },
  });
  const { url } = await server.listen();
  return { ...parts, server, url, port: Number(new URL(url).port), told };
}

/** The service with some of its methods replaced. */
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

export async function get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(url, { headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** The `code` of a problem. */
export function codeOf(answer: { readonly text: string }): string {
  return (JSON.parse(answer.text) as { readonly code: string }).code;
}

/** Sends bytes as they are over a connection of their own, and returns all that came back when the other side ended it. */
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

/** The text of a request with a body, which ends the connection. */
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

/** A signal of the bar at `end` as JSON text; bars as columns, or none. */
export function signalText(end: number, input: Record<string, unknown> = {}, bars: BarSeries | null = WALK): string {
  const window = bars === null ? {} : { bars: barsToWire(bars.slice(end - 99, end + 1)) };
  const timestamp = WALK.tsEvent[end];
  return stringifyLossless({ instrument_id: 'SIM', signal: 1, timestamp, ...window, ...input });
}

/** Waits until something holds. @throws {Error} after ten seconds. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
