// @module-tag redis
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLiveService, verifyJournal } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { stringifyLossless } from '../../src/core/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { barsToWire } from '../../src/wire/index.ts';
import { RedisServer } from '../faults/harness/redis-server.ts';
import { smallModelBytes } from '../support/live-service.ts';
import { realMarkets, signalsAt } from '../support/several-instruments.ts';
import { until } from '../support/until.ts';

const root = mkdtempSync(join(tmpdir(), 'ml4t-lanes-redis-'));
const modelPath = join(root, 'model.onnx');
const [SIGNALS, ENRICHED, BARS] = ['nautilus:signals', 'nautilus:enriched_signals', 'nautilus:bars'];
const [FIRST, N_BARS] = [150, 170];
let redis: RedisServer;
let client: ReturnType<RedisServer['client']>;

beforeAll(async () => {
  writeFileSync(modelPath, smallModelBytes());
  redis = await RedisServer.start(join(root, 'redis'), false);
  client = redis.client(60_000);
});
afterAll(async () => {
  client.disconnect();
  await redis.stop();
  rmSync(root, { recursive: true, force: true });
});

const start = (lanes: number) =>
  createLiveService(
    OrchestratorConfig({
      modelPath,
      sizing: { trust: 'expected' },
      model: { outOfDistribution: false },
      redis: { url: redis.url, claimIdleMs: 300 },
      server: { dataDir: join(root, `lanes-${lanes}`), port: 0, lanes },
    }),
    { logger: SILENT },
  );

const payloads = async (): Promise<string[]> =>
  (await client.xrange(ENRICHED, '-', '+')).map(([, fields]) => fields[1 + fields.indexOf('payload')]);

/** Plays bars and signals by the streams, with repeats and a restart between. @returns the lasting parts of the answers, in their order. */
async function answersWith(lanes: number): Promise<readonly string[]> {
  await client.flushall();
  mkdirSync(join(root, `lanes-${lanes}`));
  const markets = realMarkets(N_BARS);
  let live = await start(lanes);
  await live.listen();
  await until(async () => (await client.exists(SIGNALS)) === 1, 'the group is there');
  let nSent = 0;
  for (const [instrument, bars] of markets)
    await client.xadd(
      BARS,
      '*',
      'payload',
      stringifyLossless({ instrument_id: instrument, bars: barsToWire(bars.slice(0, FIRST)) }),
    );
  for (let at = FIRST; at < N_BARS; at++) {
    const adding = client.pipeline();
    for (const { instrumentId, signal, timestamp, signalId, bars } of signalsAt(markets, at)) {
      const series = markets.get(instrumentId);
      if (series === undefined) throw new Error(`no bars of ${instrumentId}`);
      const bar = { instrument_id: instrumentId, bars: barsToWire(series.slice(at, at + 1)) };
      adding.xadd(BARS, '*', 'payload', stringifyLossless(bar));
      const brought = bars === null ? {} : { bars: barsToWire(bars) };
      const body = { signal_id: signalId, instrument_id: instrumentId, signal, timestamp, ...brought };
      for (let n = at % 7 === 0 ? 2 : 1; n > 0; n--, nSent++)
        adding.xadd(SIGNALS, '*', 'payload', stringifyLossless(body));
    }
    await adding.exec();
    if (at !== (FIRST + N_BARS) / 2) continue;
    await live.close(); // with signals on their way
    live = await start(lanes);
    await live.listen();
  }
  await until(async () => (await payloads()).length === nSent, 'every entry is answered');
  await until(async () => (await client.xpending(SIGNALS, 'ml4t'))[0] === 0, 'every entry is acknowledged');
  expect(live.service.status().lanes).toEqual({ configured: lanes, running: lanes });
  await live.close();
  expect(await verifyJournal(join(root, `lanes-${lanes}`))).toMatchObject({ faults: [] });
  return (await payloads()).map((text) => text.split(',"latency_ns"')[0]);
}

test('signals of the stream have the same answers with lanes, each once, in the order of the stream', {
  tags: ['real-data'],
}, async () => {
  const [one, three] = [await answersWith(1), await answersWith(3)];
  const idOf = (text: string): string => (JSON.parse(`${text}}`) as { readonly signal_id: string }).signal_id;
  const first = (texts: readonly string[]) => new Map(texts.toReversed().map((text) => [idOf(text), text]));
  const byInstrument = (texts: readonly string[]) =>
    Object.groupBy([...new Set(texts.map(idOf))], (id) => id.split(':')[0]);
  expect(one.length).toBeGreaterThan(4 * (N_BARS - FIRST));
  expect(first(three)).toEqual(first(one));
  expect(byInstrument(three)).toEqual(byInstrument(one));
  expect(new Set(three), 'a repeat has the answer and the number of the first').toEqual(new Set(first(three).values()));
  expect(one.filter((text) => text.includes('"source":"model"')).length, 'the model is asked').toBeGreaterThan(40);
});
