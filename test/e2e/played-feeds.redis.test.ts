// @module-tag redis
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { stringifyLossless } from '../../src/core/index.ts';
import type { MessageBus } from '../../src/ports/index.ts';
import { barsToWire } from '../../src/wire/index.ts';
import { RedisServer } from '../faults/harness/redis-server.ts';
import { type LiveServiceParts, liveService } from '../support/live-service.ts';
import { MINUTE, modelOfMinutes, PLAYS } from '../support/played-feed.ts';
import { startedBus, untilUp } from '../support/started-bus.ts';
import { until } from '../support/until.ts';

const [SIGNALS, ENRICHED, BARS] = ['nautilus:signals', 'nautilus:enriched_signals', 'nautilus:bars'];
const directory = mkdtempSync(join(tmpdir(), 'ml4t-played-'));
let redis: RedisServer;
let client: Redis;
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
beforeEach(async () => {
  await client.flushall();
  live = await liveService({ model: modelOfMinutes() });
  bus = startedBus(live.service, { redis: { url: redis.url, barWaitMs: 20 } });
  await untilUp(bus);
});
afterEach(async () => {
  await bus.stop(1500);
  await live.service.stop();
});

/** The last held bar, once it is the one at `ts`: bars and signals are read from streams of their own. */
async function untilHeld(ts: bigint | undefined): Promise<void> {
  await until(() => live.service.heldBars('SIM', 1000)?.tsEvent.includes(ts ?? 0n) === true, 'the bars are taken in');
}

/** Of a signal that the model judges, where a bar is due that never comes. */
const LACKS_BAR = /^judged without the bar that it was due: the last one is/;

/** Bars up to the one at `ts` were refused for their length. */
async function untilRefused(ts: bigint | undefined): Promise<void> {
  const isRefused = (): boolean => {
    const [{ lastBarTs, state }] = live.service.status().feeds;
    return lastBarTs === ts && state === 'wrong_step';
  };
  await until(isRefused, 'the bars are refused');
}

test.each(Object.entries(PLAYS))('over Redis: %s is answered as the page says', async (_, steps) => {
  let nSignals = 0;
  for (const step of steps) {
    if (step.kind !== 'signal') {
      const body = { instrument_id: 'SIM', bars: barsToWire(step.bars) };
      await client.xadd(BARS, '*', 'payload', stringifyLossless(body));
      if (step.kind === 'bars') await untilHeld(step.bars.tsEvent.at(-1));
      else await untilRefused(step.bars.tsEvent.at(-1));
      continue;
    }
    const { timestamp, expected } = step;
    await client.xadd(SIGNALS, '*', 'payload', stringifyLossless({ instrument_id: 'SIM', signal: 1, timestamp }));
    nSignals++;
    await until(async () => (await client.xlen(ENRICHED)) === nSignals, 'the signal is answered');
    const [[, fields]] = await client.xrevrange(ENRICHED, '+', '-', 'COUNT', 1);
    const answer = JSON.parse(fields[1 + fields.indexOf('payload')]) as Record<string, unknown>;
    expect(answer.source, String(answer.reason)).toBe(expected.source);
    if (expected.reason !== null) expect(answer).toMatchObject({ take: false, size: 0 });
    const lacksBar = timestamp - BigInt(answer.last_bar_ts as number) >= MINUTE;
    const reason = expected.reason ?? (lacksBar ? LACKS_BAR : null);
    expect(answer.reason).toEqual(reason === null ? null : expect.stringMatching(reason));
  }
});
