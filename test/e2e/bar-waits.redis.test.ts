// @module-tag redis
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OrchestratorConfigInput } from '../../src/config/index.ts';
import { stringifyLossless } from '../../src/core/index.ts';
import type { MessageBus } from '../../src/ports/index.ts';
import { barsToWire } from '../../src/wire/index.ts';
import { RedisServer } from '../faults/harness/redis-server.ts';
import type { Answer } from '../support/feed-roads.ts';
import { type LiveServiceParts, liveService } from '../support/live-service.ts';
import { MARKET, modelOfMinutes } from '../support/played-feed.ts';
import { startedBus, untilUp } from '../support/started-bus.ts';
import { until } from '../support/until.ts';

// A signal waits for the bar that it was made from; the order in which both come changes nothing.

const [SIGNALS, ENRICHED, BARS] = ['nautilus:signals', 'nautilus:enriched_signals', 'nautilus:bars'];
const AT = 150;
type RedisInput = NonNullable<OrchestratorConfigInput['redis']>;
/** So long that only the bar ends a wait, or the test. */
const LONG: RedisInput = { barWaitMs: 30_000, claimIdleMs: 60_000 };
const IN_VAIN = /^judged without the bar that it was due: the last one is 1 min older$/;
const directory = mkdtempSync(join(tmpdir(), 'ml4t-bar-waits-'));
let redis: RedisServer;
let client: ReturnType<RedisServer['client']>;
let live: LiveServiceParts;
let bus: MessageBus;

beforeAll(async () => {
  redis = await RedisServer.start(join(directory, 'redis'), false);
  client = redis.client();
});
afterAll(async () => {
  client.disconnect();
  await redis.stop();
  rmSync(directory, { recursive: true });
});
beforeEach(() => client.flushall());
afterEach(async () => {
  await bus.stop(1500);
  await live.service.stop();
});

async function start(settings: RedisInput = LONG, channelOfBars = BARS): Promise<void> {
  const clock = { monotonicNs: () => performance.now() * 1e6 };
  live = await liveService({ model: modelOfMinutes(), config: { redis: settings }, clock });
  live.service.addBars('SIM', MARKET.slice(0, AT));
  bus = startedBus(live.service, { redisChannelBars: channelOfBars, redis: { ...settings, url: redis.url } });
  await untilUp(bus);
}

const bar = (i: number, channel = BARS): Promise<unknown> =>
  client.xadd(
    channel,
    '*',
    'payload',
    stringifyLossless({ instrument_id: 'SIM', bars: barsToWire(MARKET.slice(i, i + 1)) }),
  );

const signal = (id: string, i = AT, more: object = {}): Promise<unknown> =>
  client.xadd(
    SIGNALS,
    '*',
    'payload',
    stringifyLossless({ signal_id: id, instrument_id: 'SIM', signal: 1, timestamp: MARKET.tsEvent[i], ...more }),
  );

async function answers(): Promise<readonly Answer[]> {
  const entries = await client.xrange(ENRICHED, '-', '+');
  return entries.map(([, fields]) => JSON.parse(fields[1 + fields.indexOf('payload')]) as Answer);
}

const nPending = async (): Promise<unknown> => (await client.xpending(SIGNALS, 'ml4t'))[0];
const ids = async (): Promise<readonly unknown[]> => (await answers()).map(({ signal_id }) => signal_id);
const untilAnswered = (n: number): Promise<void> =>
  until(async () => (await client.xlen(ENRICHED)) === n, `${n} signals are answered`);
/** Waits until a signal was read, by one of an instrument without bars behind it, which is answered at once. */
async function untilRead(): Promise<void> {
  await signal('behind', AT, { instrument_id: 'OTHER' });
  await until(async () => (await ids()).includes('behind'), 'the one behind is answered');
}

test.each([
  ['on a stream of their own', BARS],
  ['in the stream of the signals', SIGNALS],
])('the order in which a signal and its bar come changes no answer: bars %s', async (_, channel) => {
  await start(LONG, channel);
  await bar(AT, channel);
  await signal('s');
  await untilAnswered(1);
  const [inOrder] = await answers();
  await bus.stop();
  await live.service.stop();
  await client.flushall();
  await start(LONG, channel);
  await signal('s');
  await untilRead();
  expect(await ids(), 'it waits, and the one behind it does not').toEqual(['behind']);
  await bar(AT, channel);
  await untilAnswered(2);
  const [, waited] = await answers();
  expect(waited).toMatchObject({ source: 'model', reason: null, last_bar_ts: Number(MARKET.tsEvent[AT]) });
  expect(waited.answer_hash).toBe(inOrder.answer_hash);
  expect(live.service.status().counts.bars, 'a bar is offered once').toMatchObject({ added: AT + 1, repeated: 0 });
  expect(bus.health).toMatchObject({ nAwaited: 1, nAwaitedInVain: 0, nDead: 0 });
  expect(await nPending()).toBe(0);
});

test('later signals of its series are answered behind it, by the bars of their own time', async () => {
  await start();
  for (const [id, i] of [
    ['a', AT],
    ['b', AT + 1],
    ['c', AT - 1],
  ] as const)
    await signal(id, i);
  await untilRead();
  await bar(AT);
  await until(async () => (await ids()).includes('a'), 'the first is answered');
  expect(await ids()).toEqual(['behind', 'a']);
  live.service.addBars('SIM', MARKET.slice(AT + 1, AT + 2)); // by whatever road
  await untilAnswered(4);
  const told = (await answers()).map((answer) => [answer.signal_id, answer.last_bar_ts]);
  const ts = (i: number): number => Number(MARKET.tsEvent[i]);
  expect(told.slice(1)).toEqual([
    ['a', ts(AT)],
    ['b', ts(AT + 1)],
    ['c', ts(AT - 1)],
  ]);
});

test('a bar that does not come is not waited for longer than is set; the answer says so and is late', async () => {
  await start({ barWaitMs: 100 });
  await signal('s');
  await untilAnswered(1);
  expect(await answers()).toMatchObject([{ source: 'model', reason: expect.stringMatching(IN_VAIN), late: true }]);
  expect(bus.health).toMatchObject({ nAwaited: 1, nAwaitedInVain: 1 });
});

test('a signal that waits is not acknowledged: where its process is gone the next one answers it', async () => {
  await start();
  await signal('s');
  await untilRead();
  expect(await nPending()).toBe(1);
  await bus.stop(0);
  await live.service.stop();
  await bar(AT);
  await start();
  await untilAnswered(2);
  expect(await answers()).toMatchObject([
    {},
    { signal_id: 's', reason: null, last_bar_ts: Number(MARKET.tsEvent[AT]) },
  ]);
  expect(await nPending()).toBe(0);
});

test('a stop reads bars for those that wait, and answers them', async () => {
  await start();
  await signal('s');
  await untilRead();
  const stopped = bus.stop(60_000);
  await bar(AT);
  await stopped;
  expect(await answers()).toMatchObject([
    {},
    { signal_id: 's', reason: null, last_bar_ts: Number(MARKET.tsEvent[AT]) },
  ]);
});

test('a halt while it waits is in its answer', async () => {
  await start();
  await signal('s');
  await untilRead();
  await live.service.halt('test');
  await bar(AT);
  await untilAnswered(2);
  expect(await answers()).toMatchObject([{}, { signal_id: 's', take: false, take_reason: 'halted', size: 0 }]);
});

test('a published signal waits, too, and holds up no other', async () => {
  await start();
  const listener = redis.client();
  const heard: Answer[] = [];
  listener.on('message', (_channel, text: string) => heard.push(JSON.parse(text) as Answer));
  await listener.subscribe(ENRICHED);
  const publish = (instrument_id: string): Promise<number> =>
    client.publish(SIGNALS, stringifyLossless({ instrument_id, signal: 1, timestamp: MARKET.tsEvent[AT] }));
  await publish('SIM');
  await publish('OTHER');
  await until(() => heard.length === 1, 'the other is answered');
  await bar(AT);
  await until(() => heard.length === 2, 'both are answered');
  listener.disconnect();
  expect(heard[1]).toMatchObject({ source: 'model', reason: null, last_bar_ts: Number(MARKET.tsEvent[AT]) });
});
