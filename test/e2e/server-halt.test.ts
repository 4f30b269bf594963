import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { LoopLag } from '../../src/server/loop-lag.ts';
import { haltStateSchema } from '../../src/wire/index.ts';
import { ControlledJournal } from '../support/controlled-journal.ts';
import {
  codeOf,
  get,
  type LiveServer,
  type LiveServerOptions,
  liveServer,
  post,
  signalText,
  WALK,
} from '../support/live-server.ts';
import { until } from '../support/until.ts';

// The switch over HTTP: what it answers, and that nothing is bet by any answer that comes after it.

type Wire = Record<string, unknown>;
const ALWAYS = { sizing: { trust: 'always', method: 'integrated' }, model: { outOfDistribution: false } } as const;
const SINCE = '2027-01-15T08:00:00.000Z';
const read = (text: string): Wire => JSON.parse(text) as Wire;
const betOf = (text: string): unknown[] => {
  const { take, take_reason: reason, size } = read(text);
  return [take, reason, size];
};
const HALTED = [false, 'halted', 0];

let live: LiveServer;
afterEach(() => live.server.close(1000));
async function start(options: LiveServerOptions = {}): Promise<string> {
  live = await liveServer({ config: ALWAYS, ...options });
  return live.url;
}

test('a halt and a resume, with and without a reason, twice', async () => {
  const url = await start();
  const asked = async (path: string, body: string) => {
    const { status, text } = await post(`${url}/v1/${path}`, body);
    return [status, haltStateSchema.parse(JSON.parse(text))];
  };
  const none = { halted: false, since: null, reason: null };
  expect(await asked('resume', ''), 'nothing is halted').toEqual([200, none]);
  const halted = { halted: true, since: SINCE, reason: 'the feed' };
  expect(await asked('halt', '{"reason":"the feed"}')).toEqual([200, halted]);
  expect(await asked('halt', '')).toEqual([200, halted]);
  expect(await asked('halt', '{}')).toEqual([200, halted]);
  expect(read((await get(`${url}/v1/status`)).text).halted).toEqual({
    since: SINCE,
    reason: 'the feed',
    recorded: true,
  });
  expect((await get(`${url}/metrics`)).text).toContain('\nml4t_halted 1\n');
  expect((await get(`${url}/readyz`)).status, 'it answers signals as before').toBe(200);
  expect(await asked('resume', '{"reason":"it is right again"}')).toEqual([200, none]);
  expect(await asked('resume', '')).toEqual([200, none]);
  expect(read((await get(`${url}/v1/status`)).text).halted).toBeNull();
  expect((await get(`${url}/metrics`)).text).toContain('\nml4t_halted 0\n');
});

test.each([
  ['{"reason":7}', 'INVALID_VALUE'],
  ['{"reason":null}', 'INVALID_VALUE'],
  [`{"reason":"${'x'.repeat(1001)}"}`, 'INVALID_VALUE'],
  ['{"reason":"a\\nb"}', 'INVALID_VALUE'],
  ['{"why":"x"}', 'INVALID_VALUE'],
  ['[]', 'INVALID_VALUE'],
  ['{', 'BAD_JSON'],
  ['{"reason":"a","reason":"b"}', 'BAD_JSON'],
])('%s is refused, and nothing is halted', async (body, code) => {
  const url = await start();
  for (const path of ['halt', 'resume']) {
    const answer = await post(`${url}/v1/${path}`, body);
    expect([answer.status, codeOf(answer)]).toEqual([400, code]);
  }
  expect(read((await get(`${url}/v1/status`)).text).halted).toBeNull();
});

test('the longest reason is taken', async () => {
  const url = await start();
  const reason = '\u{1f6d1}'.repeat(1000);
  expect(read((await post(`${url}/v1/halt`, JSON.stringify({ reason }))).text).reason).toBe(reason);
});

test('the stream tells when it begins and ends', async () => {
  const url = await start();
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream?types=state`);
  const states: unknown[] = [];
  socket.on('message', (data: Buffer) => states.push((read(data.toString()) as { state: unknown }).state));
  await new Promise((resolve) => socket.on('open', resolve));
  for (const path of ['halt', 'halt', 'resume', 'resume']) await post(`${url}/v1/${path}`, '{}');
  await until(() => states.length >= 2, 'both are told');
  expect(states).toEqual([
    { what: 'halt', halted: true, since: SINCE, reason: null },
    { what: 'halt', halted: false, since: null, reason: null },
  ]);
  socket.terminate();
});

describe('it gets through', () => {
  test('while the event loop is behind, and signals are refused', async () => {
    const url = await start();
    Object.defineProperty(LoopLag.prototype, 'isBehind', { configurable: true, get: () => true });
    try {
      expect(codeOf(await post(`${url}/v1/signals`, signalText(150)))).toBe('OVERLOADED');
      expect((await post(`${url}/v1/halt`, '')).status).toBe(200);
      expect((await post(`${url}/v1/resume`, '')).status).toBe(200);
    } finally {
      Reflect.deleteProperty(LoopLag.prototype, 'isBehind');
    }
  });

  test('while bodies that arrive fill their room', async () => {
    const url = await start({ server: { maxSignalBytes: 2048, maxBatchBytes: 2048 } });
    const sockets: Socket[] = [];
    const head = `POST /v1/signals HTTP/1.1\r\nhost: 127.0.0.1:${live.port}\r\ncontent-type: application/json\r\ncontent-length: 2048\r\n\r\n`;
    const fill = (): void => {
      for (let k = 0; k < 20; k++) {
        const socket = connect(live.port, '127.0.0.1').on('error', () => undefined);
        socket.write(head + ' '.repeat(1638));
        sockets.push(socket);
      }
    };
    const reason = 'x'.repeat(900);
    await until(async () => {
      fill();
      return codeOf(await post(`${url}/v1/signals`, ' '.repeat(1900))) === 'OVERLOADED';
    }, 'it is full');
    fill();
    expect((await post(`${url}/v1/halt`, JSON.stringify({ reason }))).status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  test('while the queue of the journal is full: in effect at once, and then written behind it', async () => {
    const journal = new ControlledJournal();
    const url = await start({ journal, config: { ...ALWAYS, server: { maxInFlight: 2 } } });
    journal.isHeld = true;
    for (const end of [150, 151]) await post(`${url}/v1/signals`, signalText(end, { signal_id: `s${end}` }));
    expect(codeOf(await post(`${url}/v1/signals`, signalText(152)))).toBe('OVERLOADED');
    const halting = post(`${url}/v1/halt`, '');
    await until(async () => read((await get(`${url}/v1/status`)).text).halted !== null, 'it is halted');
    expect(read((await get(`${url}/v1/status`)).text).halted).toMatchObject({ recorded: false });
    journal.isHeld = false;
    journal.flush();
    expect((await halting).status).toBe(200);
    expect(journal.entries.at(-1)).toMatchObject({ kind: 'halt', halted: true });
  });

  test.each([
    ['full', 'JOURNAL_FULL'],
    ['busy', 'JOURNAL_BUSY'],
    ['failed', 'JOURNAL_FAILED'],
  ] as const)('while the journal is %s: 503 says that it is halted and not written', async (status, code) => {
    const journal = new ControlledJournal();
    const url = await start({ journal });
    journal.setStatus(status);
    const answer = await post(`${url}/v1/halt`, '{"reason":"stop"}');
    expect([answer.status, codeOf(answer)]).toEqual([503, code]);
    expect(read(answer.text).detail).toMatch(
      /^it is halted: nothing is taken and every size is 0\. This is not written down yet/,
    );
    expect(read((await get(`${url}/v1/status`)).text).halted).toMatchObject({ reason: 'stop', recorded: false });
    if (status === 'failed') return;
    journal.setStatus('ok');
    expect(betOf((await post(`${url}/v1/signals`, signalText(150))).text)).toEqual(HALTED);
    expect((await post(`${url}/v1/halt`, '')).status).toBe(200);
  });
});

test('under load, every answer that comes after that of the halt is halted: on HTTP, in batches, durable ones, repeats', async () => {
  const url = await start();
  const lineOf = (id: string, end: number): string => `${signalText(end, { signal_id: id })}\n`;
  let isHalted = false;
  let nBefore = 0;
  const wrong: string[] = [];
  const nAfter: Record<string, number> = { http: 0, durable: 0, batch: 0, repeat: 0 };
  const look = (kind: string, text: string, wasHalted: boolean): void => {
    for (const line of text.trim().split('\n')) {
      if (!wasHalted) nBefore++;
      else if (JSON.stringify(betOf(line)) === JSON.stringify(HALTED)) nAfter[kind]++;
      else wrong.push(`${kind}: ${line.slice(0, 200)}`);
    }
  };
  let n = 0;
  const ask = async (kind: string, send: (k: number) => Promise<{ readonly text: string }>): Promise<void> => {
    while (Object.values(nAfter).some((count) => count < 6)) {
      const k = n++;
      const { text } = await send(k);
      look(kind, text, isHalted && wasHaltedAt(k));
    }
  };
  // What was asked before the halt may have been answered before it, and arrive later: only what was asked after it counts here.
  let firstAfter = Number.POSITIVE_INFINITY;
  const wasHaltedAt = (k: number): boolean => k >= firstAfter;
  const end = (k: number): number => 120 + (k % (WALK.length - 121));
  const senders = [
    ask('http', (k) => post(`${url}/v1/signals`, signalText(end(k), { signal_id: `h${k}` }))),
    ask('durable', (k) => post(`${url}/v1/signals?durable=true`, signalText(end(k), { signal_id: `d${k}` }))),
    ask('batch', (k) =>
      post(`${url}/v1/signals`, Array.from({ length: 300 }, (_, i) => lineOf(`b${k}-${i}`, end(k + i))).join(''), {
        'content-type': 'application/x-ndjson',
      }),
    ),
    ask('repeat', () => post(`${url}/v1/signals`, signalText(150, { signal_id: 'again' }))),
  ];
  await until(() => nBefore > 1000, 'some are answered');
  const { status } = await post(`${url}/v1/halt`, '');
  firstAfter = n;
  isHalted = true;
  await Promise.all(senders);
  expect(status).toBe(200);
  expect(wrong).toEqual([]);
});

test('a batch that is under way when the halt comes takes nothing in what it sends afterwards', async () => {
  const journal = new ControlledJournal();
  const url = await start({ journal });
  journal.isHeld = true;
  const lines = [150, 151, 152].map((end) => `${signalText(end, { signal_id: `l${end}` })}\n`).join('');
  const batch = post(`${url}/v1/signals?durable=true`, lines, { 'content-type': 'application/x-ndjson' });
  const single = post(`${url}/v1/signals?durable=true`, signalText(153, { signal_id: 'one' }));
  await until(async () => read((await get(`${url}/v1/status`)).text).n_in_flight === 4, 'they wait for their record');
  const halting = post(`${url}/v1/halt`, '');
  await until(async () => read((await get(`${url}/v1/status`)).text).halted !== null, 'it is halted');
  journal.isHeld = false;
  journal.flush();
  await halting;
  for (const line of (await batch).text.trim().split('\n')) expect(betOf(line)).toEqual(HALTED);
  expect(betOf((await single).text)).toEqual(HALTED);
});
