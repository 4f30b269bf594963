import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { stringifyLossless } from '../../src/core/index.ts';
import { barsToWire } from '../../src/wire/index.ts';
import { Child } from '../faults/harness/child.ts';
import {
  exchange,
  get,
  type LiveServer,
  liveServer,
  post,
  requestText,
  signalText,
  TOKEN,
  WALK,
} from '../support/live-server.ts';
import { randomWalk } from '../support/random-walk.ts';
import { until } from '../support/until.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const MIB = 2 ** 20;
const SECRETS = { token: TOKEN, tls: null };
const AUTHORIZED = { authorization: `Bearer ${TOKEN}` };
const BARS = stringifyLossless(barsToWire(randomWalk(2000, 11, { gaps: 0 })));

const sockets: Socket[] = [];
const servers: LiveServer[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const { server } of servers.splice(0)) await server.close(1000);
});

async function started(options: Parameters<typeof liveServer>[0] = {}): Promise<LiveServer> {
  const live = await liveServer(options);
  servers.push(live);
  return live;
}

/** A connection that sends `text` and reads only when it is resumed. */
function silentReader(port: number, text: string): Socket {
  const socket = connect({ port, host: '127.0.0.1' }).on('error', () => undefined);
  socket.pause();
  socket.write(text);
  sockets.push(socket);
  return socket;
}

const head = (method: string, path: string, headers = ''): string =>
  `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${headers}\r\n`;

async function metricOf({ url }: { readonly url: string }, name: string, headers = {}): Promise<number> {
  const { text } = await get(`${url}/metrics`, headers);
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? 0);
}

/** Posts a signal. On a busy machine the event loop may be late, and it is told so a few times. */
async function expectAnswered({ url }: LiveServer, headers: Record<string, string> = {}): Promise<void> {
  await until(async () => {
    const { status } = await post(`${url}/v1/signals`, signalText(150), headers);
    if (status !== 429) expect(status).toBe(200);
    return status === 200;
  }, 'a signal is answered');
}

describe('many requests at once on one connection', () => {
  test.each([
    ['a probe', head('GET', '/healthz'), 200],
    ['HEAD of a probe', head('HEAD', '/healthz'), 200],
    ['no token', head('GET', '/v1/status'), 401],
    ['a foreign host', 'GET /v1/status HTTP/1.1\r\nhost: evil.example\r\n\r\n', 403],
    ['a foreign page', head('GET', '/healthz', 'origin: https://evil.example\r\n'), 403],
    ['no such route', head('GET', '/nothing', `authorization: Bearer ${TOKEN}\r\n`), 404],
    ['no such method', head('DELETE', '/v1/status', `authorization: Bearer ${TOKEN}\r\n`), 405],
    ['a page', head('GET', '/'), null],
    ['a preflight', head('OPTIONS', '/v1/signals', 'origin: https://ui.example\r\n'), 204],
    ['HTTP/1.0', 'GET /healthz HTTP/1.0\r\nconnection: keep-alive\r\n\r\n', 200],
    ['HTTP/1.0 without a token', 'GET /v1/status HTTP/1.0\r\nhost: 127.0.0.1\r\nconnection: keep-alive\r\n\r\n', 401],
  ])('of %s are answered up to the limit; then it is closed, and others are answered', async (_name, text, status) => {
    const live = await started({ secrets: SECRETS, server: { allowedOrigins: ['https://ui.example'] } });
    const answers = await exchange(live.port, [text.repeat(20_000)]).catch(() => '');
    const statuses = answers.match(/HTTP\/1\.1 \d{3}/g) ?? [];
    expect(statuses.length, 'at most the limit and the refusal').toBeLessThanOrEqual(65);
    if (status !== null)
      expect(statuses.every((line) => line.endsWith(String(status)) || line.endsWith('429'))).toBe(true);
    await expectAnswered(live, AUTHORIZED);
    await until(async () => (await metricOf(live, 'ml4t_connections', AUTHORIZED)) <= 2, 'it is closed');
  });

  test('within the limit are all answered, in order', async () => {
    const live = await started();
    const signals = Array.from({ length: 63 }, (_, k) => {
      const body = signalText(150, { signal_id: `s${k}` });
      return `${head('POST', '/v1/signals', `content-type: application/json\r\ncontent-length: ${body.length}\r\n`)}${body}`;
    });
    const text = await exchange(live.port, [...signals, requestText('GET', '/v1/status', {})]);
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(64);
    const ids = new Set([...text.matchAll(/"signal_id":"s(\d+)"/g)].map(([, k]) => Number(k)));
    expect([...ids]).toEqual(signals.map((_, k) => k));
  });

  test('beyond the limit are told so by the last answer', async () => {
    const live = await started({ config: { limits: { requestsPerConnection: 3 } } });
    const text = await exchange(live.port, [head('GET', '/healthz').repeat(9)]);
    expect(text.match(/HTTP\/1\.1 \d{3}/g)?.map((line) => line.slice(-3))).toEqual(['200', '200', '200', '429']);
    expect(text).toMatch(/connection: close[\s\S]*more than 3 requests/i);
    expect(await metricOf(live, 'ml4t_connections_cut_total{reason="pipelined"}')).toBe(1);
  });
});

describe('answers that nobody reads', () => {
  test('are bounded over all connections, and who does not read is cut', async () => {
    const live = await started({ config: { limits: { unreadBytes: 4 * MIB } } });
    await post(`${live.url}/v1/bars/SIM`, BARS);
    const page = head('GET', '/v1/instruments/SIM/bars?limit=2000');
    let most = 0;
    for (let k = 0; k < 40; k++) {
      silentReader(live.port, page.repeat(60));
      most = Math.max(most, await metricOf(live, 'ml4t_unread_bytes'));
    }
    expect(most).toBeLessThanOrEqual(5 * MIB);
    expect((await get(`${live.url}/healthz`)).status).toBe(200);
    await expectAnswered(live);
  });

  test('do not grow the process', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ml4t-floods-'));
    const own = ['--data-dir', directory, '--model', join(directory, 'none.onnx'), '--port', '0', '--no-redis'];
    const child = new Child(process.execPath, [MAIN, 'serve', '--json', ...own]);
    try {
      await until(
        () => child.stdout.includes('\n') || child.ending !== null,
        () => `it listens: ${child.stderr}`,
      );
      const { listening: url } = JSON.parse(child.stdout.split('\n')[0]) as { readonly listening: string };
      await post(`${url}/v1/bars/SIM`, BARS);
      const rss = (): number =>
        Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
      const before = rss();
      const page = head('GET', '/v1/instruments/SIM/bars?limit=2000');
      let most = before;
      for (let k = 0; k < 60; k++) {
        silentReader(Number(new URL(url).port), page.repeat(60));
        await get(`${url}/healthz`);
        most = Math.max(most, rss());
      }
      expect(most - before, 'MB, of 700 MB that were asked for').toBeLessThan(350);
      expect(most, 'MB').toBeLessThan(600);
    } finally {
      child.signal('SIGTERM');
      await child.ended;
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

describe('a connection that is refused again and again', () => {
  test('is closed with the last refusal, and finds out that it must ask more slowly', async () => {
    const live = await started({ secrets: SECRETS });
    let nAnswers = 0;
    const socket = connect({ port: live.port, host: '127.0.0.1' }).on('error', () => undefined);
    sockets.push(socket);
    socket.on('data', () => {
      nAnswers++;
      socket.write(head('GET', '/v1/status'));
    });
    socket.write(head('GET', '/v1/status'));
    await until(() => socket.closed, 'it is closed');
    expect(nAnswers).toBe(64);
    expect(await metricOf(live, 'ml4t_connections_cut_total{reason="refused"}', AUTHORIZED)).toBe(1);
  });
});

describe('a pipeline of requests that are refused', () => {
  const unauthorized = (n: number): string => head('GET', '/v1/status').repeat(n);

  test('ends with the ninth that waits for its answer', async () => {
    const live = await started({ secrets: SECRETS });
    const text = await exchange(live.port, [unauthorized(20)]);
    const statuses = text.match(/HTTP\/1\.1 \d{3}/g);
    expect(statuses).toEqual(Array(9).fill('HTTP/1.1 401'));
    expect(text.match(/connection: close/gi)).toHaveLength(1);
    expect(await metricOf(live, 'ml4t_connections_cut_total{reason="refused"}', AUTHORIZED)).toBe(1);
  });

  test('goes on with eight', async () => {
    const live = await started({ secrets: SECRETS });
    const text = await exchange(live.port, [unauthorized(7) + head('GET', '/v1/status', 'connection: close\r\n')]);
    expect(text.match(/HTTP\/1\.1 401/g)).toHaveLength(8);
    expect(await metricOf(live, 'ml4t_connections_cut_total{reason="refused"}', AUTHORIZED)).toBe(0);
  });
});

const CHUNKED = 'content-type: application/json\r\ntransfer-encoding: chunked\r\n';
const inPieces = (text: string): string => `${[...text].map((byte) => `1\r\n${byte}\r\n`).join('')}0\r\n\r\n`;

test('a small body in pieces of one byte is taken as it is, one of many such pieces is cut', async () => {
  const live = await started();
  await post(`${live.url}/v1/bars/SIM`, stringifyLossless(barsToWire(WALK)));
  const request = head('POST', '/v1/signals', `${CHUNKED}connection: close\r\n`);
  expect(await exchange(live.port, [`${request}${inPieces(signalText(399, {}, null))}`])).toMatch(/^HTTP\/1\.1 200/);
  const refused = await exchange(live.port, [`${request}${inPieces(' '.repeat(5000)).slice(0, -5)}`]);
  expect(refused).toMatch(/^HTTP\/1\.1 400[\s\S]*connection: close[\s\S]*too many small chunks/i);
});

test('uploads that stand still give way to a signal, and are cut', async () => {
  const live = await started({ server: { maxSignalBytes: 32_768, maxBatchBytes: 65_536 } });
  const half = (nBytes: number): string => `content-type: application/x-ndjson\r\ncontent-length: ${nBytes}\r\n`;
  const uploads = Array.from({ length: 40 }, (_, k) => {
    const nBytes = k % 2 === 0 ? 20_000 : 60_000;
    return silentReader(live.port, `${head('POST', '/v1/signals', half(nBytes + 1))}${' '.repeat(nBytes)}`).resume();
  });
  for (let k = 0; k < 5; k++) await expectAnswered(live);
  const codes = ['OVERLOADED', 'REQUEST_TIMEOUT'].map((code) => `ml4t_problems_total{code="${code}"}`);
  await until(() => uploads.every(({ closed }) => closed), 'all are cut');
  const counts = await Promise.all(codes.map((name) => metricOf(live, name)));
  expect([counts[0] + counts[1], counts[1] > 0], 'those that found no room, and those that stood still').toEqual([
    40,
    true,
  ]);
});
