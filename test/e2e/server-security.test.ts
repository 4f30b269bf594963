import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { createServer } from '../../src/server/index.ts';
import {
  codeOf,
  exchange,
  get,
  type LiveServer,
  liveServer,
  NO_SECRETS,
  post,
  replaceIn,
  requestText,
  signalText,
  statusOf,
  TOKEN,
} from '../support/live-server.ts';
import { liveService } from '../support/live-service.ts';
import { TEST_TLS } from '../support/tls-pair.ts';
import { until } from '../support/until.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const GETS = ['/v1/status', '/v1/models', '/readyz', '/metrics', '/openapi.json', '/healthz'];
const POSTS = [
  '/v1/signals',
  '/v1/bars/SIM',
  '/v1/outcomes',
  '/v1/retrain',
  '/v1/halt',
  '/v1/resume',
  '/v1/models/m-1/promote',
  '/v1/models/m-1/rollback',
];

/** The status and code of an HTTP answer as text. */
function refusal(text: string): readonly [number, string | undefined] {
  return [statusOf(text), /"code":"([A-Z_]+)"/.exec(text)?.[1]];
}

/** Tries to open a WebSocket: `open`, or the status and code of the refusal. */
function tryWebSocket(url: string, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url.replace('http', 'ws'), { headers });
    socket.on('open', () => {
      socket.terminate();
      resolve('open');
    });
    socket.on('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(`${response.statusCode} ${codeOf({ text: Buffer.concat(chunks).toString() })}`));
    });
    socket.on('error', (error) => resolve(error.message));
  });
}

let open: LiveServer;
let guarded: LiveServer;
beforeAll(async () => {
  open = await liveServer({
    server: { allowedHosts: ['bots.example', 'exact.example:99'], allowedOrigins: ['https://ui.example'] },
  });
  guarded = await liveServer({ secrets: { token: TOKEN, tls: null } });
});
afterAll(async () => {
  await open.server.close(1000);
  await guarded.server.close(1000);
});

describe('who may connect', () => {
  const tls = { cert: TEST_TLS.cert, key: TEST_TLS.key };
  test.each([
    ['127.0.0.1', null, null, false, true],
    ['127.9.9.9', null, null, false, true],
    ['::1', null, null, false, true],
    ['LocalHost', null, null, false, true],
    ['0.0.0.0', null, null, false, false],
    ['::', null, null, false, false],
    ['::ffff:10.0.0.1', null, null, false, false],
    ['192.168.1.5', null, null, false, false],
    ['127.1', null, null, false, false],
    ['localhost.evil.example', null, null, false, false],
    ['0.0.0.0', TOKEN, null, false, false],
    ['0.0.0.0', null, tls, false, false],
    ['0.0.0.0', TOKEN, tls, false, true],
    ['0.0.0.0', null, null, true, true],
    ['127.0.0.1', 'guessable', null, false, false],
    ['127.0.0.1', `${TOKEN} with spaces`, null, false, false],
  ] as const)('host %s, token %s, TLS %s, insecure %s: starts %s', async (host, token, pair, insecure, doesStart) => {
    const { service } = await liveService();
    const config = OrchestratorConfig({ server: { host, insecure, port: 0 } });
    const clock = { monotonicNs: () => 0 };
    const logger = { info: () => undefined, warn: () => undefined };
    const started = createServer({
      config,
      service,
      bus: null,
      logger,
      version: '1',
      secrets: { token, tls: pair },
      nowMs: () => 0,
      clock,
    }).then(
      (server) => server.close(100).then(() => 'starts'),
      (error: Error) => `${(error as { code?: string }).code}: ${error.message}`,
    );
    if (doesStart) expect(await started).toBe('starts');
    else {
      expect(await started).toMatch(
        token === null || token === TOKEN
          ? /^INVALID_VALUE: server\.host must be .*insecure/
          : /^INVALID_VALUE: server\.token_file/,
      );
      if (token !== null) expect(await started, 'the token is not shown').not.toContain(token);
    }
  });

  test('by default only this machine is listened to', () => {
    expect(open.server.app.server.address()).toMatchObject({ address: '127.0.0.1' });
  });

  test('a port that is taken is a sentence, not a stack', async () => {
    const { service } = await liveService();
    const config = OrchestratorConfig({ server: { port: open.port } });
    const logger = { info: () => undefined, warn: () => undefined };
    const second = await createServer({
      config,
      service,
      bus: null,
      logger,
      version: '1',
      secrets: NO_SECRETS,
      nowMs: () => 0,
      clock: { monotonicNs: () => 0 },
    });
    await expect(second.listen()).rejects.toThrow(/^server\.port must be a free port/);
    await second.close(100);
  });

  test('every route but the probes wants the token, the exact one, in its header', async () => {
    const wrong = [undefined, '', 'Bearer', `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, `Basic ${TOKEN}`, TOKEN];
    for (const authorization of wrong) {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      for (const path of [...GETS, '/nowhere', '/v1/stream', `/v1/status?token=${TOKEN}`]) {
        const answer = await get(`${guarded.url}${path}`, headers);
        const isProbe = path === '/healthz' || path === '/readyz';
        expect([path, answer.status]).toEqual([path, isProbe ? 200 : 401]);
        if (!isProbe) expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      }
      for (const path of POSTS) expect((await post(`${guarded.url}${path}`, '{}', headers)).status, path).toBe(401);
      expect(await tryWebSocket(`${guarded.url}/v1/stream`, headers)).toBe('401 UNAUTHORIZED');
    }
    const right = { authorization: `Bearer ${TOKEN}` };
    for (const path of GETS) expect((await get(`${guarded.url}${path}`, right)).status, path).toBe(200);
    expect((await post(`${guarded.url}/v1/signals`, signalText(150), right)).status).toBe(200);
    expect(await tryWebSocket(`${guarded.url}/v1/stream`, { authorization: `bearer ${TOKEN}` })).toBe('open');
    expect(guarded.serverLines.join('\n')).not.toContain(TOKEN);
  });

  test('over TLS the service speaks only TLS', async () => {
    const secure = await liveServer({ secrets: { token: TOKEN, tls } });
    expect(secure.url).toMatch(/^https:/);
    const { status, hsts } = await new Promise<{ status: number | undefined; hsts: unknown }>((resolve, reject) => {
      const headers = { authorization: `Bearer ${TOKEN}` };
      httpsRequest(`${secure.url}/v1/status`, { ca: TEST_TLS.cert, headers }, (response) => {
        response.resume();
        response.on('end', () =>
          resolve({ status: response.statusCode, hsts: response.headers['strict-transport-security'] }),
        );
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
    expect(hsts).toContain('max-age');
    const plain = await exchange(secure.port, [requestText('GET', '/healthz', {})]).catch(() => '');
    expect(plain).not.toContain('alive');
    await secure.server.close(1000);
  });
});

describe('a web page that is not ours', () => {
  const hosts: readonly (readonly [string, boolean])[] = [
    ['127.0.0.1', true],
    ['127.0.0.1:8787', true],
    ['localhost:1', true],
    ['LOCALHOST', true],
    ['[::1]:80', true],
    ['bots.example', true],
    ['bots.example:8443', true],
    ['exact.example:99', true],
    ['exact.example', false],
    ['evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['localhost.evil.example:8787', false],
    ['evil.example:8787#localhost', false],
    ['127.0.0.1@evil.example', false],
    ['192.168.0.1', false],
    ['0.0.0.0', false],
    ['', false],
  ];
  test.each(hosts)('that calls itself %s: is served %s', async (host, isServed) => {
    for (const path of [...GETS, '/nowhere']) {
      const [status, code] = refusal(await exchange(open.port, [requestText('GET', path, { host })]));
      const mayBeAny = host !== '' && (path === '/healthz' || path === '/readyz'); // probes know no name
      expect([path, code === 'FORBIDDEN_HOST'], `${status}`).toEqual([path, !isServed && !mayBeAny]);
      if (!isServed) expect(status).toBe(mayBeAny ? 200 : 403);
    }
    const signal = requestText('POST', '/v1/signals', { ...JSON_TYPE, host }, '{}');
    expect(refusal(await exchange(open.port, [signal]))).toEqual(
      isServed ? [400, 'INVALID_VALUE'] : [403, 'FORBIDDEN_HOST'],
    );
    if (host === '') return; // the client would send its own
    const upgraded = await tryWebSocket(`${open.url}/v1/stream`, { host });
    expect(upgraded).toBe(isServed ? 'open' : '403 FORBIDDEN_HOST');
  });

  const origins: readonly (readonly [string, boolean])[] = [
    ['https://ui.example', true],
    ['HTTPS://UI.EXAMPLE', true],
    ['http://ui.example', false],
    ['https://evil.example', false],
    ['https://ui.example.evil.example', false],
    ['null', false],
    ['', false],
    ['file://', false],
  ];
  test.each(origins)('of origin "%s": is served %s', async (origin, isServed) => {
    for (const path of GETS) {
      const [status, code] = refusal(await exchange(open.port, [requestText('GET', path, { origin })]));
      expect([path, status, code]).toEqual(isServed ? [path, 200, undefined] : [path, 403, 'FORBIDDEN_ORIGIN']);
    }
    for (const path of POSTS) {
      const [status, code] = refusal(
        await exchange(open.port, [requestText('POST', path, { ...JSON_TYPE, origin }, '{}')]),
      );
      expect(code === 'FORBIDDEN_ORIGIN', `${path}: ${status}`).toBe(!isServed);
    }
    expect(await tryWebSocket(`${open.url}/v1/stream`, { origin })).toBe(isServed ? 'open' : '403 FORBIDDEN_ORIGIN');
  });

  test('our own page may call, and only over the address it came from', async () => {
    const own = { origin: open.url };
    expect((await get(`${open.url}/v1/status`, own)).status).toBe(200);
    expect(await tryWebSocket(`${open.url}/v1/stream`, own)).toBe('open');
    const other = requestText('GET', '/v1/status', { host: `localhost:${open.port}`, origin: open.url });
    expect(refusal(await exchange(open.port, [other]))).toEqual([403, 'FORBIDDEN_ORIGIN']);
  });

  test('an allowed page may read the answer, every other finds no permission', async () => {
    const allowed = await get(`${open.url}/v1/status`, { origin: 'https://ui.example' });
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://ui.example');
    const preflight = await exchange(guarded.port, [
      requestText('OPTIONS', '/v1/signals', { origin: 'https://ui.example' }),
    ]);
    expect(statusOf(preflight)).toBe(403);
    const asked = await exchange(open.port, [requestText('OPTIONS', '/v1/signals', { origin: 'https://ui.example' })]);
    expect(statusOf(asked)).toBe(204);
    expect(asked.toLowerCase()).toContain('access-control-allow-headers: authorization, content-type');
    for (const path of GETS) {
      expect((await get(`${open.url}${path}`)).headers.get('access-control-allow-origin'), path).toBeNull();
    }
  });

  test('cannot post what a form can send', async () => {
    const before = open.service.status().counts;
    const types = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonx',
      'text/plain;application/json',
      'application/json; charset=utf-16',
      undefined,
    ];
    for (const type of types) {
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
      for (const path of POSTS) {
        const text = await exchange(open.port, [
          requestText('POST', path, headers, signalText(150, { signal_id: 'forged' })),
        ]);
        expect([path, ...refusal(text)], String(type)).toEqual([path, 415, 'UNSUPPORTED_MEDIA_TYPE']);
      }
    }
    expect(open.service.status().counts).toEqual(before);
    expect(
      (await post(`${open.url}/v1/signals`, signalText(150), { 'content-type': 'Application/JSON; charset="UTF-8"' }))
        .status,
    ).toBe(200);
  });

  test('finds headers that keep it out, on answers and on errors', async () => {
    for (const answer of [
      await get(`${open.url}/v1/status`),
      await get(`${open.url}/nowhere`),
      await post(`${open.url}/v1/signals`, '{'),
    ]) {
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('x-frame-options')).toBe('DENY');
      expect(answer.headers.get('server') ?? answer.headers.get('x-powered-by')).toBeNull();
    }
  });
});

describe('hostile bodies', () => {
  test('of 100 MB are refused before they are read', async () => {
    const rss = process.memoryUsage().rss;
    const head =
      'POST /v1/signals HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 104857600\r\n\r\n';
    expect(refusal(await exchange(open.port, [head]))).toEqual([413, 'BODY_TOO_LARGE']);
    expect(process.memoryUsage().rss - rss).toBeLessThan(50 * 1_048_576);
  });

  test('without a length are cut when they grow too long, and the connection with them', async () => {
    const { text, nSent } = await flood(open.port, 100 * 1_048_576);
    expect(refusal(text)).toEqual([413, 'BODY_TOO_LARGE']);
    expect(nSent, 'far from all of it was taken').toBeLessThan(40 * 1_048_576);
    expect((await get(`${open.url}/healthz`)).status).toBe(200);
  });

  test('that are packed are not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(32 * 1_048_576));
    for (const encoding of ['gzip', 'br', 'deflate', 'x-unknown']) {
      const answer = await post(`${open.url}/v1/signals`, bomb, { 'content-encoding': encoding });
      expect([answer.status, codeOf(answer)], encoding).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    }
  });

  test.each([
    ['200,000 brackets', '['.repeat(200_000), 'BAD_JSON'],
    ['200,000 closed brackets', `${'['.repeat(200_000)}${']'.repeat(200_000)}`, 'BAD_JSON'],
    ['brackets behind a text', `["${'x'.repeat(512)}",${'['.repeat(99_000)}${']'.repeat(99_000)}]`, 'INVALID_VALUE'],
    ['a constructor', signalText(150, { constructor: { prototype: { admin: true } } }), 'INVALID_VALUE'],
    ['a prototype inside the bars', signalText(150, { bars: { constructor: 1 } }), 'INVALID_VALUE'],
  ])('with %s are refused, on every route', async (_name, body, code) => {
    for (const path of ['/v1/signals', '/v1/bars/SIM']) {
      const answer = await post(`${open.url}${path}`, body);
      expect([path, answer.status, codeOf(answer)]).toEqual([path, 400, code]);
    }
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  });

  test('that arrive together in more bytes than may wait are turned away, until there is room', async () => {
    const small = await liveServer({ server: { maxSignalBytes: 1024, maxBatchBytes: 1024 } });
    const head =
      'POST /v1/signals HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n';
    const sockets = Array.from({ length: 20 }, () => connect({ port: small.port, host: '127.0.0.1' }));
    let refused = '';
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        refused += data.toString('latin1');
      });
      socket.write(`${head}${'x'.repeat(999)}`);
    }
    await until(() => refused !== '', 'one is turned away');
    expect(refusal(refused)).toEqual([429, 'OVERLOADED']);
    for (const socket of sockets) socket.destroy();
    await until(async () => (await connectionsOf(small)) === 0, 'they are gone');
    for (let i = 0; i < 5; i++) expect((await post(`${small.url}/v1/signals`, '{}')).status, 'there is room').toBe(400);
    await small.server.close(1000);
  });

  test('that stop half way leave nothing behind', async () => {
    const socket = connect({ port: open.port, host: '127.0.0.1' });
    socket.write(
      'POST /v1/signals HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"half":',
    );
    await until(() => socket.bytesWritten > 0, 'half is sent');
    socket.destroy();
    expect((await post(`${open.url}/v1/signals`, signalText(150))).status).toBe(200);
    expect(open.serverLines, 'nothing to tell the operator').toEqual([]);
  });
});

describe('hostile names', () => {
  const versions = [
    '..',
    '.',
    '%2e%2e',
    '..%2f..%2fetc%2fpasswd',
    '%00',
    'a%00b',
    '..%5c..',
    'a'.repeat(65),
    '%2Fproc%2Fself%2Fenviron',
    'a b',
    'é',
    '%zz',
    'a'.repeat(5000),
  ];
  test.each(versions)('model version %s reaches no model', async (version) => {
    for (const move of ['promote', 'rollback']) {
      const text = await exchange(open.port, [requestText('POST', `/v1/models/${version}/${move}`, JSON_TYPE, '{}')]);
      const [status, code] = refusal(text);
      expect([400, 404]).toContain(status);
      expect(['INVALID_VALUE', 'BAD_REQUEST', 'NOT_FOUND'], text).toContain(code);
    }
  });

  test('no unchecked name comes to the service', async () => {
    const asked: string[] = [];
    const spied = await liveServer({
      wrap: (service) =>
        replaceIn(service, {
          promote: (version: string) => {
            asked.push(version);
            return service.promote(version);
          },
        }),
    });
    for (const version of [...versions, 'm-1']) {
      await exchange(spied.port, [requestText('POST', `/v1/models/${version}/promote`, JSON_TYPE, '{}')]);
    }
    expect(asked).toEqual(['m-1']);
    await spied.server.close(1000);
  });

  test.each(['%00', 'a%0Ab', '%C2%85', 'a'.repeat(257), '%zz', '%C0%AF'])('instrument %s is refused', async (id) => {
    const text = await exchange(open.port, [requestText('POST', `/v1/bars/${id}`, JSON_TYPE, '[]')]);
    expect(statusOf(text)).toBe(400);
  });

  test('an instrument may look like a path, and is only a name', async () => {
    const text = await exchange(open.port, [
      requestText(
        'POST',
        '/v1/bars/..%2F..%2Fetc%2Fpasswd',
        JSON_TYPE,
        '{"ts_event":1700000000000000001,"open":1,"high":1,"low":1,"close":1,"volume":1}',
      ),
    ]);
    expect(statusOf(text)).toBe(200);
    expect(text).toContain('"instrument_id":"../../etc/passwd"');
  });

  test('markup comes back as text', async () => {
    const id = '<img src=x onerror=alert(1)>';
    const answer = await post(`${open.url}/v1/signals`, signalText(150, { instrument_id: id, signal: 9 }));
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    const page = await exchange(open.port, [requestText('GET', '/%3Cscript%3E', {})]);
    expect(page).not.toContain('<script>');
  });
});

describe('slow and many', () => {
  test('headers and bodies have their time', () => {
    const { server } = open.server.app;
    expect([server.headersTimeout, server.requestTimeout]).toEqual([5000, 10_000]);
    expect(server.timeout, 'silence').toBe(60_000);
  });

  test('headers that never end, or never begin, are cut', async () => {
    const { server } = open.server.app;
    server.headersTimeout = 300;
    try {
      const text = await exchange(open.port, ['GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-slow: ']);
      expect(refusal(text)).toEqual([408, 'REQUEST_TIMEOUT']);
      expect(refusal(await exchange(open.port, []))).toEqual([408, 'REQUEST_TIMEOUT']);
    } finally {
      server.headersTimeout = 5000;
    }
  });

  test('headers that are too long are refused', async () => {
    const text = await exchange(open.port, [requestText('GET', '/healthz', { 'x-long': 'x'.repeat(20_000) })]);
    expect(refusal(text)).toEqual([431, 'HEADERS_TOO_LARGE']);
  });

  test('what is no HTTP is refused', async () => {
    expect(refusal(await exchange(open.port, ['\x16\x03\x01 hello\r\n\r\n']))).toEqual([400, 'BAD_REQUEST']);
    const smuggled =
      'POST /v1/signals HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n';
    expect(statusOf(await exchange(open.port, [smuggled]))).toBe(400);
    expect(refusal(await exchange(open.port, ['GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n']))).toEqual([
      403,
      'FORBIDDEN_HOST',
    ]);
  });

  test('an upgrade that is refused leaves no connection behind', async () => {
    const upgrade = { connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
    const key = { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };
    const own = await liveServer();
    const tries: readonly (readonly [string, Record<string, string>, number])[] = [
      ['/v1/stream', { host: 'evil.example' }, 403],
      ['/v1/stream?types=gossip', {}, 400],
      ['/v1/stream?type=state', {}, 400],
      ['/v1/stream', { 'sec-websocket-key': 'short' }, 400],
      ['/v1/stream', { host: 'evil.example', connection: 'keep-alive, upgrade' }, 403],
    ];
    for (const [path, headers, status] of tries) {
      const text = await exchange(own.port, [requestText('GET', path, { ...upgrade, ...key, ...headers })]);
      expect([path, statusOf(text)]).toEqual([path, status]);
    }
    expect(await connectionsOf(own)).toBe(0);
    await own.server.close(60_000);
  });

  test('an offer of another protocol is passed over', async () => {
    const offer = {
      connection: 'upgrade, http2-settings, close',
      upgrade: 'h2c',
      'http2-settings': 'AAMAAABkAAQAAP__',
    };
    expect(statusOf(await exchange(open.port, [requestText('GET', '/healthz', offer)]))).toBe(200);
    const signal = requestText('POST', '/v1/signals', { ...JSON_TYPE, ...offer }, signalText(150));
    expect(statusOf(await exchange(open.port, [signal]))).toBe(200);
    const stream = await exchange(open.port, [requestText('GET', '/v1/stream', offer)]);
    expect(refusal(stream), 'the stream itself speaks WebSocket only').toEqual([426, 'UPGRADE_REQUIRED']);
    const elsewhere = { connection: 'upgrade, close', upgrade: 'websocket' };
    for (const [path, status] of [
      ['/healthz', 200],
      ['/nowhere', 404],
      ['/%zz', 400],
    ] as const) {
      expect(statusOf(await exchange(open.port, [requestText('GET', path, elsewhere)])), path).toBe(status);
    }
  });

  test('more connections than allowed are turned away', async () => {
    const small = await liveServer({ server: { maxConnections: 2 } });
    const kept = [1, 2].map(() => new WebSocket(`${small.url.replace('http', 'ws')}/v1/stream`));
    await until(() => kept.every(({ readyState }) => readyState === WebSocket.OPEN), 'two are connected');
    expect(await exchange(small.port, [requestText('GET', '/healthz', {})]).catch(() => '')).toBe('');
    for (const socket of kept) socket.terminate();
    await until(async () => (await connectionsOf(small)) === 0, 'they are gone');
    expect((await get(`${small.url}/healthz`)).status).toBe(200);
    await small.server.close(1000);
  });

  test('connections that send nothing give way to new ones', async () => {
    const small = await liveServer({ server: { maxConnections: 2 } });
    const silent = [1, 2].map(() => connect({ port: small.port, host: '127.0.0.1' }).on('error', () => undefined));
    await until(async () => (await connectionsOf(small)) === 2, 'two are connected');
    expect(statusOf(await exchange(small.port, [requestText('GET', '/healthz', {})]))).toBe(200);
    await until(() => silent.filter(({ closed }) => closed).length === 1, 'one of them was cut');
    for (const socket of silent) socket.destroy();
    await small.server.close(1000);
  });
});

function connectionsOf({ server }: LiveServer): Promise<number> {
  return new Promise((resolve, reject) => {
    server.app.server.getConnections((error, n) => (error === null ? resolve(n) : reject(error)));
  });
}

/** Sends a body in chunks, as fast as it is taken, until all is sent or the other side ends it. */
function flood(port: number, total: number): Promise<{ readonly text: string; readonly nSent: number }> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const chunk = Buffer.from(`10000\r\n${'x'.repeat(65_536)}\r\n`);
    let text = '';
    let nSent = 0;
    const send = (): void => {
      while (nSent < total && socket.writable) {
        nSent += 65_536;
        if (!socket.write(chunk)) return;
      }
    };
    socket.on('drain', send);
    socket.on('data', (data) => {
      text += data.toString('latin1');
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve({ text, nSent }));
    socket.write(
      'POST /v1/signals HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    send();
  });
}
