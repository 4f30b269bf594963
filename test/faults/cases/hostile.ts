// Hostile input: bodies, headers, ids, and WebSocket clients.
import { existsSync, readdirSync } from 'node:fs';
import { request } from 'node:http';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { WebSocket } from 'ws';
import { until } from '../../support/until.ts';
import { TAKES_ANY_UNIT } from '../harness/builds.ts';
import { barColumns, makeSignal } from '../harness/market.ts';
import { addToStream, httpLoad, sendUntilAnswered } from '../harness/senders.ts';
import type { Service } from '../harness/service.ts';
import { type FaultCase, runCase, SIGNALS, type World } from '../harness/world.ts';

interface RawReply {
  readonly status: number;
  readonly text: string;
}

interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Chunks, sent one by one while the connection is open. */
  readonly body?: Iterable<Buffer | string>;
}

/** Sends a raw request with any header, path and body. @returns status 0 when the connection was closed without an answer. */
function send(
  service: Service,
  path: string,
  { method = 'POST', headers = {}, body = [] }: RawRequest,
): Promise<RawReply> {
  const { hostname, port } = new URL(service.url ?? '');
  return new Promise((resolve) => {
    const type = { 'content-type': 'application/json' };
    const req = request({ hostname, port, path, method, headers: { ...type, ...headers }, agent: false });
    let isDone = false;
    const finish = (reply: RawReply): void => {
      isDone = true;
      resolve(reply);
    };
    req.on('error', (error) => finish({ status: 0, text: String(error) }));
    req.setTimeout(20_000, () => req.destroy(new Error('no answer')));
    req.on('response', (response) => {
      const chunks: Buffer[] = [];
      const end = (): void => {
        finish({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
        req.destroy();
      };
      response
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', end)
        .on('error', end);
    });
    const pump = async (): Promise<void> => {
      for (const chunk of body) {
        if (isDone || req.destroyed) return;
        if (!req.write(chunk)) await new Promise((go) => req.once('drain', go).once('close', go));
      }
      req.end();
    };
    void pump();
  });
}

const MB = 2 ** 20;

function* megabytes(n: number): Iterable<Buffer> {
  const chunk = Buffer.alloc(MB, ' ');
  for (let i = 0; i < n; i++) yield chunk;
}

/** Sixteen gzip members in a row: 1 GB of zeros in 1 MB. */
function gzipBomb(): Buffer[] {
  const member = gzipSync(Buffer.alloc(64 * MB));
  return Array.from({ length: 16 }, () => member);
}

const good = makeSignal('hostile', 0).text;

/** The good signal with all its times in a coarser unit. @param nDigits - how many digits are left off. */
function inUnit(nDigits: number): RawRequest {
  const text = makeSignal(`without-${nDigits}-digits`, 0).text;
  return { body: [text.replace(/\b\d{19}\b/g, (ns) => ns.slice(0, -nDigits))] };
}

/** Bodies that must be refused, with the allowed status codes. */
const BODIES: readonly (readonly [string, readonly number[], () => RawRequest])[] = [
  ['100 MB', [413, 0], () => ({ headers: { 'content-length': String(100 * MB) }, body: megabytes(100) })],
  ['100 MB without a length', [413, 0], () => ({ body: megabytes(100) })],
  ['a gzip bomb of 1 GB', [400, 413, 415, 0], () => ({ headers: { 'content-encoding': 'gzip' }, body: gzipBomb() })],
  ['a __proto__', [400], () => ({ body: [good.replace('{', '{"__proto__":{"admin":true},')] })],
  ['1e999 as a price', [400], () => ({ body: [good.replace(/"close":\[[^,]+/, '"close":[1e999')] })],
  ['NaN as a price', [400], () => ({ body: [good.replace(/"close":\[[^,]+/, '"close":[NaN')] })],
  ['200,000 nested brackets', [400], () => ({ body: ['['.repeat(200_000)] })],
  [
    '200,000 nested brackets as bars',
    [400],
    () => ({ body: [good.replace(/"bars":.*$/, `"bars":${'['.repeat(200_000)}`)] }),
  ],
  ['bad UTF-8', [400], () => ({ body: [Buffer.from(good.replace('SIM-0', 'SIM-\xff'), 'latin1')] })],
  ['half a signal', [400], () => ({ body: [good.slice(0, good.length / 2)] })],
  ['nothing', [400], () => ({ body: [''] })],
  ['a form', [415], () => ({ headers: { 'content-type': 'text/plain' }, body: [good] })],
  ['a negative price', [400], () => ({ body: [good.replace(/"low":\[[^,]+/, '"low":[-1')] })],
  ['an id of 10 kB', [400], () => ({ body: [good.replace('hostile-0', 'x'.repeat(10_000))] })],
  ['an id with control characters', [400], () => ({ body: [good.replace('hostile-0', 'a\\u0000b')] })],
  ['a signal in microseconds', [400], () => inUnit(3)],
  ['a signal in milliseconds', [400], () => inUnit(6)],
  ['a signal in seconds', [400], () => inUnit(9)],
];

export const hostileBodies: FaultCase = {
  name: 'hostile bodies: 100 MB, gzip bomb, `__proto__`, `1e999`, 200,000 brackets, bad UTF-8 …',
  expected: 'each refused with 400, 413 or 415; memory flat; others are answered meanwhile',
  needsRedis: false,
  failsUnder: [{ sabotage: TAKES_ANY_UNIT, by: /^a signal in (?:micro|milli)?seconds: 200/ }],
  run: (context) =>
    runCase(context, 'none', async (world) => {
      const service = await world.service('one').start();
      world.beside(httpLoad(() => service.url, true, { ...world.load, run: 'others', concurrency: 1, pauseMs: 5 }));
      await until(() => world.log.nOk > 20, 'others are answered');
      const rssBefore = (await service.rss()) ?? 0;
      const nRounds = context.isQuick ? 1 : 5;
      for (let round = 0; round < nRounds; round++) {
        for (const [name, statuses, make] of BODIES) {
          const { status, text } = await send(service, '/v1/signals', make());
          world.expect(statuses.includes(status), `${name}: ${status} ${text.slice(0, 200)}`);
        }
      }
      const grownMb = Math.round((((await service.rss()) ?? 0) - rssBefore) / MB);
      world.expect(grownMb < 150, `memory grew by ${grownMb} MB`);
      await world.endLoad();
      return `${nRounds * BODIES.length} bodies of ${BODIES.length} kinds; memory grew by ${grownMb} MB`;
    }),
};

const GUARDED_PATHS = ['/v1/signals', '/v1/status', '/metrics', '/openapi.json', '/v1/models', '/v1/stream'];

/** Requests with a forged Host or Origin are refused on every route. */
export const forgedHeaders: FaultCase = {
  name: 'forged Host and Origin, on every route and the WebSocket',
  expected: '403 everywhere',
  needsRedis: false,
  run: (context) =>
    runCase(context, 'none', async (world) => {
      const service = await world.service('one').start();
      const forged = [{ host: 'evil.example' }, { origin: 'https://evil.example' }, { origin: 'null' }];
      for (const path of GUARDED_PATHS) {
        for (const headers of forged) {
          const method = path === '/v1/signals' ? 'POST' : 'GET';
          const { status } = await send(service, path, { method, headers, body: method === 'POST' ? [good] : [] });
          world.expect(status === 403, `${method} ${path} with ${JSON.stringify(headers)}: ${status}`);
        }
      }
      for (const headers of forged) {
        const opened = await canOpen(service, headers);
        world.expect(!opened, `a WebSocket with ${JSON.stringify(headers)} was opened`);
      }
      world.expect(await canOpen(service, {}), 'a WebSocket of this machine was not opened');
      const reply = await sendUntilAnswered(() => service.url, makeSignal('hostile', 1), world.log);
      world.expect(reply?.status === 200, `an honest client is answered ${reply?.status}`);
      return `${forged.length} forgeries on ${GUARDED_PATHS.length} routes and on the upgrade`;
    }),
};

function openSocket(service: Service, headers: Readonly<Record<string, string>> = {}): WebSocket {
  const socket = new WebSocket(`${service.url?.replace('http', 'ws')}/v1/stream`, { headers });
  socket.on('error', () => undefined); // reported by the close
  return socket;
}

function canOpen(service: Service, headers: Readonly<Record<string, string>>): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = openSocket(service, headers);
    socket.on('open', () => {
      socket.terminate();
      resolve(true);
    });
    socket.on('close', () => resolve(false));
  });
}

const PATHS = [
  '../../../../etc/passwd',
  '..%2f..%2f..%2fescaped',
  '..\\..\\escaped',
  '/proc/self/environ',
  '....//escaped',
  '%2e%2e%2fescaped',
  'a/../../../escaped',
  '%00',
  'C:\\escaped',
];

/** Paths in every field that takes an id, over HTTP and Redis. */
export const pathTraversal: FaultCase = {
  name: 'path traversal in every id, over HTTP and Streams',
  expected: 'no file outside the data directory is made or told of',
  needsRedis: true,
  run: (context) =>
    runCase(context, 'forgets', async (world) => {
      const service = await world.service('one').start();
      const before = filesAround(service.dataDir);
      const client = world.client();
      for (const [n, path] of PATHS.entries()) {
        const id = encodeURIComponent(path);
        const replies = [
          await send(service, `/v1/bars/${id}`, { body: [barColumns(0, 0, 5)] }),
          await send(service, `/v1/models/${id}/promote`, { body: ['{}'] }),
          await send(service, `/v1/models/${id}/rollback`, { body: ['{}'] }),
          await send(service, `/v1/models/${path}/promote`, { body: ['{}'] }),
          await send(service, '/v1/retrain', { body: [JSON.stringify({ instrument_id: path })] }),
          await send(service, '/v1/outcomes', { body: [JSON.stringify({ signal_id: path, label: 1 })] }),
          await send(service, `/${path}`, { method: 'GET' }),
        ];
        for (const { status, text } of replies) {
          world.expect(status < 500 && !/root:|PATH=/.test(text), `${path}: ${status} ${text.slice(0, 200)}`);
        }
        for (const { status, text } of replies.slice(1, 4)) {
          world.expect(status >= 400, `a model named ${path} was taken: ${status} ${text.slice(0, 100)}`);
        }
        const inId = {
          id: `${path} ${n}`,
          text: makeSignal('x', n).text.replace(`"x-${n}"`, JSON.stringify(`${path} ${n}`)),
        };
        await sendUntilAnswered(() => service.url, inId, world.log);
        const { id: streamId, text } = makeSignal('s', n);
        const inInstrument = text.replace(/"SIM-\d\.TEST"/, JSON.stringify(path));
        await addToStream(client, SIGNALS, { id: streamId, text: inInstrument }, world.log);
      }
      await world.settle();
      await service.stop();
      const after = filesAround(service.dataDir);
      const made = after.filter((file) => !before.includes(file) && !/^one\/(ml4t\.|models)/.test(file));
      world.expect(made.length === 0, `new files: ${made.join(', ')}`);
      for (const file of ['/etc/escaped', '/tmp/escaped', '/escaped'])
        world.expect(!existsSync(file), `${file} was made`);
      return `${PATHS.length} paths in ids of signals, instruments, models and outcomes`;
    }),
};

/** Files and directories beside and inside a data directory. */
function filesAround(dataDir: string): string[] {
  return readdirSync(dirname(dataDir), { recursive: true })
    .map(String)
    .filter((file) => !/^redis|ndjson$/.test(file));
}

/** Bad entries of a stream become dead letters, and good entries are answered. */
export const hostileStream: FaultCase = {
  name: 'poison on the stream: no JSON, no bars, 1e999, wrong types, a heartbeat',
  expected: 'each in the dead letters once, heartbeats ignored, good signals answered',
  needsRedis: true,
  run: (context) =>
    runCase(context, 'forgets', async (world) => {
      await world.service('one').start();
      const client = world.client();
      const poison: readonly (readonly [string, (text: string) => string])[] = [
        ['no-json', () => 'not json at all {'],
        ['no-bars', (text) => text.replace(/,"bars":.*$/, ',"bars":[]}')],
        ['infinity', (text) => text.replace(/"close":\[[^,]+/, '"close":[1e999')],
        ['proto', (text) => text.replace('{', '{"__proto__":{"admin":true},')],
        ['wrong-side', (text) => text.replace(/"signal":-?\d/, '"signal":7')],
        ['deep', () => '['.repeat(200_000)],
        ['future', (text) => text.replace(/"timestamp":\d+/, '"timestamp":4102444800000000000')],
      ];
      const nRounds = context.isQuick ? 1 : 10;
      for (let round = 0; round < nRounds; round++) {
        for (const [n, [name, spoil]] of poison.entries()) {
          const bad = makeSignal(`${name}-${round}`, n);
          await addToStream(client, SIGNALS, { id: bad.id, text: spoil(bad.text) }, world.log);
          await addToStream(client, SIGNALS, makeSignal(`good-${round}`, n), world.log);
        }
        const heartbeat = [
          'topic',
          'health:heartbeat',
          'payload',
          '2026-01-01T00:00:00Z',
          'type',
          '',
          'encoding',
          'json',
        ];
        await client.xadd(SIGNALS, '*', ...heartbeat);
      }
      await world.settle();
      const n = poison.length * nRounds;
      world.expectCounts({ ok: n, dead: n });
      return `${n} poisoned entries among as many good ones`;
    }),
};

/** One WebSocket client floods, one never reads; all others are served. */
export const webSockets: FaultCase = {
  name: 'WebSocket flood and a reader that stalls',
  expected: 'the flood is limited, the stalled reader cut off; memory flat; others are answered',
  needsRedis: false,
  run: (context) =>
    runCase(context, 'none', async (world) => {
      const service = await world.service('one').start();
      world.beside(httpLoad(() => service.url, true, { ...world.load, run: 'others', concurrency: 4 }));
      await until(() => world.log.nOk > 20, 'others are answered');
      const rssBefore = (await service.rss()) ?? 0;
      const flooded = await flood(world, service, context.isQuick ? 50_000 : 500_000);
      const nOk = world.log.nOk;
      await until(() => world.log.nOk > nOk + 20, 'others are answered after the flood').catch((error: unknown) => {
        world.violations.push(String(error));
      });
      const isCut = await stall(world, service, context.isQuick ? 20_000 : 60_000);
      world.expect(isCut, 'a reader that stalls was never cut off');
      await world.endLoad();
      const grownMb = Math.round((((await service.rss()) ?? 0) - rssBefore) / MB);
      world.expect(grownMb < 300, `memory grew by ${grownMb} MB`);
      return `${flooded}; a reader stalled under load; memory grew by ${grownMb} MB`;
    }),
};

/** Sends messages as fast as possible. @returns a sentence on the result. */
async function flood(world: World, service: Service, nMessages: number): Promise<string> {
  const socket = openSocket(service);
  await new Promise((resolve) => socket.once('open', resolve).once('close', resolve));
  let nReplies = 0;
  socket.on('message', () => nReplies++);
  let n = 0;
  const end = performance.now() + 20_000;
  while (n < nMessages && socket.readyState === WebSocket.OPEN && performance.now() < end) {
    for (let k = 0; k < 500; k++, n++) socket.send('{"type":"nonsense"}');
    await until(() => socket.bufferedAmount < MB || socket.readyState !== WebSocket.OPEN, 'the flood flows').catch(
      () => undefined,
    );
    await delay(0);
  }
  const isSeenThrough = (): boolean => socket.readyState !== WebSocket.OPEN || nReplies >= n;
  await until(isSeenThrough, 'the flood is answered or cut off').catch(() => undefined);
  world.expect(isSeenThrough(), `of ${n} messages ${nReplies} were answered, and nobody was cut off`);
  const isOpen = socket.readyState === WebSocket.OPEN;
  socket.terminate();
  return `a flood of ${n} messages, ${isOpen ? `${nReplies} replies` : 'cut off'}`;
}

/** Opens the WebSocket and never reads from it. @returns whether the service closed it. */
async function stall(world: World, service: Service, withinMs: number): Promise<boolean> {
  const { hostname, port } = new URL(service.url ?? '');
  const { connect } = await import('node:net');
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(
    `GET /v1/stream HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  const nCut = async (): Promise<number> =>
    Number(/^ml4t_watchers_cut_total\{reason="slow"\} (\d+)/m.exec((await service.get('/metrics')).text)?.[1] ?? 0);
  const before = await nCut();
  socket.pause();
  const end = performance.now() + withinMs;
  // The messages include the bars, so that the buffers of both systems are full sooner.
  for (let n = 0; performance.now() < end; n++) {
    const { id, text } = makeSignal('watched', n);
    world.log.sent(id, 'http_fast');
    const { status } = await send(service, '/v1/signals?include_bars=true', { body: [text] });
    world.expect(status === 200, `beside a stalled reader: ${status}`);
    if (n % 50 === 0 && (await nCut()) > before) break;
  }
  const isCut = (await nCut()) > before;
  socket.destroy();
  return isCut;
}
