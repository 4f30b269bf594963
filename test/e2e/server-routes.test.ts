import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JournalError, ModelError, ServiceError, stringifyLossless } from '../../src/core/index.ts';
import type { BusHealth, MessageBus } from '../../src/ports/index.ts';
import { barsToWire } from '../../src/wire/index.ts';
import { ControlledJournal } from '../support/controlled-journal.ts';
import {
  codeOf,
  exchange,
  get,
  type LiveServer,
  liveServer,
  post,
  replaceIn,
  requestText,
  signalText,
  statusOf,
  WALK,
} from '../support/live-server.ts';
import { until } from '../support/until.ts';

type Wire = Record<string, unknown>;
const read = (text: string): Wire => JSON.parse(text) as Wire;
const KEPT = { connection: 'keep-alive', 'content-type': 'application/json' };
const NDJSON = { 'content-type': 'application/x-ndjson' };

/** Bytes of which those above 127 are no UTF-8. */
const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

let live: LiveServer;
beforeAll(async () => {
  live = await liveServer({ server: { maxSignalBytes: 65_536 } });
});
afterAll(() => live.server.close(1000));

describe('POST /v1/signals', () => {
  test('answers word for word what the service says, with every digit of its times', async () => {
    const answer = await post(`${live.url}/v1/signals`, signalText(150, { signal_id: 'a' }));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.text, 'a timestamp of 19 digits').toContain(`"timestamp":${WALK.tsEvent[150]},`);
    const record = await live.journal.findSignal('a');
    expect(answer.text.startsWith(record?.answer.slice(0, -1) ?? 'no record')).toBe(true);
    expect(record?.transport).toBe('http');
  });

  test('shows the bars when asked', async () => {
    const answer = await post(`${live.url}/v1/signals?include_bars=true`, signalText(151, { signal_id: 'b' }));
    const { signal_event: event } = read(answer.text) as { signal_event: { bars: { close: number[] } } };
    expect(event.bars.close).toEqual(Array.from(WALK.slice(52, 152).close));
  });

  test('takes a signal without bars where they are held, and answers that it warms up where they are not', async () => {
    const bars = stringifyLossless(barsToWire(WALK.slice(0, 120)));
    expect((await post(`${live.url}/v1/bars/HELD%2FUSD`, bars)).status).toBe(200);
    const held = await post(`${live.url}/v1/signals`, signalText(119, { instrument_id: 'HELD/USD' }, null));
    expect(held.status, held.text).toBe(200);
    const unknown = await post(`${live.url}/v1/signals`, signalText(119, { instrument_id: 'NOWHERE' }, null));
    expect([unknown.status, read(unknown.text)]).toMatchObject([
      200,
      {
        take: false,
        take_reason: 'warming_up',
        size: 0,
        last_bar_ts: null,
        signal_event: { n_bars: 0, last_bar_ts: null },
      },
    ]);
  });

  test('the same again is the same answer; another body under the id is a conflict', async () => {
    const first = read((await post(`${live.url}/v1/signals`, signalText(160, { signal_id: 'twice' }))).text);
    const again = read((await post(`${live.url}/v1/signals`, signalText(160, { signal_id: 'twice' }))).text);
    expect([again.answer_hash, again.duplicate]).toEqual([first.answer_hash, true]);
    const other = await post(`${live.url}/v1/signals`, signalText(161, { signal_id: 'twice' }));
    expect([other.status, codeOf(other)]).toEqual([409, 'ID_CONFLICT']);
    expect(other.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  });

  const bad: readonly [name: string, body: string | Uint8Array, status: number, code: string, field?: string][] = [
    ['no JSON', '{"a":', 400, 'BAD_JSON'],
    ['nothing', '', 400, 'BAD_JSON'],
    ['a key twice', signalText(150).replace('{', String.raw`{"sign\u0061l":1,`), 400, 'BAD_JSON'],
    ['a number that is no decimal', signalText(150, { signal: '0b1' }), 400, 'INVALID_VALUE'],
    ['bad UTF-8', latin1(signalText(150, { instrument_id: 'caf\u00e9' })), 400, 'BAD_JSON'],
    ['a byte order mark', Buffer.from(`\ufeff${signalText(150)}`), 400, 'BAD_JSON'],
    ['no object', '[]', 400, 'INVALID_VALUE'],
    ['no instrument', '{"signal":1,"timestamp":1}', 400, 'INVALID_VALUE', 'instrument_id'],
    ['a wild signal', signalText(150, { signal: 2 }), 400, 'INVALID_VALUE', 'signal'],
    ['a control character', signalText(150, { instrument_id: 'a\u0000b' }), 400, 'INVALID_VALUE', 'instrument_id'],
    ['an endless number', signalText(150).replace(/"close":\[[\d.]+/, '"close":[1e999'), 400, 'INVALID_VALUE'],
    ['a prototype', signalText(150).replace('{', '{"__proto__":{"admin":true},'), 400, 'INVALID_VALUE'],
    ['an escaped prototype', signalText(150).replace('{', '{"\\u005f_proto__":{},'), 400, 'INVALID_VALUE'],
    [
      'a deep nest',
      signalText(150, { extra: 0 }).replace('"extra":0', `"extra":${'['.repeat(30)}${']'.repeat(30)}`),
      400,
      'INVALID_VALUE',
    ],
    ['200,000 brackets', '['.repeat(60_000), 400, 'BAD_JSON'],
    ['too few bars', signalText(150, { bars: barsToWire(WALK.slice(0, 99)) }), 422, 'NOT_ENOUGH_BARS'],
    ['the year 2262', signalText(150, { timestamp: 9_000_000_000_000_000_000n }), 422, 'FUTURE_TIMESTAMP'],
    ['a long body', signalText(150, { filler: 'x'.repeat(70_000) }), 413, 'BODY_TOO_LARGE'],
  ];
  test.each(bad)('refuses %s', async (_name, body, status, code, field) => {
    const answer = await post(`${live.url}/v1/signals`, body);
    expect([answer.status, codeOf(answer)], answer.text).toEqual([status, code]);
    if (field !== undefined) expect(read(answer.text).field).toBe(field);
    expect(({} as { admin?: boolean }).admin, 'no prototype was reached').toBeUndefined();
  });

  test('refuses a query it does not know', async () => {
    for (const query of ['durabel=true', 'durable=yes', 'durable=true&durable=false']) {
      const answer = await post(`${live.url}/v1/signals?${query}`, signalText(150));
      expect([answer.status, codeOf(answer)], query).toEqual([400, 'INVALID_VALUE']);
    }
  });

  test('durable waits for the record, and plain does not', async () => {
    live.journal.isHeld = true;
    try {
      const plain = await post(`${live.url}/v1/signals`, signalText(170, { signal_id: 'plain' }));
      expect(plain.status, 'answered while nothing is written').toBe(200);
      let isAnswered = false;
      const durable = post(`${live.url}/v1/signals?durable=true`, signalText(171, { signal_id: 'durable' })).then(
        (answer) => {
          isAnswered = true;
          return answer;
        },
      );
      await until(() => live.service.status().nInFlight === 2, 'both are in flight');
      await get(`${live.url}/healthz`); // a whole turn of the server
      expect(isAnswered, 'not answered before its record').toBe(false);
      live.journal.flush();
      expect((await durable).status).toBe(200);
    } finally {
      live.journal.isHeld = false;
      live.journal.flush();
    }
  });
});

describe('POST /v1/predictions', () => {
  const predict = (body: string, headers = {}) => post(`${live.url}/v1/predictions`, body, headers);

  test('is answered as the same signal is, and is the same signal on every road', async () => {
    const text = signalText(150, { signal_id: 'p-1', probability: 0.62 });
    const answer = await predict(text);
    expect(answer.status, answer.text).toBe(200);
    const record = await live.journal.findSignal('p-1');
    expect(answer.text.startsWith(record?.answer.slice(0, -1) ?? 'no record')).toBe(true);
    expect(record?.columnValues).toEqual({ signal_probability: 0.62 });
    const again = read((await post(`${live.url}/v1/signals`, text)).text);
    expect([again.duplicate, again.answer_hash]).toEqual([true, read(answer.text).answer_hash]);
    const detail = read((await get(`${live.url}/v1/signals/p-1`)).text);
    expect(detail.column_values).toEqual({ signal_probability: 0.62 });
    expect(read(answer.text).reason, 'the model does not read it').toContain(
      'its probability is recorded and was not used',
    );
  });

  test('refuses what has no probability, with the road for it', async () => {
    const refused = await predict(signalText(150, { signal_id: 'p-2' }));
    expect([refused.status, codeOf(refused)]).toEqual([400, 'INVALID_VALUE']);
    expect(read(refused.text)).toMatchObject({
      field: 'probability',
      detail: expect.stringContaining('a signal without one goes to POST /v1/signals'),
    });
    const percent = await predict(signalText(150, { signal_id: 'p-2', probability: 62 }));
    expect(read(percent.text).detail).toContain('62 % is 0.62');
    expect(await live.journal.findSignal('p-2')).toBeNull();
  });

  test('takes lines, each answered in its place', async () => {
    const lines = [signalText(150, { signal_id: 'p-3', probability: 0 }), signalText(150, { signal_id: 'p-4' })];
    const { text } = await predict(`${lines.join('\n')}\n`, NDJSON);
    const [first, second] = text.trim().split('\n').map(read);
    expect(first).toMatchObject({ signal_id: 'p-3', source: expect.any(String) });
    expect(second).toMatchObject({ error: { code: 'INVALID_VALUE', line: 2 } });
  });
});

describe('a batch', () => {
  test('is answered line for line, in order, each error in its place', async () => {
    const lines = [
      signalText(200, { signal_id: 'n1' }),
      'no json',
      signalText(201, { signal_id: 'n2' }),
      '',
      signalText(202, { signal_id: 'n1' }),
      `${signalText(203, { signal_id: 'n3' })}\r`,
      signalText(204, { filler: 'x'.repeat(70_000) }),
    ];
    for (const query of ['', '?durable=true']) {
      const answer = await post(`${live.url}/v1/signals${query}`, lines.join('\n'), NDJSON);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
      const answers = answer.text.split('\n').slice(0, -1).map(read);
      const told = answers.map((line) => line.signal_id ?? `${(line.error as Wire).line} ${(line.error as Wire).code}`);
      expect(told).toEqual(['n1', '2 BAD_JSON', 'n2', '4 BAD_JSON', '5 ID_CONFLICT', 'n3', '7 BODY_TOO_LARGE']);
      expect(Object.keys(answers[1].error as Wire)).toEqual(['code', 'message', 'line']);
    }
  });

  test('of many lines leaves turns for everybody else', async () => {
    const n = 3000;
    const body = Array.from({ length: n }, (_, i) =>
      signalText(119, { instrument_id: 'HELD/USD', signal_id: `m${i}` }, null),
    ).join('\n');
    let nProbes = 0;
    let isDone = false;
    const batch = post(`${live.url}/v1/signals`, body, NDJSON).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      await get(`${live.url}/healthz`);
      nProbes++;
    }
    expect((await batch).text.split('\n')).toHaveLength(n + 1);
    expect(nProbes, 'probes answered while the batch ran').toBeGreaterThan(5);
  });

  test('keeps to the limits of a batch', async () => {
    const lines = await post(`${live.url}/v1/signals`, '\n'.repeat(100_001), NDJSON);
    expect([lines.status, codeOf(lines)]).toEqual([413, 'BODY_TOO_LARGE']);
    const elsewhere = await post(`${live.url}/v1/outcomes`, '{}', NDJSON);
    expect([elsewhere.status, codeOf(elsewhere)]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
  });
});

describe('bars', () => {
  const one = (i: number): Wire => {
    const { tsEvent: ts_event, takerBuyVolume: _taker, ...rest } = WALK.bar(i);
    return { ts_event, ...rest };
  };
  test.each([
    ['columns', barsToWire(WALK.slice(0, 5)), 5],
    ['objects', [5, 6, 7].map(one), 3],
    ['one bar', one(8), 1],
  ])('come as %s', async (_name, body, n) => {
    const answer = await post(`${live.url}/v1/bars/FORMS`, stringifyLossless(body));
    expect(answer.status, answer.text).toBe(200);
    expect(read(answer.text)).toEqual({
      instrument_id: 'FORMS',
      n_added: n,
      n_repeated: 0,
      n_revised: 0,
      n_late: 0,
      n_too_old: 0,
    });
  });

  test('that break a rule are refused', async () => {
    for (const body of ['[]', '{}', '[{"ts_event":1700000000000000001}]', stringifyLossless({ ...one(9), high: -1 })]) {
      const answer = await post(`${live.url}/v1/bars/FORMS`, body);
      expect([answer.status, codeOf(answer)], body).toEqual([400, 'INVALID_VALUE']);
    }
  });

  test('durable bars are written when they are answered', async () => {
    const before = live.journal.entries.length;
    expect((await post(`${live.url}/v1/bars/FORMS?durable=true`, stringifyLossless(one(10)))).status).toBe(200);
    expect(live.journal.entries.length).toBeGreaterThan(before);
  });
});

describe('outcomes', () => {
  test('are told once, by label, by return or by both', async () => {
    for (const [id, end] of [
      ['o1', 210],
      ['o2', 211],
      ['o3', 212],
    ] as const) {
      await post(`${live.url}/v1/signals`, signalText(end, { signal_id: id, instrument_id: 'OUT' }));
    }
    const told = async (body: Wire): Promise<readonly [number, unknown]> => {
      const answer = await post(`${live.url}/v1/outcomes?durable=true`, stringifyLossless(body));
      const { label, code, return: tradeReturn, exit_ts: exit } = read(answer.text);
      return [answer.status, code ?? [label, tradeReturn, exit]];
    };
    expect(await told({ signal_id: 'o1', label: 1 })).toEqual([200, [1, null, null]]);
    expect(await told({ signal_id: 'o1', label: 1 })).toEqual([200, [1, null, null]]);
    expect(await told({ signal_id: 'o1', label: 0 })).toEqual([409, 'OUTCOME_CONFLICT']);
    expect(await told({ signal_id: 'o2', return: '-0.5', ts_exit: '1700000000000000000' })).toEqual([
      200,
      [0, -0.5, 1_700_000_000_000_000_000],
    ]);
    expect(await told({ signal_id: 'o3', return: 0.25, label: 0 })).toEqual([200, [0, 0.25, null]]);
    expect(await told({ signal_id: 'never', label: 0 })).toEqual([404, 'UNKNOWN_SIGNAL']);
    for (const body of [
      { signal_id: 'o3' },
      { signal_id: 'o3', label: 2 },
      { label: 1 },
      { signal_id: 'o3', lable: 1 },
      { signal_id: 'o3', return: 'x' },
    ]) {
      expect(await told(body), JSON.stringify(body)).toEqual([400, 'INVALID_VALUE']);
    }
  });
});

describe('models and retraining', () => {
  test('are listed, promoted and rolled back', async () => {
    const { models } = read((await get(`${live.url}/v1/models`)).text) as { models: Wire[] };
    expect(models).toHaveLength(1);
    const version = String(models[0].version);
    expect(models[0].is_champion).toBe(true);
    expect(read((await post(`${live.url}/v1/models/${version}/promote`, '')).text)).toEqual(models[0]);
    const back = await post(`${live.url}/v1/models/${version}/rollback`, '{}');
    expect([back.status, codeOf(back)]).toEqual([409, 'NO_PREDECESSOR']);
    const unknown = await post(`${live.url}/v1/models/m-nope/promote`, '');
    expect([unknown.status, codeOf(unknown)]).toEqual([404, 'MODEL_NOT_FOUND']);
  });

  test('a retraining is accepted', async () => {
    const answer = await post(`${live.url}/v1/retrain`, '{"instrument_id":"SIM"}');
    expect(answer.status, answer.text).toBe(202);
    expect(read(answer.text)).toMatchObject({ reason: 'manual', priority: 1, state: 'queued' });
    const guessed = await post(`${live.url}/v1/retrain`, '');
    expect(codeOf(guessed), 'bars of many instruments are held').toBe('INVALID_VALUE');
  });
});

describe('what operators look at', () => {
  test('status tells counts by their own names', async () => {
    const status = read((await get(`${live.url}/v1/status`)).text) as {
      counts: { rejected: Wire; by_transport: Wire };
    };
    expect(status).toMatchObject({ version: '1.2.3', journal: { status: 'ok' }, bus: null });
    expect(status.counts.rejected.ID_CONFLICT).toBeGreaterThan(0);
    expect(status.counts.by_transport.http).toBeGreaterThan(0);
  });

  test('metrics follow what happened, in the format of Prometheus, and name no instrument', async () => {
    const before = await get(`${live.url}/metrics`);
    expect(before.headers.get('content-type')).toContain('text/plain');
    const figureOf = (text: string, name: string): number =>
      Number(new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (.+)$`, 'm').exec(text)?.[1] ?? 0);
    await post(`${live.url}/v1/signals`, signalText(220, { signal_id: 'metric', instrument_id: 'SECRET-NAME' }));
    await post(`${live.url}/v1/signals`, 'no json');
    const after = await get(`${live.url}/metrics`);
    const grown = (name: string): number => figureOf(after.text, name) - figureOf(before.text, name);
    expect(grown('ml4t_signals_by_transport_total{transport="http"}')).toBe(1);
    expect(grown('ml4t_signals_rejected_total{code="BAD_JSON"}')).toBe(1);
    expect(grown('ml4t_problems_total{code="BAD_JSON"}')).toBe(1);
    for (const stage of ['read', 'features', 'prediction', 'inference', 'submit', 'recorded']) {
      expect(grown(`ml4t_signal_latency_seconds_count{stage="${stage}"}`), stage).toBe(1);
    }
    for (const name of [
      'process_cpu_seconds_total',
      'nodejs_eventloop_lag_seconds',
      'ml4t_journal_queued',
      'ml4t_model_info',
    ]) {
      expect(after.text).toContain(`\n${name}`);
    }
    expect(after.text).not.toContain('SECRET-NAME');
    for (const line of after.text.split('\n').filter((line) => line !== '')) {
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)*\})? [-+\w.]+)$/);
    }
  });

  test('an unknown route and a wrong method say so', async () => {
    const unknown = await get(`${live.url}/v1/nothing`);
    expect([unknown.status, codeOf(unknown)]).toEqual([404, 'NOT_FOUND']);
    for (const path of ['/v1/halt', '/v1/bars/SIM', '/v1/models/m-1/promote']) {
      const wrong = await get(`${live.url}${path}`);
      expect([wrong.status, codeOf(wrong), wrong.headers.get('allow')], path).toEqual([
        405,
        'METHOD_NOT_ALLOWED',
        'POST',
      ]);
    }
  });
});

describe('trouble', () => {
  const HEALTH: BusHealth = {
    status: 'refused',
    reason: 'LOADING the dataset',
    nRead: 3,
    nAnswered: 2,
    nDead: 1,
    nIgnored: 0,
    nClaimed: 0,
    nReconnects: 7,
  };
  const away: MessageBus = {
    health: HEALTH,
    start: () => undefined,
    onStatus: () => undefined,
    stop: () => Promise.resolve(),
  };

  test('Redis being away is told and changes nothing', async () => {
    const troubled = await liveServer({ bus: away });
    const ready = await get(`${troubled.url}/readyz`);
    expect(ready.status).toBe(200);
    expect(read(ready.text)).toMatchObject({ ready: true, bus: 'refused', bus_reason: 'LOADING the dataset' });
    const { text } = await get(`${troubled.url}/metrics`);
    expect(text).toContain('ml4t_bus_state{state="refused"} 1');
    expect(text).toContain('ml4t_bus_reconnects_total 7');
    expect(text).toContain('ml4t_bus_entries_total{what="dead"} 1');
    await troubled.server.close(1000);
  });

  test('a full journal makes the service unready and refuses what it cannot keep', async () => {
    const journal = new ControlledJournal();
    const troubled = await liveServer({ journal });
    journal.setStatus('full');
    const ready = await get(`${troubled.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(read(ready.text).reasons).toEqual(['the journal is full: the journal is full']);
    expect((await get(`${troubled.url}/healthz`)).status, 'the process lives').toBe(200);
    const requests: readonly (readonly [string, string])[] = [
      ['/v1/signals', signalText(150)],
      ['/v1/signals?durable=true', signalText(150)],
      ['/v1/bars/SIM', stringifyLossless(barsToWire(WALK.slice(0, 3)))],
      ['/v1/outcomes', '{"signal_id":"x","label":1}'],
    ];
    for (const [path, body] of requests) {
      const answer = await post(`${troubled.url}${path}`, body);
      expect([answer.status, codeOf(answer), answer.headers.get('retry-after')], path).toEqual([
        503,
        'JOURNAL_FULL',
        '5',
      ]);
    }
    journal.setStatus('ok');
    expect((await post(`${troubled.url}/v1/signals?durable=true`, signalText(150))).status, 'without a restart').toBe(
      200,
    );
    await troubled.server.close(1000);
  });

  test('a record that cannot be written turns the durable answer into an error, alone and in a batch', async () => {
    const journal = new ControlledJournal();
    const troubled = await liveServer({ journal });
    journal.isHeld = true;
    const alone = post(`${troubled.url}/v1/signals?durable=true`, signalText(150));
    const lines = [signalText(151), signalText(152)].join('\n');
    const batch = post(`${troubled.url}/v1/signals?durable=true`, lines, NDJSON);
    const plain = await post(`${troubled.url}/v1/signals`, signalText(153));
    await until(() => troubled.service.status().nInFlight === 4, 'all are in flight');
    journal.setStatus('full');
    expect([(await alone).status, codeOf(await alone)]).toEqual([503, 'JOURNAL_FULL']);
    const codes = (await batch).text
      .trim()
      .split('\n')
      .map((line) => (read(line).error as Wire).code);
    expect(codes).toEqual(['JOURNAL_FULL', 'JOURNAL_FULL']);
    expect(plain.status).toBe(200);
    expect(journal.signals, 'no record, no answer').toHaveLength(0);
    await troubled.server.close(1000);
  });

  test('a loop with more work than time turns signals away, and comes back', async () => {
    const busy = await liveServer();
    const hog = setInterval(() => {
      const end = performance.now() + 220;
      while (performance.now() < end);
    });
    const codes = new Set<number>();
    await until(async () => {
      const { status, headers } = await post(`${busy.url}/v1/signals`, signalText(150));
      codes.add(status);
      return status === 429 && headers.get('retry-after') === '1';
    }, 'a signal is turned away').finally(() => clearInterval(hog));
    expect((await get(`${busy.url}/healthz`)).status, 'probes go on').toBe(200);
    await until(
      async () => (await post(`${busy.url}/v1/signals`, signalText(150))).status === 200,
      'all is well again',
    );
    expect([...codes].every((status) => status === 200 || status === 429)).toBe(true);
    await busy.server.close(1000);
  });

  test('a batch whose sender went away makes room', async () => {
    const left = await liveServer();
    await post(`${left.url}/v1/bars/HELD`, stringifyLossless(barsToWire(WALK.slice(0, 120))));
    const line = (id: string): string => signalText(119, { instrument_id: 'HELD', signal_id: id }, null);
    for (let k = 0; k < 9; k++) {
      const body = Array.from({ length: 2000 }, (_, i) => line(`${k}-${i}`)).join('\n');
      const socket = connect({ port: left.port, host: '127.0.0.1' });
      socket.write(requestText('POST', '/v1/signals', { ...KEPT, ...NDJSON }, body));
      await once(socket, 'data');
      socket.destroy();
    }
    await until(
      async () => (await post(`${left.url}/v1/signals`, line('last'), NDJSON)).status === 200,
      'there is room',
    );
    const { http } = left.service.status().counts.byTransport;
    expect(http, 'what nobody reads is not judged').toBeLessThan(9 * 2000);
    await left.server.close(1000);
  });

  test('only so many batches are answered at once', async () => {
    const journal = new ControlledJournal();
    const busy = await liveServer({ journal });
    journal.isHeld = true;
    const url = `${busy.url}/v1/signals?durable=true`;
    const batches = Array.from({ length: 8 }, (_, i) => post(url, signalText(150 + i), NDJSON));
    await until(() => busy.service.status().nInFlight === 8, 'eight batches run');
    const ninth = await post(url, signalText(160), NDJSON);
    expect([ninth.status, codeOf(ninth)]).toEqual([429, 'OVERLOADED']);
    journal.isHeld = false;
    journal.flush();
    expect((await Promise.all(batches)).map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect((await post(url, signalText(160), NDJSON)).status, 'their places are free again').toBe(200);
    await busy.server.close(1000);
  });

  test('errors become their status, and what is not the caller’s to know stays here, told once', async () => {
    let error: Error = new Error('unset');
    const troubled = await liveServer({
      wrap: (service) =>
        replaceIn(service, {
          retrain: () => {
            throw error;
          },
        }),
    });
    const cases: readonly (readonly [Error, number, string])[] = [
      [new ServiceError('RETRAINING_RUNS', 'busy'), 409, 'RETRAINING_RUNS'],
      [new ServiceError('OVERLOADED', 'busy'), 429, 'OVERLOADED'],
      [new JournalError('JOURNAL_FAILED', 'gone'), 503, 'JOURNAL_FAILED'],
      [new ModelError('MODEL_CORRUPT', 'torn'), 409, 'MODEL_CORRUPT'],
      [new TypeError('/secret/path is undefined'), 500, 'INTERNAL'],
      [new TypeError('/secret/path is undefined'), 500, 'INTERNAL'],
      [Object.assign(new Error('ENOENT /secret/path'), { code: 'ENOENT' }), 500, 'INTERNAL'],
      [Object.assign(new Error('/secret/path'), { code: 'OVERLOADED', statusCode: 200 }), 500, 'INTERNAL'],
    ];
    for (const [thrown, status, code] of cases) {
      error = thrown;
      const answer = await post(`${troubled.url}/v1/retrain`, '{}');
      expect([answer.status, codeOf(answer)]).toEqual([status, code]);
      expect(answer.text).not.toContain('secret');
      if (status === 429 || status === 503) expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    }
    expect(troubled.serverLines.filter((line) => line.includes('TypeError'))).toHaveLength(1);
    expect(
      troubled.serverLines.every((line) => !/[\n\r]/.test(line)),
      'one line each',
    ).toBe(true);
    await troubled.server.close(1000);
  });

  test('more signals in flight than allowed are turned away', async () => {
    const journal = new ControlledJournal();
    const busy = await liveServer({ journal, server: { maxInFlight: 2 } });
    journal.isHeld = true;
    for (const end of [150, 151]) expect((await post(`${busy.url}/v1/signals`, signalText(end))).status).toBe(200);
    const third = await post(`${busy.url}/v1/signals`, signalText(152));
    expect([third.status, codeOf(third), third.headers.get('retry-after')]).toEqual([429, 'OVERLOADED', '1']);
    journal.isHeld = false;
    journal.flush();
    await until(() => busy.service.status().nInFlight === 0, 'the records are written');
    expect((await post(`${busy.url}/v1/signals`, signalText(152))).status).toBe(200);
    await busy.server.close(1000);
  });
});

describe('the end', () => {
  test('running requests are finished, new ones refused, and the port is free', async () => {
    const journal = new ControlledJournal();
    const ending = await liveServer({ journal });
    journal.isHeld = true;
    const running = post(`${ending.url}/v1/signals?durable=true`, signalText(150));
    await until(() => ending.service.status().nInFlight === 1, 'the request runs');
    const closed = ending.server.close(5000);
    journal.isHeld = false;
    journal.flush();
    expect((await running).status).toBe(200);
    await closed;
    await expect(fetch(`${ending.url}/healthz`)).rejects.toThrow();
  });

  test('what does not end is cut at the deadline', async () => {
    const journal = new ControlledJournal();
    const ending = await liveServer({ journal });
    journal.isHeld = true;
    const running = post(`${ending.url}/v1/signals?durable=true`, signalText(150)).catch(() => 'cut');
    await until(() => ending.service.status().nInFlight === 1, 'the request runs');
    await ending.server.close(50);
    expect(await running).toBe('cut');
    journal.isHeld = false;
    journal.flush(); // there is nobody left to answer, and that is no failure
    await until(() => ending.service.status().nInFlight === 0, 'the record is written');
    expect(ending.serverLines).toEqual([]);
  });

  test('a request that comes too late over a kept connection is told to come back', async () => {
    const journal = new ControlledJournal();
    const ending = await liveServer({ journal });
    journal.isHeld = true;
    const socket = connect({ port: ending.port, host: '127.0.0.1' });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    const ended = once(socket, 'close');
    socket.write(requestText('POST', '/v1/signals?durable=true', KEPT, signalText(150)));
    await until(() => ending.service.status().nInFlight === 1, 'the request runs');
    const closed = ending.server.close(60_000);
    const seen = once(ending.server.app.server, 'request');
    socket.write(requestText('POST', '/v1/signals', KEPT, signalText(151)));
    await seen;
    journal.isHeld = false;
    journal.flush();
    await ended;
    const [running, late] = Buffer.concat(chunks)
      .toString()
      .split(/(?=HTTP\/1\.1 )/);
    expect([statusOf(running), statusOf(late)]).toEqual([200, 503]);
    expect(late.toLowerCase()).toMatch(/\r\nretry-after: 5\r\n/);
    expect(late.toLowerCase()).toMatch(/\r\nconnection: close\r\n/);
    await closed;
  });

  test('a kept connection does not hold the end up', async () => {
    const journal = new ControlledJournal();
    const ending = await liveServer({ journal });
    journal.isHeld = true;
    const answered = exchange(ending.port, [requestText('POST', '/v1/signals?durable=true', KEPT, signalText(150))]);
    await until(() => ending.service.status().nInFlight === 1, 'the request runs');
    const closed = ending.server.close(60_000);
    journal.isHeld = false;
    journal.flush();
    await closed;
    expect(statusOf(await answered)).toBe(200);
  });
});
