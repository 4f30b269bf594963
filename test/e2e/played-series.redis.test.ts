// @module-tag redis
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OrchestratorConfigInput } from '../../src/config/index.ts';
import { stringifyLossless } from '../../src/core/index.ts';
import { type BarSeries, WINDOW_BARS } from '../../src/domain/index.ts';
import type { MessageBus } from '../../src/ports/index.ts';
import { barsToWire } from '../../src/wire/index.ts';
import { RedisServer } from '../faults/harness/redis-server.ts';
import { type Answer, FEED_ID } from '../support/feed-roads.ts';
import { type LiveServiceParts, liveService } from '../support/live-service.ts';
import { MARKET, modelOfMinutes } from '../support/played-feed.ts';
import { startedBus, untilUp } from '../support/started-bus.ts';
import { BID, BID_MARKET, decidedBy, decidedByBars, FIVE, FIVE_MARKET, LAST } from '../support/two-series.ts';
import { until } from '../support/until.ts';

const [SIGNALS, ENRICHED, BARS] = ['nautilus:signals', 'nautilus:enriched_signals', 'nautilus:bars'];
const AT = WINDOW_BARS - 1;
const timestamp = MARKET.tsEvent[AT];
const directory = mkdtempSync(join(tmpdir(), 'ml4t-series-'));
let redis: RedisServer;
let client: Redis;
let live: LiveServiceParts;
let bus: MessageBus;
let nSent = 0;

beforeAll(async () => {
  redis = await RedisServer.start(join(directory, 'redis'), false);
  client = redis.client();
});
afterAll(async () => {
  client.disconnect();
  await redis.stop();
  rmSync(directory, { recursive: true });
});
beforeEach(async () => {
  await client.flushall();
  nSent = 0;
});
afterEach(async () => {
  await bus.stop(1500);
  await live.service.stop();
});

async function start(settings: NonNullable<OrchestratorConfigInput['redis']>, channelOfBars = BARS): Promise<void> {
  live = await liveService({ model: modelOfMinutes(), config: { redis: settings } });
  bus = startedBus(live.service, { redisChannelBars: channelOfBars, redis: { ...settings, url: redis.url } });
  await untilUp(bus);
}

/** Every series of the feed, bar by bar as they close, in messages of a form. */
async function play(messageOf: (bars: BarSeries, i: number, barType: string) => object, channel = BARS): Promise<void> {
  const sending = client.pipeline();
  const add = (bars: BarSeries, i: number, barType: string): void =>
    void sending.xadd(channel, '*', 'payload', stringifyLossless(messageOf(bars, i, barType)));
  for (let i = 0; i <= AT; i++) {
    add(BID_MARKET, i, BID);
    add(MARKET, i, LAST);
    if (i % 5 === 4) add(FIVE_MARKET, (i - 4) / 5, FIVE);
  }
  await sending.exec();
}

async function answerTo(signal: object): Promise<Answer> {
  await client.xadd(SIGNALS, '*', 'payload', stringifyLossless(signal));
  nSent++;
  await until(async () => (await client.xlen(ENRICHED)) === nSent, 'the signal is answered');
  const [[, fields]] = await client.xrevrange(ENRICHED, '+', '-', 'COUNT', 1);
  return JSON.parse(fields[1 + fields.indexOf('payload')]) as Answer;
}

const ofOurs = (bars: BarSeries, i: number, barType: string): object => ({
  instrument_id: FEED_ID,
  bar_type: barType,
  bars: barsToWire(bars.slice(i, i + 1)),
});

/** As a node publishes it. */
function ofNode(bars: BarSeries, i: number, barType: string): object {
  const { tsEvent, ...values } = bars.bar(i);
  const texts = Object.entries(values).map(([name, value]) => [name, String(value)]);
  const ts = String(tsEvent);
  return { type: 'Bar', bar_type: barType, ...Object.fromEntries(texts), ts_event: ts, ts_init: ts };
}

test.each([
  ['our form', ofOurs],
  ['the form of a node', ofNode],
])(
  'bars of several types in %s: a signal is judged by the one it names, else by the first that fits',
  async (_, form) => {
    await start({});
    await play(form);
    const signal = { instrument_id: FEED_ID, signal: 1, timestamp };
    const named = await answerTo({ ...signal, bar_type: LAST });
    expect(named).toMatchObject({ bar_type: LAST, source: 'model' });
    expect(decidedByBars(named)).toEqual(await decidedBy(MARKET, AT));
    const unnamed = await answerTo(signal);
    expect(unnamed).toMatchObject({ bar_type: BID });
    expect(decidedByBars(unnamed)).toEqual(await decidedBy(BID_MARKET, AT));
    const feeds = live.service.status().feeds.map(({ barType, state }) => [barType, state === 'wrong_step']);
    expect(feeds.toSorted()).toEqual([
      [BID, false],
      [LAST, false],
      [FIVE, true],
    ]);
  },
);

test('redis.bar_type picks for a node whose signals name none, and its answer says which', async () => {
  const node = { codec: 'nautilus-v1', nautilusFields: 'full' } as const;
  await start({ ...node, barType: '1-MINUTE-LAST-EXTERNAL' });
  await play(ofNode);
  const signal = { type: 'TradeSignal', instrument_id: FEED_ID, signal: 1, bar_type: '', ts_event: String(timestamp) };
  const { meta_confidence: confidence, size } = await answerTo(signal);
  const decided = await decidedBy(MARKET, AT);
  expect({ confidence, size }).toEqual({
    confidence: (decided as Answer).confidence,
    size: (decided as Answer).size,
  });
  expect(await answerTo({ ...signal, signal: -1 })).toMatchObject({ bar_type: LAST });
  expect(await answerTo({ ...signal, bar_type: BID })).toMatchObject({ bar_type: BID });
});

test('bars of another length beside those of the model are no dead letters where a node writes all into one stream', async () => {
  await start({ codec: 'nautilus-v1', nautilusFields: 'full' }, SIGNALS);
  await play(ofNode, SIGNALS);
  const signal = {
    type: 'TradeSignal',
    instrument_id: FEED_ID,
    signal: 1,
    bar_type: LAST,
    ts_event: String(timestamp),
  };
  expect(await answerTo(signal)).toMatchObject({ bar_type: LAST, source: 'model' });
  const nBars = 2 * WINDOW_BARS + WINDOW_BARS / 5;
  await until(() => bus.health.nIgnored >= nBars, 'every bar is acknowledged');
  expect(bus.health.nDead).toBe(0);
  expect(await client.exists(`${ENRICHED}:dead`)).toBe(0);
});
