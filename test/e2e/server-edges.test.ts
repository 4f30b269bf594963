import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  codeOf,
  exchange,
  get,
  type LiveServer,
  liveServer,
  post,
  requestText,
  signalText,
  statusOf,
} from '../support/live-server.ts';

// Edges at which the document was once looser than the service, or the service than the document.

let live: LiveServer;
beforeAll(async () => {
  live = await liveServer();
});
afterAll(() => live.server.close(1000));

const [FIRST, T0, T1] = ['31536000000000000', '1700000000000000000', '1700000000000000001'];
const bar = (change: Record<string, unknown>): string =>
  JSON.stringify({ ts_event: T0, open: 2, high: 3, low: 1, close: 2, volume: 5, ...change });
const ODD = '\u{1F600}';

test.each([
  ['a high below the close', bar({ high: 1.5 }), 422],
  ['a low above the open', bar({ low: 2.5 }), 422],
  ['times that fall', `[${bar({})},${bar({ ts_event: FIRST })}]`, 422],
  ['more taken than traded', bar({ taker_buy_volume: 6 }), 422],
  [
    'columns of two lengths',
    '{"ts_event":[1700000000000000000,1700000000000000001],"open":[1],"high":[1],"low":[1],"close":[1],"volume":[1]}',
    422,
  ],
  ['a taker volume in one bar alone', `[${bar({ taker_buy_volume: 1 })},${bar({ ts_event: T1 })}]`, 422],
  [
    'a taker volume of words behind a bar without one',
    `[${bar({})},${bar({ ts_event: T1, taker_buy_volume: 'x' })}]`,
    400,
  ],
  ['a price of 0', bar({ low: '0' }), 400],
  ['a volume below 0', bar({ volume: -1 }), 400],
  ['a volume of -0', bar({ volume: '-0' }), 200],
  ['no bar', '[]', 400],
  ['a price beyond all bounds', bar({ high: 1.5e308 }), 400],
  ['a price with an endless exponent', bar({ high: '1e999' }), 400],
  ['a volume of 309 digits', bar({ volume: '0'.repeat(309) }), 400],
  ['a time that needs more than 64 bits', bar({}).replace(T0, String(2n ** 63n)), 400],
  ['a time in milliseconds', bar({ ts_event: 1_700_000_000_000 }), 400],
  ['the last time before 1971', bar({ ts_event: '31535999999999999' }), 400],
])('bars with %s', async (_, body, status) => {
  const answer = await post(`${live.url}/v1/bars/EDGE`, body);
  expect(answer.status, answer.text).toBe(status);
  if (status !== 200) expect(codeOf(answer), 'the code is the same').toBe('INVALID_VALUE');
});

test.each([
  ['an id of 256 characters that take two units each', { signal_id: ODD.repeat(256) }, 200],
  ['an id of 257', { signal_id: ODD.repeat(257) }, 400],
  ['a lone surrogate', { signal_id: '\ud83d' }, 400],
  ['a strength of "0"', { strength: '0' }, 400],
  ['a strength of "1e-05"', { strength: '1e-05', signal_id: 'weak' }, 200],
  ['a strength that only rounds to 1', { strength: '1.00000000000000000000001' }, 400],
  ['a signal of "1.0"', { signal: '1.0', signal_id: 'one' }, 200],
])('a signal with %s', async (_, change, status) => {
  const answer = await post(`${live.url}/v1/signals`, signalText(150, change));
  expect(answer.status, answer.text).toBe(status);
});

test('a time beyond 64 bits is refused, before and after now', async () => {
  for (const time of [2n ** 63n, -(2n ** 63n) - 1n]) {
    const body = signalText(150, { timestamp: undefined }, null).replace('{', `{"timestamp":${time},`);
    const answer = await post(`${live.url}/v1/signals`, body);
    expect([answer.status, codeOf(answer)], answer.text).toEqual([400, 'INVALID_VALUE']);
  }
});

test.each(['/v1/models', '/v1/status', '/v1/instruments', '/v1/signals/x', '/metrics', '/openapi.json'])(
  '%s refuses a query that it does not know',
  async (path) => {
    const answer = await get(`${live.url}${path}?limit=1`);
    expect([answer.status, codeOf(answer)]).toEqual([400, 'INVALID_VALUE']);
  },
);

test('a limit comes once, in plain digits', async () => {
  for (const query of ['limit=1001', 'limit=0', 'limit=+1', 'limit=1.0', 'limit=1&limit=1', 'limit=', 'limit=null']) {
    expect((await get(`${live.url}/v1/signals?${query}`)).status, query).toBe(400);
  }
  expect((await get(`${live.url}/v1/signals?limit=1000`)).status).toBe(200);
});

test('a route that needs no body takes none or an empty object, and nothing else', async () => {
  const path = '/v1/models/m-1/promote';
  expect(statusOf(await exchange(live.port, [requestText('POST', path, {})])), 'without a type').toBe(404);
  for (const [body, status] of [
    ['', 404],
    ['{}', 404],
    ['null', 400],
    ['[]', 400],
    ['{"force":true}', 400],
    ['no json', 400],
  ] as const) {
    expect((await post(`${live.url}${path}`, body)).status, body).toBe(status);
  }
});

test('a method that a route lacks is named before its body is looked at', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'QUERY']) {
    const text = await exchange(live.port, [requestText(method, '/v1/status', { 'content-type': 'text/plain' }, 'x')]);
    expect([method, statusOf(text)]).toEqual([method, 405]);
  }
});
