import { request } from 'node:https';
import { afterEach, expect, test } from 'vitest';
import { JournalError, ServiceError } from '../../src/core/index.ts';
import type { ServiceApi } from '../../src/live/index.ts';
import { PlainSignals } from '../../src/server/routes/plain-signals.ts';
import {
  exchange,
  get,
  type LiveServer,
  type LiveServerOptions,
  liveServer,
  replaceIn,
  requestText,
  signalText,
  statusOf,
  TOKEN,
  WALK,
} from '../support/live-server.ts';
import { TEST_TLS } from '../support/tls-pair.ts';

/** Content types of the same meaning: the first is plain, the other is left to the router. */
const [PLAIN, ROUTED] = ['application/json', 'Application/JSON'] as const;
const DATE = /^date: .*$/gim;

const open: LiveServer[] = [];
afterEach(async () => {
  for (const { server } of open.splice(0)) await server.close(1000);
});

/** A server of its own, so that both ways find the same state. */
async function fresh(options: LiveServerOptions = {}): Promise<LiveServer> {
  const started = await liveServer({ serverClock: { monotonicNs: () => 0 }, ...options });
  open.push(started);
  return started;
}

/** One request, by its target, body and further headers. */
type Sent = readonly [path: string, body: string, headers?: Record<string, string>];

async function answersOf(type: string, sent: readonly Sent[], options?: LiveServerOptions): Promise<string[]> {
  const live = await fresh(options);
  const answers: string[] = [];
  for (const [path, body, headers = {}] of sent) {
    const text = requestText('POST', path, { 'content-type': type, ...headers }, body);
    answers.push((await exchange(live.port, [text])).replace(DATE, 'date'));
  }
  return [...answers, await problemsOf(live)];
}

/** The metrics of refusals, which both ways count. */
async function problemsOf({ url }: LiveServer): Promise<string> {
  const { text } = await get(`${url}/metrics`, { authorization: `Bearer ${TOKEN}` });
  expect(text).toContain('ml4t_problems_total');
  return text
    .split('\n')
    .filter((line) => /^ml4t_(?:problems|signals_rejected)_total/.test(line))
    .join('\n');
}

async function expectSame(sent: readonly Sent[], options?: LiveServerOptions): Promise<string[]> {
  const plain = await answersOf(PLAIN, sent, options);
  const routed = await answersOf(ROUTED, sent, options);
  expect(plain).toEqual(routed);
  return plain;
}

const wrap = (submit: ServiceApi['submit']): LiveServerOptions => ({
  wrap: (service) => replaceIn(service, { submit }),
});

test('only the plain way is another: the router never sees a plain signal', async () => {
  const routed: (string | undefined)[] = [];
  const listener = new PlainSignals({ secrets: { tls: null } } as never).before(({ url }) => void routed.push(url));
  const message = { method: 'POST', headers: { 'content-type': PLAIN, 'content-length': '2' } };
  const others = [
    { ...message, url: '/v1/signals?durable=true' },
    { ...message, url: '/v1/signals/' },
    { ...message, url: '/v1/bars/X' },
    { ...message, url: '/v1/signals', method: 'PUT' },
  ];
  for (const other of others) listener(other as never, {} as never);
  for (const headers of [
    { 'content-type': ROUTED },
    { 'content-type': 'application/x-ndjson' },
    { origin: 'http://localhost' },
    { 'content-encoding': 'gzip' },
    { 'transfer-encoding': 'chunked' },
    { 'content-length': undefined },
    { 'content-length': '0' },
  ]) {
    listener({ ...message, url: '/v1/signals', headers: { ...message.headers, ...headers } } as never, {} as never);
  }
  expect(routed).toHaveLength(11);
  expect(() => listener({ ...message, url: '/v1/signals' } as never, {} as never), 'taken').toThrow(TypeError);
});

test('every byte of an answer is the same: new, repeated, contradicted, held, long', async () => {
  const first = signalText(120, { signal_id: 'a' });
  const features = Object.fromEntries(Array.from({ length: 60 }, (_, k) => [`funding_of_some_long_name_${k}`, k]));
  const answers = await expectSame([
    ['/v1/signals', first],
    ['/v1/signals', first],
    ['/v1/signals', signalText(121, { signal_id: 'a' })],
    ['/v1/signals', signalText(122)],
    ['/v1/signals', signalText(122, { signal_id: 'held' }, null)],
    ['/v1/signals', signalText(123, { signal_id: 'Grüße €' })],
    ['/v1/signals', signalText(124, { features })],
    ['/v1/predictions', signalText(125, { probability: 0.7, signal_id: 'p' })],
    ['/v1/signals', signalText(126), { 'content-type': 'application/json; charset=utf-8' }],
  ]);
  expect(answers.slice(0, 9).map(statusOf)).toEqual([200, 200, 409, 200, 200, 200, expect.any(Number), 200, 200]);
});

test('every byte of a refusal is the same', async () => {
  const answers = await expectSame([
    ['/v1/signals', '{'],
    ['/v1/signals', '{}'],
    ['/v1/signals', '[]'],
    ['/v1/signals', signalText(120, { signal: 3 })],
    ['/v1/signals', signalText(120, { timestamp: WALK.tsEvent[0] })],
    ['/v1/predictions', signalText(120)],
    ['/v1/signals', signalText(120), { host: 'evil.example' }],
    ['/v1/signals', `"${'x'.repeat(2 ** 23)}"`],
  ]);
  expect(
    answers
      .slice(0, 8)
      .map(statusOf)
      .every((status) => status >= 400),
  ).toBe(true);
});

test('a token, a stop and faults of the service are the same', async () => {
  const body = signalText(120);
  const secrets = { token: TOKEN, tls: null };
  const authorization = `Bearer ${TOKEN}`;
  await expectSame(
    [
      ['/v1/signals', body],
      ['/v1/signals', body, { authorization }],
    ],
    { secrets },
  );
  const faults = [
    new ServiceError('STOPPING', 'the service is stopping'),
    new ServiceError('OVERLOADED', 'too many signals'),
    new JournalError('JOURNAL_FULL', 'no room'),
    new Error('a path that nobody may see'),
  ];
  for (const fault of faults) {
    const thrown = await expectSame(
      [['/v1/signals', body]],
      wrap(() => {
        throw fault;
      }),
    );
    const rejected = await expectSame(
      [['/v1/signals', body]],
      wrap(() => Promise.reject(fault)),
    );
    expect(thrown, 'an error is an error, whenever it comes').toEqual(rejected);
    expect(thrown.join()).not.toContain('nobody');
  }
});

test('a connection that stays open is told the same', async () => {
  const stay = { connection: 'keep-alive' };
  const pipelined = async (type: string): Promise<string> => {
    const { port } = await fresh();
    const texts = [stay, stay, {}].map((headers, k) =>
      requestText('POST', '/v1/signals', { 'content-type': type, ...headers }, signalText(120 + k)),
    );
    return (await exchange(port, texts)).replace(DATE, 'date');
  };
  expect(await pipelined(PLAIN)).toBe(await pipelined(ROUTED));
});

test('with TLS the headers are the same too', async () => {
  const headersOf = async (type: string): Promise<string[]> => {
    const { port } = await fresh({ secrets: { token: null, tls: TEST_TLS } });
    const body = signalText(120);
    const headers = { 'content-type': type, 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const options = {
        port,
        host: '127.0.0.1',
        path: '/v1/signals',
        method: 'POST',
        headers,
        rejectUnauthorized: false,
      };
      request(options, (response) => {
        response.resume();
        resolve(response.rawHeaders.filter((_, k, all) => all[k - (k % 2)].toLowerCase() !== 'date'));
      })
        .on('error', reject)
        .end(body);
    });
  };
  const plain = await headersOf(PLAIN);
  expect(plain).toEqual(await headersOf(ROUTED));
  expect(plain.join()).toContain('Strict-Transport-Security');
});
