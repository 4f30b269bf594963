// @module-tag redis
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Child } from '../../../test/faults/harness/child.ts';
import { PATIENCE_MS, RedisServer } from '../../../test/faults/harness/redis-server.ts';
import { ControlledJournal } from '../../../test/support/controlled-journal.ts';
import { freePort } from '../../../test/support/free-port.ts';
import {
  type LiveServiceParts,
  liveService,
  messageAt,
  OVER_STREAM,
  submitNow,
} from '../../../test/support/live-service.ts';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { TEST_TLS } from '../../../test/support/tls-pair.ts';
import { until } from '../../../test/support/until.ts';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../../config/index.ts';
import { stringifyLossless } from '../../core/index.ts';
import type { LiveService, MessageBus } from '../../ports/index.ts';
import { barsToWire, type SignalMessage } from '../../wire/index.ts';
import { createCodec } from '../codecs/index.ts';
import { createRedisBus } from './index.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-bus-'));
const walk = randomWalk(400, 31, { gaps: 0 });
const [SIGNALS, ENRICHED, DEAD, BARS] = [
  'nautilus:signals',
  'nautilus:enriched_signals',
  'nautilus:enriched_signals:dead',
  'nautilus:bars',
];
let server: RedisServer;
let client: Redis;
const running: MessageBus[] = [];

beforeAll(async () => {
  server = await RedisServer.start(join(directory, 'main'), false);
  client = server.client(PATIENCE_MS);
});
afterAll(async () => {
  client.disconnect();
  await server.stop();
  rmSync(directory, { recursive: true });
});
beforeEach(() => client.flushall());
afterEach(async () => {
  await Promise.all(running.splice(0).map((bus) => bus.stop(1500)));
});

interface Options {
  readonly name?: string;
  readonly url?: string;
  readonly redis?: OrchestratorConfigInput['redis'];
  readonly limits?: OrchestratorConfigInput['limits'];
  readonly lines?: string[];
}

function start(service: LiveService, options: Options = {}): MessageBus {
  const { name = 'one', url = server.url, lines = [] } = options;
  const config = OrchestratorConfig({
    redis: { url, claimIdleMs: 300, ...options.redis },
    limits: options.limits ?? {},
  });
  const logger = { info: (line: string) => void lines.push(line), warn: (line: string) => void lines.push(line) };
  const clock = { monotonicNs: () => performance.now() * 1e6 };
  const codec = createCodec(config.redis);
  const bus = createRedisBus(config, { logger, clock, nowMs: Date.now, codec, consumerName: name });
  running.push(bus);
  bus.start(service);
  return bus;
}

/** A service that calls `before` for every signal. */
function wrap(service: LiveService, before: (message: SignalMessage) => void): LiveService {
  return {
    get isReady() {
      return service.isReady;
    },
    recall: service.recall.bind(service),
    noteHeartbeat: (ageMs) => service.noteHeartbeat(ageMs),
    recordDeadLetter: (letter) => service.recordDeadLetter(letter),
    addBars: (instrumentId, bars) => service.addBars(instrumentId, bars),
    subscribe: (listener, types) => service.subscribe(listener, types),
    seriesFor: (message) => service.seriesFor(message),
    submit: (message, origin) => {
      before(message);
      return submitNow(service, message, origin);
    },
  };
}

function payload(end: number, signalId: string, withBars = true): string {
  const { instrumentId, signal, timestamp, bars } = messageAt(walk, end);
  const body = { instrument_id: instrumentId, signal, timestamp, signal_id: signalId };
  return stringifyLossless(withBars && bars !== null ? { ...body, bars: barsToWire(bars) } : body);
}

async function answers(stream = ENRICHED): Promise<Record<string, string>[]> {
  const entries = await client.xrange(stream, '-', '+');
  return entries.map(([, fields]) =>
    Object.fromEntries(Array.from({ length: fields.length / 2 }, (_, i) => [fields[2 * i], fields[2 * i + 1]])),
  );
}

async function nPending(): Promise<number> {
  const [n] = (await client.xpending(SIGNALS, 'ml4t')) as [number];
  return n;
}

const isUp = (bus: MessageBus) => until(() => bus.health.status === 'up', 'the bus is up');

test('entries whose sender set their ids ahead are no witnesses against the clock: nobody waits for them', async () => {
  const clock = { monotonicNs: () => performance.now() * 1e6 };
  const { service } = await liveService({ clock, nowMs: Date.now });
  const bus = start(service);
  const aheadMs = Date.now() + 240_000;
  const id = `${aheadMs}-0`;
  const timestamp = `${aheadMs}000000`;
  const bar = { ts_event: timestamp, open: 1, high: 1, low: 1, close: 1, volume: 1 };
  await client.xadd(BARS, id, 'payload', JSON.stringify({ instrument_id: 'AHEAD', bars: [bar] }));
  await client.xadd(SIGNALS, id, 'payload', JSON.stringify({ instrument_id: 'AHEAD', signal: 1, timestamp }));
  await client.xadd(BARS, '*', 'payload', stringifyLossless({ instrument_id: 'SIM', bars: barsToWire(walk) }));
  await client.xadd(SIGNALS, '*', 'payload', payload(150, 'good', false));
  await until(async () => (await client.xlen(ENRICHED)) === 1, 'the good one is answered');
  expect((await answers())[0].payload).toContain('"signal_id":"good"');
  await until(async () => (await client.xlen(DEAD)) === 1, 'the other is dead');
  expect((await answers(DEAD))[0]).toMatchObject({ code: 'FUTURE_TIMESTAMP' });
  expect(service.instrumentIds).toEqual(['SIM']);
  expect(bus.health.nIgnored, 'the bars ahead').toBeGreaterThan(0);
});

describe('a signal on the stream', () => {
  test('is answered once, in the order of fields that every reader knows, and acknowledged', async () => {
    const { service } = await liveService();
    const bus = start(service);
    await client.xadd(SIGNALS, '*', 'payload', payload(150, 'a'));
    await until(async () => (await client.xlen(ENRICHED)) === 1, 'the answer is there');
    const [[, fields]] = await client.xrange(ENRICHED, '-', '+');
    expect(fields.filter((_, i) => i % 2 === 0)).toEqual(['topic', 'payload', 'type', 'encoding']);
    expect(JSON.parse(fields[3])).toMatchObject({ signal_id: 'a', source: 'model', duplicate: false });
    expect(await nPending()).toBe(0);
    expect(bus.health).toMatchObject({ status: 'up', nRead: 1, nAnswered: 1, nDead: 0 });
  });

  test('has no answer before its record is written', async () => {
    const journal = new ControlledJournal();
    const { service } = await liveService({ journal });
    start(service);
    journal.isHeld = true;
    await client.xadd(SIGNALS, '*', 'payload', payload(150, 'a'));
    await until(() => journal.health.nQueued > 1, 'the record waits to be written');
    await client.ping();
    expect([await client.xlen(ENRICHED), await nPending()]).toEqual([0, 1]);
    journal.flush();
    await until(async () => (await nPending()) === 0, 'it is acknowledged');
    expect(await client.xlen(ENRICHED)).toBe(1);
  });

  test('without bars is judged by the bars written before it, even those just written', async () => {
    const { service } = await liveService();
    const all = payload(150, 'x');
    const writes = client.multi();
    for (let i = 0; i <= 150; i++) {
      const bar = { instrument_id: 'SIM', bars: barsToWire(walk.slice(i, i + 1)) };
      writes.xadd(BARS, '*', 'payload', stringifyLossless(bar));
    }
    await writes.xadd(SIGNALS, '*', 'payload', payload(150, 'held', false)).exec();
    start(service);
    await until(async () => (await client.xlen(ENRICHED)) === 1, 'the answer is there');
    const next = { instrument_id: 'SIM', bars: barsToWire(walk.slice(151, 152)) };
    const more = client.multi().xadd(BARS, '*', 'payload', stringifyLossless(next));
    await more
      .xadd(SIGNALS, '*', 'payload', payload(151, 'fresh', false))
      .xadd(SIGNALS, '*', 'payload', all)
      .exec();
    await until(async () => (await client.xlen(ENRICHED)) === 3, 'all answers are there');
    const answered = (await answers()).map(({ payload: text }) => JSON.parse(text));
    const lastBar = (id: string): unknown =>
      answered.find(({ signal_id }) => signal_id === id).signal_event.last_bar_ts;
    expect(String(lastBar('fresh'))).toBe(String(Number(walk.tsEvent[151])));
    const [held, x] = ['held', 'x'].map((id) => answered.find(({ signal_id }) => signal_id === id));
    expect(held.meta_confidence).toBe(x.meta_confidence);
  });

  test('that is no signal goes to the dead letters, with all that came, and is acknowledged', async () => {
    const { service, journal } = await liveService();
    start(service);
    await client.xadd(SIGNALS, '*', 'payload', '{"signal_id":"bad","instrument_id":""}', 'topic', 't');
    await client.xadd(SIGNALS, '*', 'nothing', 'here');
    await client.xadd(SIGNALS, '*', 'payload', payload(150, 'good'));
    await until(async () => (await client.xlen(DEAD)) === 2, 'the dead letters are there');
    await until(async () => (await nPending()) === 0, 'all are acknowledged');
    const [bad] = await answers(DEAD);
    expect(bad).toMatchObject({ code: 'INVALID_VALUE', signal_id: 'bad', topic: 't' });
    expect(bad.payload).toContain('"bad"');
    expect(journal.entries.filter(({ kind }) => kind === 'dead_letter').length).toBe(2);
    expect((await answers()).length).toBe(1);
  });

  test('that is too large is dead by its beginning and its hash, on every way in, and is never held', async () => {
    const { service, journal } = await liveService();
    const large = Buffer.alloc(20 * 2 ** 20, `{"signal_id":"large",`);
    const sum = createHash('sha256').update(large).digest('hex');
    const bus = start(service);
    await isUp(bus);
    for (let k = 0; k < 3; k++) await client.xadd(SIGNALS, '*', 'payload', large);
    await client.xadd(SIGNALS, '*', 'topic', large, 'payload', payload(149, 'topic'));
    await client.xadd(SIGNALS, '*', ...Array.from({ length: 2000 }, (_, i) => `f${i}`));
    await client.xadd(BARS, '*', 'payload', large);
    await client.publish(SIGNALS, large);
    await client.xadd(SIGNALS, '*', 'payload', payload(150, 'good'));
    await until(async () => (await client.xlen(ENRICHED)) === 1, 'the good one is answered');
    await until(() => bus.health.nDead === 6 && bus.health.nIgnored === 1, 'all others have ended');
    const letters = await answers(DEAD);
    expect(letters[0]).toMatchObject({ code: 'INVALID_VALUE', signal_id: 'large' });
    expect(letters[0]?.reason).toBe(
      `entry must be at most 1048576 bytes long (limits.entry_bytes), was 20971520; the first 1024 of 20971520 bytes are kept, all have the SHA-256 ${sum}`,
    );
    for (const { payload: kept } of letters) expect(kept?.length).toBeLessThanOrEqual(1024);
    const entries = journal.entries.filter(({ kind }) => kind === 'dead_letter');
    expect(stringifyLossless(entries).length).toBeLessThan(100_000);
    expect(await nPending()).toBe(0);
  });

  test('that is large leaves a turn of the event loop to others before the next, and so do bars', async () => {
    const { service } = await liveService();
    const room = ' '.repeat(700_000);
    for (let k = 0; k < 12; k++) {
      await client.xadd(SIGNALS, '*', 'payload', payload(150 + k, `large-${k}`) + room);
      const bars = { instrument_id: `SIM-${k}`, bars: barsToWire(walk.slice(0, 20)) };
      await client.xadd(BARS, '*', 'payload', stringifyLossless(bars) + room);
    }
    let turn = 0;
    let isOver = false;
    const count = (): void => {
      turn++;
      if (!isOver) setImmediate(count);
    };
    count();
    const turns = { signals: new Set<number>(), bars: new Set<number>() };
    const noted = wrap(service, () => turns.signals.add(turn));
    let nBarEntries = 0;
    const addBars: LiveService['addBars'] = (instrumentId, bars) => {
      nBarEntries++;
      turns.bars.add(turn);
      return service.addBars(instrumentId, bars);
    };
    const bus = start({ ...noted, isReady: true, addBars }, { redis: { batch: 64 } });
    await until(() => bus.health.nAnswered === 12 && nBarEntries === 12, 'all are taken');
    isOver = true;
    expect([turns.signals.size, turns.bars.size]).toEqual([12, 12]);
  });

  test('that is no signal leaves the beginnings of its other fields too', async () => {
    const { service } = await liveService();
    start(service);
    const long = 'x'.repeat(300_000);
    await client.xadd(SIGNALS, '*', 'topic', long, 'type', long, 'encoding', long, 'payload', '{');
    await until(async () => (await client.xlen(DEAD)) === 1, 'the dead letter is there');
    const [letter] = await answers(DEAD);
    expect(letter).toMatchObject({ topic: long.slice(0, 1024), type: long.slice(0, 1024) });
    expect(stringifyLossless(letter).length).toBeLessThan(8000);
  });

  test('that is no signal leaves its first KiB and a hash', async () => {
    const { service } = await liveService();
    start(service);
    const text = `{"signal_id":"long","x":"${'x'.repeat(5000)}`;
    await client.xadd(SIGNALS, '*', 'payload', text);
    await until(async () => (await client.xlen(DEAD)) === 1, 'the dead letter is there');
    const [letter] = await answers(DEAD);
    expect(letter).toMatchObject({ payload: text.slice(0, 1024), signal_id: 'long' });
    expect(letter?.reason).toContain(createHash('sha256').update(text).digest('hex'));
  });

  test('that came before is answered from the record', async () => {
    const { service, journal } = await liveService();
    start(service);
    await client.xadd(SIGNALS, '*', 'payload', payload(150, 'a'));
    await client.xadd(SIGNALS, '*', 'payload', payload(150, 'a'));
    await until(async () => (await client.xlen(ENRICHED)) === 2, 'both answers are there');
    const [first, again] = (await answers()).map(({ payload: text }) => JSON.parse(text));
    expect(again.answer_hash).toBe(first.answer_hash);
    expect(journal.signals.length).toBe(1);
  });
});

describe('a pending entry', () => {
  test('of a consumer that ended between record and answer is answered by another consumer', async () => {
    const first = await liveService();
    await client.xgroup('CREATE', SIGNALS, 'ml4t', '0', 'MKSTREAM');
    await client.xadd(SIGNALS, '*', 'payload', payload(150, 'a'));
    await client.xreadgroup('GROUP', 'ml4t', 'gone', 'COUNT', 1, 'STREAMS', SIGNALS, '>');
    const bus = start(first.service, { name: 'two' });
    await until(async () => (await client.xlen(ENRICHED)) === 1, 'it is taken over and answered');
    await until(async () => (await nPending()) === 0, 'it is acknowledged');
    expect(bus.health.nClaimed).toBe(1);
  });

  test('of the same consumer before a restart is finished first', async () => {
    const { service } = await liveService();
    await client.xgroup('CREATE', SIGNALS, 'ml4t', '0', 'MKSTREAM');
    await client.xadd(SIGNALS, '*', 'payload', payload(150, 'a'));
    await client.xreadgroup('GROUP', 'ml4t', 'one', 'COUNT', 1, 'STREAMS', SIGNALS, '>');
    const bus = start(service, { redis: { claimIdleMs: 60_000 } });
    await until(async () => (await client.xlen(ENRICHED)) === 1, 'it is answered');
    expect(bus.health.nClaimed, 'nobody had to claim it').toBe(0);
  });

  test('that always fails is dead after the maximum of deliveries, and does not delay others', async () => {
    const { service } = await liveService();
    const poisoned = wrap(service, ({ signalId }) => {
      if (signalId === 'poison') throw new TypeError('a bug');
    });
    start(poisoned, { redis: { claimIdleMs: 100, maxDeliveries: 2 } });
    await client.xadd(SIGNALS, '*', 'payload', payload(150, 'poison'));
    await client.xadd(SIGNALS, '*', 'payload', payload(151, 'good'));
    await until(async () => (await client.xlen(ENRICHED)) === 1, 'the good one is answered');
    expect(await client.xlen(DEAD), 'before the poison is dead').toBe(0);
    await until(async () => (await client.xlen(DEAD)) === 1, 'the poison is dead');
    expect((await answers(DEAD))[0]).toMatchObject({ code: 'POISON', signal_id: 'poison' });
    expect(await nPending()).toBe(0);
  });

  test('that was recorded and never acknowledged is answered, however often it was delivered', async () => {
    const before = await liveService();
    submitNow(before.service, messageAt(walk, 150, { signalId: 'a' }), OVER_STREAM);
    await client.xgroup('CREATE', SIGNALS, 'ml4t', '0', 'MKSTREAM');
    await client.xadd(SIGNALS, '*', 'payload', payload(150, 'a'));
    await client.xreadgroup('GROUP', 'ml4t', 'one', 'COUNT', 1, 'STREAMS', SIGNALS, '>');
    const [[id]] = (await client.xpending(SIGNALS, 'ml4t', '-', '+', 1)) as [string][];
    await client.xclaim(SIGNALS, 'ml4t', 'one', 0, id, 'RETRYCOUNT', 9);
    start(before.service);
    await until(async () => (await client.xlen(ENRICHED)) === 1, 'it is answered');
    await until(async () => (await nPending()) === 0, 'it is acknowledged');
    expect(await client.xlen(DEAD)).toBe(0);
  });

  test('that was trimmed is counted among the dead', async () => {
    const { service } = await liveService();
    await client.xgroup('CREATE', SIGNALS, 'ml4t', '0', 'MKSTREAM');
    await client.xadd(SIGNALS, '*', 'payload', payload(150, 'a'));
    await client.xadd(SIGNALS, '*', 'payload', payload(151, 'b'));
    await client.xreadgroup('GROUP', 'ml4t', 'one', 'COUNT', 1, 'STREAMS', SIGNALS, '>');
    await client.xreadgroup('GROUP', 'ml4t', 'gone', 'COUNT', 1, 'STREAMS', SIGNALS, '>');
    await client.xtrim(SIGNALS, 'MAXLEN', 0);
    start(service);
    await until(async () => (await client.xlen(DEAD)) === 2, 'both are dead letters');
    expect((await answers(DEAD)).map(({ code }) => code)).toEqual(['PAYLOAD_TRIMMED', 'PAYLOAD_TRIMMED']);
    expect(await nPending()).toBe(0);
  });
});

test('the input is trimmed only by entries that every group has received and acknowledged', async () => {
  const { service } = await liveService();
  await client.xgroup('CREATE', SIGNALS, 'slow', '0', 'MKSTREAM');
  for (let i = 0; i < 6; i++) await client.xadd(SIGNALS, '*', 'payload', payload(150 + i, `s${i}`));
  await client.xreadgroup('GROUP', 'slow', 'c', 'COUNT', 4, 'STREAMS', SIGNALS, '>');
  const ids = (await client.xrange(SIGNALS, '-', '+')).map(([id]) => id);
  await client.xack(SIGNALS, 'slow', ids[0], ids[1], ids[3]);
  start(service, { redis: { maxOutputEntries: 2 } });
  await until(async () => (await client.xlen(SIGNALS)) < 6, 'what all have acknowledged is gone');
  expect(
    (await client.xrange(SIGNALS, '-', '+')).map(([id]) => id),
    'from the slow group’s oldest pending on',
  ).toEqual(ids.slice(2));
});

test('with the journal full nothing is read out or acknowledged, and all is answered once there is room', async () => {
  const { service, journal } = await liveService();
  const bus = start(service, { redis: { claimIdleMs: 100, maxDeliveries: 1 } });
  await isUp(bus);
  journal.setStatus('full');
  for (let i = 0; i < 20; i++) await client.xadd(SIGNALS, '*', 'payload', payload(150 + i, `s${i}`));
  await until(async () => (await nPending()) > 0, 'they are read');
  await new Promise((resolve) => setTimeout(resolve, 600)); // several claims and trims pass
  expect([await client.xlen(ENRICHED), await client.xlen(DEAD)]).toEqual([0, 0]);
  journal.setStatus('ok');
  await until(async () => (await client.xlen(ENRICHED)) === 20, 'all are answered');
  expect([await nPending(), await client.xlen(DEAD)]).toEqual([0, 0]);
});

test('an entry that ends the process is delivered alone, so that no other entry becomes dead with it', async () => {
  await client.xgroup('CREATE', SIGNALS, 'ml4t', '0', 'MKSTREAM');
  for (const id of ['before', 'poison', 'after']) await client.xadd(SIGNALS, '*', 'payload', payload(150, id));
  await client.xreadgroup('GROUP', 'ml4t', 'one', 'STREAMS', SIGNALS, '>');
  await client.xreadgroup('GROUP', 'ml4t', 'one', 'STREAMS', SIGNALS, '0'); // two deliveries, two lives
  const { service } = await liveService();
  for (let life = 0; life < 6 && (await nPending()) > 0; life++) {
    let isDead = false;
    // A process that dies at the poison: its connections end, and it does nothing afterwards.
    const dying = wrap(service, (message) => {
      isDead ||= message.signalId === 'poison';
      if (!isDead) return;
      void bus.stop(0);
      throw new TypeError('dead');
    });
    const bus: MessageBus = start(dying, { redis: { claimIdleMs: 60_000, maxDeliveries: 4 } });
    const isOver = async (): Promise<boolean> => isDead || (await nPending()) === 0;
    await until(isOver, `life ${life} ends or everything is done`);
    await bus.stop(300);
  }
  expect((await answers(DEAD)).map(({ signal_id: id, code }) => [id, code])).toEqual([['poison', 'POISON']]);
  const answered = (await answers()).map(({ payload: text }) => JSON.parse(text).signal_id);
  expect(answered.sort(), 'the others are answered').toEqual(['after', 'before']);
});

test('a batch that is on its way is finished by stop, and answered once', async () => {
  const journal = new ControlledJournal();
  const { service } = await liveService({ journal });
  const bus = start(service);
  await isUp(bus);
  journal.isHeld = true;
  await client.xadd(SIGNALS, '*', 'payload', payload(150, 'a'));
  await until(() => journal.health.nQueued > 0, 'its record waits');
  const stopped = bus.stop(3000);
  journal.flush();
  await stopped;
  expect([await client.xlen(ENRICHED), await nPending()], 'answered and acknowledged').toEqual([1, 0]);
});

test('a stop ends the pause before the next round of maintenance: no timer is left of a bus that had nothing to do', async () => {
  const nTimers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const nBefore = nTimers();
  const bus = start((await liveService()).service, { redis: { claimIdleMs: 3_600_000 } });
  await until(async () => (await client.exists(SIGNALS)) === 1, 'the group is there');
  await bus.stop(1500);
  // Others of this process may have one for a moment; the pause would have one for an hour.
  await until(
    () => nTimers() <= nBefore,
    () => `no more than ${nBefore} timers are left of ${nTimers()}`,
  );
});

test('bars that cannot be read hold up neither other bars nor signals', async () => {
  const { service } = await liveService();
  await client.xadd(BARS, '*', 'payload', '{"instrument_id":"SIM","bars":7}');
  await client.xadd(BARS, '*', 'payload', '\xff');
  const held = { instrument_id: 'SIM', bars: barsToWire(walk.slice(0, 151)) };
  await client.xadd(BARS, '*', 'payload', stringifyLossless(held));
  await client.xadd(SIGNALS, '*', 'payload', payload(150, 'a', false));
  const bus = start(service);
  await until(async () => (await client.xlen(ENRICHED)) === 1, 'it is answered by the good bars');
  expect(bus.health).toMatchObject({ status: 'up', nIgnored: 2 });
});

test('many consumers share the signals: each is answered by one', async () => {
  const services = await Promise.all([liveService(), liveService()]);
  const buses = services.map(({ service }, i) => start(service, { name: `c${i}`, redis: { batch: 4 } }));
  await Promise.all(buses.map(isUp));
  for (let i = 0; i < 100; i++) await client.xadd(SIGNALS, '*', 'payload', payload(120 + i, `s${i}`));
  await until(async () => (await client.xlen(ENRICHED)) === 100, 'all are answered');
  const ids = (await answers()).map(({ payload: text }) => JSON.parse(text).signal_id);
  expect(new Set(ids).size).toBe(100);
  const shares = services.map(({ journal }: LiveServiceParts) => journal.signals.length);
  expect(shares[0] + shares[1]).toBe(100);
  expect(Math.min(...shares), 'both had a part').toBeGreaterThan(0);
});

describe('published signals', () => {
  test('are dropped while more than a few large ones wait', async () => {
    const { service } = await liveService();
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const slow: LiveService = {
      ...wrap(service, () => undefined),
      isReady: true,
      submit: async (message, origin) => gate.then(() => submitNow(service, message, origin)),
    };
    const bus = start(slow, { limits: { entryBytes: 65_536 } });
    await until(async () => (await client.publish(SIGNALS, '{}')) === 1, 'it listens');
    await until(() => bus.health.nDead >= 1, 'it reads');
    const before = bus.health.nRead;
    for (let k = 0; k < 100; k++) await client.publish(SIGNALS, payload(150 + k, `p-${k}`).padEnd(60_000));
    await until(() => bus.health.nRead === before + 100, 'all are read');
    open();
    await until(() => bus.health.nAnswered > 0, 'they are answered');
    await client.publish(SIGNALS, payload(300, 'last'));
    await until(() => bus.health.nRead === before + 101 && bus.health.nAnswered > 17, 'it goes on');
    expect(bus.health.nAnswered).toBeLessThan(25);
  });

  test('are answered at once on the channel, bad ones beside it; bars are held', async () => {
    const { service } = await liveService();
    const bus = start(service);
    const listener = server.client();
    const heard: [string, string][] = [];
    listener.on('message', (channel, message) => void heard.push([channel, message]));
    await listener.subscribe(ENRICHED, DEAD);
    await isUp(bus);
    await until(async () => ((await client.pubsub('NUMSUB', SIGNALS)) as unknown[])[1] === 1, 'it listens');
    await client.publish(BARS, stringifyLossless({ instrument_id: 'SIM', bars: barsToWire(walk.slice(0, 150)) }));
    await client.publish(SIGNALS, payload(149, 'p', false));
    await client.publish(SIGNALS, 'garbage');
    await until(() => heard.length === 2, 'both are answered');
    listener.disconnect();
    expect(heard.map(([channel]) => channel)).toEqual([ENRICHED, DEAD]);
    expect(JSON.parse(heard[0][1])).toMatchObject({ signal_id: 'p', source: 'model' });
    expect(JSON.parse(heard[1][1]).error.code).toBe('BAD_JSON');
    expect(await client.xlen(ENRICHED), 'a signal is answered on the medium it came by').toBe(0);
  });
});

describe('a server that is away or refuses is named, once, and all goes on when it is back', () => {
  async function own(
    args: readonly string[],
    password = '',
  ): Promise<{ child: Child; url: string; admin: Redis; port: number }> {
    const port = await freePort();
    const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
    const child = new Child('redis-server', [...place, ...args]);
    const admin = new Redis({
      port,
      maxRetriesPerRequest: 0,
      retryStrategy: () => 50,
      ...(password !== '' && { password }),
    });
    admin.on('error', () => undefined);
    const answersAt = async (): Promise<boolean> => (await admin.ping().catch(String)) === 'PONG';
    await until(answersAt, 'redis-server answers');
    return { child, url: `redis://127.0.0.1:${port}`, admin, port };
  }

  async function end({ child, admin }: { child: Child; admin: Redis }): Promise<void> {
    admin.disconnect();
    child.signal('SIGKILL');
    await child.ended;
  }

  test('nobody there', async () => {
    const { service } = await liveService();
    const lines: string[] = [];
    const bus = start(service, { url: `redis://:hunter2@127.0.0.1:${await freePort()}`, lines });
    await until(() => bus.health.status === 'down', 'it is down');
    await new Promise((resolve) => setTimeout(resolve, 500)); // a few attempts
    expect(bus.health.reason).toMatch(/^UNREACHABLE/);
    expect(lines.filter((line) => line.includes('down')).length, 'one line a change').toBe(1);
    expect(lines.join(), 'no secret in a log').not.toContain('hunter2');
  });

  test('OOM: not acknowledged, answered when there is memory again', async () => {
    const redis = await own(['--maxmemory', '0', '--maxmemory-policy', 'noeviction']);
    const { service } = await liveService();
    const bus = start(service, { url: redis.url });
    await isUp(bus);
    await redis.admin.xadd(SIGNALS, '*', 'payload', payload(150, 'a'));
    await until(async () => (await redis.admin.xlen(ENRICHED)) === 1, 'the first is answered');
    await redis.admin.multi().xadd(SIGNALS, '*', 'payload', payload(151, 'b')).config('SET', 'maxmemory', '1').exec();
    await until(() => bus.health.reason?.startsWith('OOM') === true, 'OOM is named');
    expect(bus.health.status).toBe('refused');
    await redis.admin.config('SET', 'maxmemory', '0');
    await until(async () => (await redis.admin.xlen(ENRICHED)) === 2, 'the second is answered');
    await isUp(bus);
    await end(redis);
  });

  test.each([
    { what: 'answers', key: ENRICHED },
    { what: 'dead letters', key: DEAD },
  ])('WRONGTYPE: the key of the $what is no stream; nothing is acknowledged or answered twice', async ({ key }) => {
    const redis = await own([]);
    const { service } = await liveService();
    await redis.admin.set(key, 'text');
    await redis.admin
      .multi()
      .xadd(SIGNALS, '*', 'payload', payload(150, 'a'))
      .xadd(SIGNALS, '*', 'payload', '{')
      .exec();
    const bus = start(service, { url: redis.url });
    await until(() => bus.health.reason?.startsWith('WRONGTYPE') === true, 'WRONGTYPE is named');
    await new Promise((resolve) => setTimeout(resolve, 500)); // several attempts
    const [nPendingYet] = (await redis.admin.xpending(SIGNALS, 'ml4t')) as [number];
    expect([nPendingYet, key === ENRICHED ? 0 : await redis.admin.xlen(ENRICHED)]).toEqual([2, 0]);
    await redis.admin.del(key);
    await until(async () => (await redis.admin.xlen(DEAD)) === 1, 'the broken entry is a dead letter');
    expect(await redis.admin.xlen(ENRICHED), 'one signal, one answer').toBe(1);
    await isUp(bus);
    await end(redis);
  });

  test('LOADING and MISCONF are named, and wait', async () => {
    const redis = await own(['--enable-debug-command', 'yes', '--enable-protected-configs', 'yes']);
    const { service } = await liveService();
    const bus = start(service, { url: redis.url });
    await isUp(bus);
    await redis.admin.config('SET', 'save', '3600 1', 'dbfilename', 'gone.rdb');
    mkdirSync(join(directory, 'gone.rdb')); // a directory in the place of the file: no save succeeds
    await redis.admin.set('x', 1);
    await redis.admin.bgsave();
    await redis.admin.xadd(SIGNALS, '*', 'payload', payload(150, 'a')).catch(() => undefined); // refused or to be answered
    await until(
      async () => (await redis.admin.info('persistence')).includes('rdb_last_bgsave_status:err'),
      'a save failed',
    );
    await until(() => bus.health.reason?.startsWith('MISCONF') === true, 'MISCONF is named');
    await redis.admin.config('SET', 'stop-writes-on-bgsave-error', 'no', 'save', '');
    await isUp(bus);
    await redis.admin.config('SET', 'key-load-delay', '3000', 'loading-process-events-interval-bytes', '1024');
    for (let i = 0; i < 500; i++) redis.admin.set(`filler${i}`, randomUUID().repeat(10)).catch(() => undefined);
    await redis.admin.config('SET', 'dbfilename', 'loads.rdb');
    redis.admin.call('DEBUG', 'RELOAD').catch(() => undefined);
    await until(() => bus.health.reason?.startsWith('LOADING') === true, 'LOADING is named');
    await redis.admin.call('CONFIG', 'SET', 'key-load-delay', '0').catch(() => undefined);
    await isUp(bus);
    await end(redis);
  });

  test('READONLY: a replica', async () => {
    const redis = await own([]);
    const { service } = await liveService();
    const bus = start(service, { url: redis.url });
    await isUp(bus);
    await redis.admin.replicaof('127.0.0.1', server.port);
    await until(() => /^READONLY|^LOADING|^MASTERDOWN/.test(bus.health.reason ?? ''), 'it is named');
    await redis.admin.replicaof('NO', 'ONE');
    await isUp(bus);
    await redis.admin.xadd(SIGNALS, '*', 'payload', payload(150, 'a'));
    await until(async () => (await redis.admin.xlen(ENRICHED)) === 1, 'it goes on');
    await end(redis);
  });

  test('WRONGPASS, NOAUTH and NOPERM', async () => {
    const redis = await own(['--requirepass', 'right-password'], 'right-password');
    const { service } = await liveService();
    const lines: string[] = [];
    const wrong = start(service, { url: redis.url.replace('//', '//:wrong-password@'), lines });
    await until(() => wrong.health.reason?.startsWith('WRONGPASS') === true, 'WRONGPASS is named');
    const none = start(service, { url: redis.url, lines });
    await until(() => none.health.reason?.startsWith('NOAUTH') === true, 'NOAUTH is named');
    await redis.admin.acl('SETUSER', 'weak', 'on', '>right-password', '~*', '&*', '+@all', '-xreadgroup');
    const weak = start(service, { url: redis.url.replace('//', '//weak:right-password@'), lines });
    await until(() => weak.health.reason?.startsWith('NOPERM') === true, 'NOPERM is named');
    const file = join(directory, 'password');
    writeFileSync(file, 'right-password\n');
    const right = start(service, { url: redis.url, redis: { passwordFile: file } });
    await isUp(right);
    expect(lines.join(), 'no secret in a log').not.toMatch(/wrong-password|right-password/);
    await Promise.all(running.splice(0).map((bus) => bus.stop(500)));
    await end(redis);
  });

  test('the user of docs/security.md may do all that is needed', async () => {
    const redis = await own([]);
    const rules =
      'on >secret resetkeys ~nautilus:* resetchannels &nautilus:* -@all +@connection +@stream +@pubsub +@transaction +info';
    await redis.admin.acl('SETUSER', 'ml4t', ...rules.split(' '));
    const { service } = await liveService();
    const bus = start(service, { url: redis.url.replace('//', '//ml4t:secret@'), redis: { maxOutputEntries: 1 } });
    await isUp(bus);
    for (const i of [0, 1, 2]) await redis.admin.xadd(SIGNALS, '*', 'payload', payload(150 + i, `s${i}`));
    await until(async () => (await redis.admin.xlen(SIGNALS)) <= 1, 'all are answered, and the input is trimmed');
    expect(bus.health.status).toBe('up');
    await end(redis);
  });

  test('a server that hangs does not hang us: TIMEOUT, and on when it answers again', async () => {
    const redis = await own([]);
    const { service } = await liveService();
    const bus = start(service, { url: redis.url, redis: { commandTimeoutMs: 300 } });
    await isUp(bus);
    redis.child.signal('SIGSTOP');
    await until(() => bus.health.reason?.startsWith('TIMEOUT') === true, 'TIMEOUT is named');
    redis.child.signal('SIGCONT');
    await isUp(bus);
    await redis.admin.xadd(SIGNALS, '*', 'payload', payload(150, 'a'));
    await until(async () => (await redis.admin.xlen(ENRICHED)) === 1, 'it goes on');
    await end(redis);
  });

  test('data lost: STREAM_LOST is logged once, the group is created again, and known signals keep their answers', async () => {
    const { service, journal } = await liveService();
    const lines: string[] = [];
    const bus = start(service, { lines });
    await client.xadd(SIGNALS, '*', 'payload', payload(150, 'a'));
    await until(async () => (await client.xlen(ENRICHED)) === 1, 'the first is answered');
    await client.flushall();
    await client.xadd(SIGNALS, '*', 'payload', payload(150, 'a'));
    await client.xadd(SIGNALS, '*', 'payload', payload(151, 'b'));
    await until(async () => (await client.xlen(ENRICHED)) === 2, 'both are answered after the loss');
    await isUp(bus);
    expect(lines.filter((line) => line.startsWith('STREAM_LOST')).length).toBe(1);
    expect(journal.signals.map(({ signalId }) => signalId)).toEqual(['a', 'b']);
  });

  test('TLS: only a server that the named authority vouches for', async () => {
    const paths = { cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem') };
    writeFileSync(paths.cert, TEST_TLS.cert);
    writeFileSync(paths.key, TEST_TLS.key);
    const port = await freePort();
    const tls = ['--tls-port', String(port), '--port', '0', '--tls-cert-file', paths.cert, '--tls-key-file', paths.key];
    const child = new Child('redis-server', [...tls, '--tls-auth-clients', 'no', '--save', '', '--dir', directory]);
    await child.until(() => child.stdout.includes('Ready to accept'), 'redis-server with TLS is up');
    const { service } = await liveService();
    const distrusting = start(service, { url: `rediss://127.0.0.1:${port}` });
    await until(() => distrusting.health.reason?.startsWith('TLS') === true, 'an unknown authority is refused');
    const trusting = start(service, { url: `rediss://127.0.0.1:${port}`, redis: { tlsCaFile: paths.cert } });
    await isUp(trusting);
    await Promise.all(running.splice(0).map((bus) => bus.stop(500)));
    child.signal('SIGKILL');
    await child.ended;
  });
});

test.each(['http://127.0.0.1', 'redis//x', ''])(
  'a URL that is none is refused without being repeated: %j',
  async (url) => {
    const { service } = await liveService();
    const secret = `${url}:hunter2`;
    expect(() => start(service, { url: secret })).toThrow(/redis:\/\/host:port/);
    expect(() => start(service, { url: secret })).not.toThrow(/hunter2/);
  },
);
