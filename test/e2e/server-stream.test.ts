import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { stringifyLossless } from '../../src/core/index.ts';
import type { LiveEvent } from '../../src/ports/index.ts';
import { barsToWire, type EventType, serverMessageSchema } from '../../src/wire/index.ts';
import { ControlledJournal } from '../support/controlled-journal.ts';
import {
  get,
  type LiveServer,
  liveServer,
  post,
  replaceIn,
  requestText,
  signalText,
  WALK,
} from '../support/live-server.ts';
import { until } from '../support/until.ts';

type Wire = Record<string, unknown>;

/** A connection that keeps all it was told. */
interface Client {
  readonly socket: WebSocket;
  readonly messages: Wire[];
  readonly closed: Promise<readonly [number, string]>;
}

async function dial(url: string, query = ''): Promise<Client> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream${query}`);
  const messages: Wire[] = [];
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Wire;
    if (!('filler' in message)) serverMessageSchema.parse(message); // made up to fill a socket
    messages.push(message);
  });
  socket.on('error', () => undefined);
  const closed = once(socket, 'close').then(([code, reason]) => [code as number, String(reason)] as const);
  await once(socket, 'open');
  return { socket, messages, closed };
}

const signal = (end: number, input: Wire = {}): string => signalText(end, { type: 'signal', ...input });
const metricOf = async (url: string, name: string): Promise<number> => {
  const { text } = await get(`${url}/metrics`);
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')[1] ?? 0,
  );
};

let live: LiveServer;
let journal: ControlledJournal;
beforeEach(async () => {
  journal = new ControlledJournal();
  live = await liveServer({ journal });
});
afterEach(() => live.server.close(1000));

describe('watching', () => {
  test('shows each signal, outcome and change as it happens, over whatever road it came', async () => {
    const all = await dial(live.url);
    const answer = await post(`${live.url}/v1/signals`, signalText(150, { signal_id: 'w1' }));
    await post(`${live.url}/v1/outcomes`, '{"signal_id":"w1","label":1}');
    journal.setStatus('full');
    await until(() => all.messages.length >= 3, 'three events came');
    expect(all.messages[0]).toEqual({ type: 'enriched', seq: 1, enriched: JSON.parse(answer.text) });
    expect(all.messages[1]).toMatchObject({ type: 'outcome', seq: 1, outcome: { signal_id: 'w1', label: 1, seq: 1 } });
    expect(all.messages[2]).toMatchObject({ type: 'state', state: { what: 'journal', status: 'full' } });
    journal.setStatus('ok');
    all.socket.close();
    await all.closed;
  });

  test('shows only the types asked for', async () => {
    const outcomes = await dial(live.url, '?types=outcome,state');
    const all = await dial(live.url);
    await post(`${live.url}/v1/signals`, signalText(150, { signal_id: 'w2' }));
    await post(`${live.url}/v1/outcomes`, '{"signal_id":"w2","label":0}');
    await until(() => outcomes.messages.length >= 1 && all.messages.length >= 2, 'events came');
    expect(outcomes.messages.map(({ type }) => type)).toEqual(['outcome']);
    expect(all.messages.map(({ type }) => type)).toEqual(['enriched', 'outcome']);
  });

  test('while nobody watches the service tells nothing, and connections are counted', async () => {
    let nListeners = 0;
    const own = await liveServer({
      wrap: (service) =>
        replaceIn(service, {
          subscribe: (listener: (event: LiveEvent) => void) => {
            nListeners++;
            const end = service.subscribe(listener);
            return () => {
              nListeners--;
              end();
            };
          },
        }),
    });
    expect(nListeners).toBe(0);
    const clients = [await dial(own.url), await dial(own.url)];
    expect([nListeners, await metricOf(own.url, 'ml4t_watchers')]).toEqual([1, 2]);
    for (const { socket, closed } of clients) {
      socket.close();
      await closed;
    }
    await until(() => nListeners === 0, 'the last one is gone');
    await own.server.close(1000);
  });

  test('bars are streamed only to those who ask, and otherwise not even made', async () => {
    const asked: (readonly string[] | undefined)[] = [];
    const own = await liveServer({
      wrap: (service) =>
        replaceIn(service, {
          subscribe: (listener: (event: LiveEvent) => void, types?: readonly EventType[]) => {
            asked.push(types);
            return service.subscribe(listener, types);
          },
        }),
    });
    const plain = await dial(own.url);
    expect(asked).toEqual([['enriched', 'outcome', 'state']]);
    const barsOnly = await dial(own.url, '?types=bars');
    expect(asked.at(-1)).toEqual(['enriched', 'outcome', 'state', 'bars']);
    const [tenth, eleventh] = [WALK.tsEvent[9], WALK.tsEvent[10]].map(Number);
    await post(`${own.url}/v1/bars/B`, stringifyLossless(barsToWire(WALK.slice(9, 10))));
    await post(`${own.url}/v1/bars/B`, stringifyLossless(barsToWire(WALK.slice(9, 11)))); // one is known already
    await post(`${own.url}/v1/bars/B`, stringifyLossless(barsToWire(WALK.slice(9, 11)))); // both are
    await post(`${own.url}/v1/signals`, signalText(150, { signal_id: 'with-bars' }));
    await until(() => barsOnly.messages.length >= 3 && plain.messages.length >= 1, 'events came');
    expect(barsOnly.messages.slice(0, 2)).toMatchObject([
      { type: 'bars', instrument_id: 'B', oldest_ts: tenth, bars: { ts_event: [tenth], close: [WALK.close[9]] } },
      { type: 'bars', instrument_id: 'B', oldest_ts: tenth, bars: { ts_event: [eleventh], close: [WALK.close[10]] } },
    ]);
    expect(barsOnly.messages[2], 'bars inside a signal too').toMatchObject({ type: 'bars' });
    expect(plain.messages.map(({ type }) => type)).toEqual(['enriched']);
    barsOnly.socket.close();
    await barsOnly.closed;
    await until(() => asked.length === 3, 'nobody wants bars any more');
    expect(asked.at(-1)).toEqual(['enriched', 'outcome', 'state']);
    await own.server.close(1000);
  });

  test('only so many may watch', async () => {
    const sockets = Array.from({ length: 256 }, () => new WebSocket(`${live.url.replace('http', 'ws')}/v1/stream`));
    await Promise.all(sockets.map((socket) => once(socket, 'open')));
    await until(async () => (await metricOf(live.url, 'ml4t_watchers')) === 256, 'all are counted');
    const one = new WebSocket(`${live.url.replace('http', 'ws')}/v1/stream`);
    one.on('error', () => undefined);
    const [, response] = (await once(one, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(429);
    one.terminate();
    for (const socket of sockets) socket.terminate();
  });

  test('the end is announced', async () => {
    const { closed } = await dial(live.url);
    await live.server.close(5000);
    expect(await closed).toEqual([1001, 'the service is stopping']);
  });

  test('a plain request is told that this is a WebSocket', async () => {
    const answer = await get(`${live.url}/v1/stream`);
    expect([answer.status, answer.headers.get('upgrade')]).toEqual([426, 'websocket']);
  });
});

describe('sending', () => {
  test('signals and bars are taken, each answered under its own name', async () => {
    const { socket, messages } = await dial(live.url, '?types=state');
    socket.send(stringifyLossless({ type: 'bars', ref: 1, instrument_id: 'WS', bars: barsToWire(WALK.slice(0, 120)) }));
    socket.send(signalText(119, { type: 'signal', ref: 'held', instrument_id: 'WS', signal_id: 's1' }, null));
    socket.send(signal(150, { signal_id: 's2', include_bars: true }));
    await until(() => messages.length >= 3, 'three answers came');
    expect(messages[0]).toMatchObject({ type: 'bars_receipt', ref: 1, receipt: { instrument_id: 'WS', n_added: 120 } });
    expect(messages[1]).toMatchObject({ type: 'answer', ref: 'held', answer: { signal_id: 's1', duplicate: false } });
    expect(messages[2]).toMatchObject({
      type: 'answer',
      answer: { signal_id: 's2', signal_event: { bars: { close: { length: 100 } } } },
    });
    expect((await journal.findSignal('s1'))?.transport).toBe('websocket');
    const overHttp = await post(
      `${live.url}/v1/signals`,
      signalText(119, { instrument_id: 'WS', signal_id: 's1' }, null),
    );
    expect(JSON.parse(overHttp.text)).toMatchObject({
      duplicate: true,
      answer_hash: (messages[1].answer as Wire).answer_hash,
    });
  });

  test('a durable one is answered when it is written', async () => {
    const { socket, messages } = await dial(live.url, '?types=state');
    journal.isHeld = true;
    socket.send(signal(150, { signal_id: 'd1', durable: true }));
    socket.send(signal(151, { signal_id: 'd2' }));
    await until(() => messages.length >= 1, 'the plain one is answered');
    expect(messages.map(({ answer }) => (answer as Wire).signal_id)).toEqual(['d2']);
    journal.isHeld = false;
    journal.flush();
    await until(() => messages.length >= 2, 'the durable one is answered');
    expect((messages[1].answer as Wire).signal_id).toBe('d1');
  });

  test.each([
    ['no JSON', '{', 'BAD_JSON'],
    ['no object', '[]', 'INVALID_VALUE'],
    ['no type', '{}', 'INVALID_VALUE'],
    ['an unknown type', '{"type":"gossip"}', 'INVALID_VALUE'],
    ['a wild ref', '{"type":"signal","ref":{}}', 'INVALID_VALUE'],
    ['a prototype', '{"type":"signal","__proto__":{}}', 'INVALID_VALUE'],
    ['a bad signal', signal(150, { signal: 7 }), 'INVALID_VALUE'],
    ['too few bars', signalText(150, { type: 'signal', bars: barsToWire(WALK.slice(0, 99)) }), 'NOT_ENOUGH_BARS'],
    ['no instrument', '{"type":"bars","bars":[]}', 'INVALID_VALUE'],
    ['bad UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'BAD_JSON'],
  ])('%s is refused, and the connection goes on', async (_name, text, code) => {
    const { socket, messages } = await dial(live.url, '?types=state');
    socket.send(text, { binary: true });
    socket.send(signal(150, { ref: 'after' }));
    await until(() => messages.length >= 2, 'both are answered');
    expect(messages[0]).toMatchObject({ type: 'error', error: { code } });
    expect(messages[1]).toMatchObject({ type: 'answer', ref: 'after' });
  });

  test('a message that is too long ends the connection with 1009', async () => {
    const { socket, closed } = await dial(live.url);
    socket.send('x'.repeat(1_048_577));
    expect((await closed)[0]).toBe(1009);
  });

  test('what comes packed is not unpacked', async () => {
    const { socket } = await dial(live.url);
    expect(socket.extensions, 'no permessage-deflate').toBe('');
  });
});

describe('a client that sends too much', () => {
  // For it no time passes, so that it sends too much on a machine of any speed.
  let own: LiveServer;
  beforeEach(async () => {
    own = await liveServer({ serverClock: { monotonicNs: () => 0 } });
  });
  afterEach(() => own.server.close(1000));

  test('a flood ends the connection with 1008, and nobody else feels it', async () => {
    const { socket, closed } = await dial(own.url);
    const other = await dial(own.url, '?types=state');
    for (let i = 0; i < 40_000; i++) socket.send('{}');
    const [code, reason] = await closed;
    expect([code, reason]).toEqual([1008, 'send slower']);
    other.socket.send(signal(150));
    await until(() => other.messages.length >= 1, 'the other is answered');
    expect(await metricOf(own.url, 'ml4t_watchers_cut_total{reason="flood"}')).toBe(1);
    other.socket.close();
    await until(async () => (await metricOf(own.url, 'ml4t_watchers')) === 0, 'both are forgotten');
  });

  test('long messages count for more', async () => {
    const { socket, closed } = await dial(own.url);
    const long = `{"x":"${'x'.repeat(1_000_000)}"}`;
    for (let i = 0; i < 300 && socket.readyState === WebSocket.OPEN; i++) {
      socket.send(long);
      if (i % 20 === 19)
        await until(() => socket.bufferedAmount === 0 || socket.readyState !== WebSocket.OPEN, 'they are taken');
    }
    expect((await closed)[0]).toBe(1008);
  });

  test('what is no message is counted too', async () => {
    const ponging = await dial(own.url);
    for (let i = 0; i < 40_000; i++) ponging.socket.pong();
    expect((await ponging.closed)[0]).toBe(1008);
    const pinging = await dial(own.url);
    for (let i = 0; i < 40_000; i++) pinging.socket.ping();
    expect([1006, 1008], 'the WebSocket library may cut it before we do').toContain((await pinging.closed)[0]);
  });
});

describe('a reader that does not read', () => {
  test('is cut off, and everybody else goes on', async () => {
    let tell: (event: LiveEvent) => void = () => undefined;
    const own = await liveServer({
      wrap: (service) =>
        replaceIn(service, {
          subscribe: (listener: (event: LiveEvent) => void) => {
            tell = listener;
            return () => undefined;
          },
        }),
    });
    const stalled = await stall(own.port);
    const other = await dial(own.url);
    const text = JSON.stringify({ type: 'state', filler: 'x'.repeat(100_000) });
    const event: LiveEvent = { type: 'state', seq: 1, state: { what: 'journal', status: 'ok', reason: null }, text };
    let nTold = 0;
    while ((await metricOf(own.url, 'ml4t_watchers_cut_total{reason="slow"}')) === 0 && nTold < 1000) {
      tell(event);
      nTold++;
      await until(() => other.messages.length === nTold, 'the other has read it');
    }
    expect(nTold, 'cut at a few megabytes').toBeLessThan(1000);
    await until(async () => (await metricOf(own.url, 'ml4t_watchers')) === 1, 'it is gone');
    tell(event);
    await until(() => other.messages.length === nTold + 1, 'the other goes on');
    stalled.destroy();
    await own.server.close(1000);
  });

  test('does not hold the end up', async () => {
    const stalled = await stall(live.port);
    await until(async () => (await metricOf(live.url, 'ml4t_watchers')) === 1, 'it is there');
    await live.server.close(60_000);
    stalled.destroy();
  });
});

/** A WebSocket connection that never reads. */
async function stall(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  const upgrade = { connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
  socket.write(requestText('GET', '/v1/stream', { ...upgrade, 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' }));
  await once(socket, 'data');
  socket.pause();
  return socket;
}
