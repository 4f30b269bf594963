// @module-tag redis
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RedisServer } from '../faults/harness/redis-server.ts';
import { liveServer, post } from '../support/live-server.ts';
import { liveService } from '../support/live-service.ts';
import { REFUSED, sharedMilliseconds, signalIn } from '../support/sent-times.ts';
import { startedBus, untilUp } from '../support/started-bus.ts';
import { until } from '../support/until.ts';

type Answer = Readonly<Record<string, unknown>>;
const [SIGNALS, ENRICHED] = ['nautilus:signals', 'nautilus:enriched_signals'];
const directory = mkdtempSync(join(tmpdir(), 'ml4t-times-'));
let redis: RedisServer;
let client: Redis;
beforeAll(async () => {
  redis = await RedisServer.start(join(directory, 'redis'), false);
  client = redis.client();
});
afterAll(async () => {
  client.disconnect();
  await redis.stop();
  rmSync(directory, { recursive: true });
});

/** Fields of the entries of a stream. */
async function entriesOf(stream: string): Promise<Readonly<Record<string, string>>[]> {
  return (await client.xrange(stream, '-', '+')).map(([, fields]) =>
    Object.fromEntries(Array.from({ length: fields.length / 2 }, (_, i) => [fields[2 * i], fields[2 * i + 1]])),
  );
}

/** What a service answers to signals, and the refusal of each of them by its dead letter; '' where there is none. */
async function sent(texts: readonly string[]): Promise<readonly [answers: string[], refusals: string[]]> {
  await client.flushall();
  const live = await liveService();
  const bus = startedBus(live.service, { redis: { url: redis.url } });
  await untilUp(bus);
  const ids: (string | null)[] = [];
  for (const text of texts) ids.push(await client.xadd(SIGNALS, '*', 'payload', text));
  await until(() => bus.health.nAnswered + bus.health.nDead === texts.length, 'every signal has its end');
  const answers = (await entriesOf(ENRICHED)).map(({ payload }) => payload);
  // Batches of entries are judged side by side, so dead letters need not be in the order of their signals.
  const dead = await entriesOf(`${ENRICHED}:dead`);
  const bySource = new Map(dead.map(({ source_id: id, code, reason }) => [id, `${code} ${reason}`]));
  expect(bySource.size, 'one dead letter for a signal').toBe(dead.length);
  await bus.stop(1500);
  await live.service.stop();
  return [answers, ids.map((id) => bySource.get(id ?? '') ?? '')];
}

test('over Redis nanoseconds are answered, other units refused by name', async () => {
  const [answers, [ofFirst, ...refusals]] = await sent([signalIn(1n), ...REFUSED.map(({ text }) => text)]);
  const live = await liveServer();
  const { answer_hash } = JSON.parse((await post(`${live.url}/v1/signals`, signalIn(1n))).text) as Answer;
  await live.server.close(1000);
  expect(answers.map((answer) => JSON.parse(answer) as Answer)).toMatchObject([{ source: 'model', answer_hash }]);
  expect(ofFirst, 'what is answered is not refused').toBe('');
  expect(refusals.length).toBe(REFUSED.length);
  for (const [i, { name, start, unit }] of REFUSED.entries())
    expect(refusals[i], name).toContain(`INVALID_VALUE ${start}${unit}`);
});

test('over Redis the shared signal in milliseconds is refused', { tags: ['real-data'] }, async () => {
  const { text, start, unit } = sharedMilliseconds();
  expect(await sent([text])).toEqual([[], [expect.stringContaining(`INVALID_VALUE ${start}${unit}`)]]);
});
