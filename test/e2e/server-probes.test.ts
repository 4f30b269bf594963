import { METHODS } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  exchange,
  get,
  type LiveServer,
  liveServer,
  replaceIn,
  requestText,
  statusOf,
  TOKEN,
} from '../support/live-server.ts';

/** A Host header of a mapped port, of a name in a cluster, of a page that rebinds DNS, and such as no name can be. */
const FOREIGN_HOSTS = ['gateway.example:32768', 'ml4t', '10.0.0.7:9000', 'evil.example', '', 'a b', 'x'.repeat(300)];
const PROBES = ['/healthz', '/readyz'] as const;
const OTHERS = ['/v1/status', '/v1/signals', '/metrics', '/openapi.json', '/', '/healthz/', '/readyz/x', '/v1/healthz'];
const REASON = 'the disk of a secret place is full';

const bodyOf = (text: string): string => text.slice(text.indexOf('\r\n\r\n') + 4);
const encoded = (path: string): string => `/%${path.charCodeAt(1).toString(16)}${path.slice(2)}`;
const named = (text: string): string => /^allow: (.*)$/im.exec(text)?.[1].trim() ?? '';

let live: LiveServer;
let troubled: LiveServer;
let guarded: LiveServer;
beforeAll(async () => {
  live = await liveServer();
  guarded = await liveServer({ secrets: { token: TOKEN, tls: null } });
  troubled = await liveServer({
    wrap: (service) =>
      replaceIn(service, {
        status: () => {
          const status = service.status();
          return { ...status, journal: { ...status.journal, status: 'full', reason: REASON } };
        },
      }),
  });
});
afterAll(() => Promise.all([live, guarded, troubled].map(({ server }) => server.close(1000))));

describe('a probe', () => {
  test.each(PROBES)('of %s is answered under HTTP/1.0 without a Host, by GET and by HEAD', async (path) => {
    for (const method of ['GET', 'HEAD']) {
      const text = await exchange(live.port, [`${method} ${path} HTTP/1.0\r\n\r\n`]);
      expect([method, statusOf(text)]).toEqual([method, 200]);
      expect(bodyOf(text) === '', method).toBe(method === 'HEAD');
    }
  });

  test.each(PROBES)('of %s is answered under any Host, and gets a yes or no', async (path) => {
    for (const host of FOREIGN_HOSTS.filter((name) => name !== '')) {
      const text = await exchange(live.port, [requestText('GET', path, { host })]);
      expect([host, statusOf(text)]).toEqual([host, 200]);
      expect(bodyOf(text)).toBe(path === '/healthz' ? '{"alive":true}' : '{"ready":true}');
      const head = await exchange(live.port, [requestText('HEAD', path, { host })]);
      expect([host, statusOf(head), bodyOf(head)]).toEqual([host, 200, '']);
      expect(Number(/^content-length: (\d+)/im.exec(head)?.[1])).toBe(bodyOf(text).length);
    }
  });

  test('gets no reason for a no, unless it names the service', async () => {
    for (const host of ['gateway.example', 'evil.example:80']) {
      const text = await exchange(troubled.port, [requestText('GET', '/readyz', { host })]);
      expect([statusOf(text), bodyOf(text)]).toEqual([503, '{"ready":false}']);
      expect(statusOf(await exchange(troubled.port, [requestText('HEAD', '/readyz', { host })]))).toBe(503);
    }
    expect((await get(`${troubled.url}/readyz`)).text).toContain(REASON);
    const old = await exchange(troubled.port, ['GET /readyz HTTP/1.0\r\n\r\n']);
    expect([statusOf(old), bodyOf(old)]).toEqual([503, '{"ready":false}']);
  });

  test.each(PROBES)(
    'of %s is answered without the token where there is one, and says nothing more with it',
    async (path) => {
      const body = path === '/healthz' ? '{"alive":true}' : '{"ready":true}';
      for (const host of ['127.0.0.1', 'gateway.example']) {
        for (const authorization of ['', `Bearer ${TOKEN}`, 'Bearer wrong']) {
          const headers = { host, ...(authorization !== '' && { authorization }) };
          const text = await exchange(guarded.port, [requestText('GET', path, headers)]);
          expect([host, authorization, statusOf(text), bodyOf(text)]).toEqual([host, authorization, 200, body]);
          expect(statusOf(await exchange(guarded.port, [requestText('HEAD', path, headers)]))).toBe(200);
        }
      }
      expect(statusOf(await exchange(guarded.port, [requestText('GET', '/metrics', { host: '127.0.0.1' })]))).toBe(401);
    },
  );

  test.each(PROBES)('of %s takes no other method', async (path) => {
    for (const method of METHODS.filter((name) => !['GET', 'HEAD', 'CONNECT'].includes(name))) {
      const text = await exchange(live.port, [requestText(method, path, {})]);
      expect([method, statusOf(text), named(text)]).toEqual([method, 405, 'GET, HEAD']);
    }
  });

  test('of anything else has to name the service', async () => {
    for (const path of OTHERS) {
      const text = await exchange(live.port, [requestText('GET', path, { host: 'gateway.example:32768' })]);
      expect([path, statusOf(text)]).toEqual([path, 403]);
      expect(statusOf(await exchange(live.port, [`GET ${path} HTTP/1.0\r\n\r\n`])), path).toBe(403);
    }
  });
});

describe('a request', () => {
  test.each(['/healthz', '/readyz', '/v1/status', '/nowhere', '/'])(
    'to %s with two Host headers is none',
    async (path) => {
      for (const [first, second] of [
        ['localhost', 'evil.example'],
        ['evil.example', 'localhost'],
        ['localhost', 'localhost'],
      ]) {
        const head = `GET ${path} HTTP/1.1\r\nhost: ${first}\r\nHOST: ${second}\r\nconnection: close\r\n\r\n`;
        const text = await exchange(live.port, [head]);
        expect([statusOf(text), text.includes('"code":"BAD_REQUEST"')]).toEqual([400, true]);
      }
    },
  );

  test('with two Host headers upgrades nothing', async () => {
    const upgrade = 'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n';
    const key = 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
    const head = `GET /v1/stream HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\n${upgrade}${key}\r\n`;
    expect(statusOf(await exchange(live.port, [head]))).toBe(400);
  });

  test('of a method that nobody uses is refused on every path, whatever its body', async () => {
    for (const path of [
      ...PROBES,
      '/v1/signals',
      '/v1/status',
      '/v1/models/m-1/promote',
      '/v1/stream',
      '/',
      '/nowhere',
    ]) {
      for (const headers of [{}, { 'content-type': 'application/json' }, { 'content-type': 'text/x-unknown' }]) {
        for (const body of ['', '{', 'x'.repeat(100_000)]) {
          const text = await exchange(live.port, [requestText('QUERY', path, headers, body)]);
          expect([path, headers, statusOf(text)]).toEqual([path, headers, 405]);
          expect(named(text), path).toMatch(/^(GET|POST)/);
        }
      }
    }
  });

  test('for a tunnel is refused', async () => {
    for (const target of ['127.0.0.1:80', '/healthz', '/v1/signals', '*']) {
      const text = await exchange(live.port, [`CONNECT ${target} HTTP/1.1\r\nhost: localhost\r\n\r\n`]);
      expect([target, statusOf(text)]).toEqual([target, 405]);
    }
  });

  test('is judged by the path that is routed, however it is written', async () => {
    const host = `127.0.0.1:${live.port}`;
    const written = (path: string): string[] => [path, `http://${host}${path}`, `HTTP://x${path}`, encoded(path)];
    for (const path of PROBES.flatMap(written)) {
      const text = await exchange(live.port, [requestText('GET', path, { host: 'gateway.example' })]);
      expect([path, statusOf(text)]).toEqual([path, 200]);
    }
    for (const path of written('/v1/signals')) {
      const text = await exchange(live.port, [requestText('POST', path, { host, 'content-type': 'text/plain' }, '{}')]);
      expect([path, statusOf(text)]).toEqual([path, 415]);
    }
    for (const path of [
      ...written('/v1/status'),
      'http://a?b/v1/status',
      'http://a#/v1/status',
      '/dashboard/../v1/status',
    ]) {
      const text = await exchange(guarded.port, [requestText('GET', path, { host: '127.0.0.1' })]);
      expect(text).not.toContain('uptime_seconds');
    }
  });

  test('of any method that HTTP has never ends in a fault of the service', async () => {
    for (const path of [...PROBES, '/v1/signals', '/metrics', '/', '/nowhere']) {
      for (const method of METHODS.filter((name) => name !== 'CONNECT')) {
        const status = statusOf(await exchange(live.port, [requestText(method, path, {})]));
        expect([method, path, status < 500]).toEqual([method, path, true]);
      }
    }
    expect(live.serverLines).toEqual([]);
  });
});
