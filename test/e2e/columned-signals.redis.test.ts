// @module-tag redis
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from '@msgpack/msgpack';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { createDecisionReader, createLiveService } from '../../src/app/index.ts';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../../src/config/index.ts';
import { stringifyLossless } from '../../src/core/index.ts';
import { BarSeries, SignalEvent } from '../../src/domain/index.ts';
import { SignalJudge } from '../../src/inference/index.ts';
import type { ModelParts } from '../../src/model/index.ts';
import { encodeModel, readModel } from '../../src/model/onnx/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { barsToWire, lastingAnswer } from '../../src/wire/index.ts';
import { RedisServer } from '../faults/harness/redis-server.ts';
import { post } from '../support/live-server.ts';
import { randomWalk } from '../support/random-walk.ts';
import { runCli } from '../support/run-cli.ts';
import { sha256, smallModel } from '../support/small-model.ts';
import { until } from '../support/until.ts';

// A model with columns gives one answer to a signal, to the last bit, whatever road the signal and its columns come by.

const root = mkdtempSync(join(tmpdir(), 'ml4t-columned-'));
const modelPath = join(root, 'model.onnx');
const SIZING = { trust: 'expected' } as const;
const [SIGNALS, ENRICHED] = ['nautilus:signals', 'nautilus:enriched_signals'];
const COLUMNS: Partial<ModelParts> = {
  featureNames: ['volatility', 'fundingRate', 'signal_probability', 'spread.bps'],
  columnFeatures: { names: ['fundingRate', 'spread.bps', 'signal_probability'], directional: ['fundingRate'] },
};
const bytes = encodeModel({ ...smallModel(), ...COLUMNS } as ModelParts, sha256);

const WALK = randomWalk(200, 11, { gaps: 0 });
const END = 150;
/** The held bars: of one column a value before the window, of the other none. */
const HELD = BarSeries.fromColumns({
  ...WALK,
  columns: new Map([['fundingRate', WALK.close.map((_, i) => (i === 20 ? -0.5 : Number.NaN))]]),
});
type Features = Readonly<Record<string, number | null>>;
/** What each signal brings, its probability, and the values that count. */
const CASES: Readonly<Record<string, readonly [sent: Features | null, probability: number | null, read: Features]>> = {
  both: [
    { 'spread.bps': 1.25, fundingRate: 0.00001 },
    0.625,
    { fundingRate: 0.00001, 'spread.bps': 1.25, signal_probability: 0.625 },
  ],
  one: [{ 'spread.bps': -0.75 }, 1, { fundingRate: -0.5, 'spread.bps': -0.75, signal_probability: 1 }],
  none: [null, 0, { fundingRate: -0.5, 'spread.bps': null, signal_probability: 0 }],
  'not-known': [
    { 'spread.bps': 1, fundingRate: null },
    0.5,
    { fundingRate: null, 'spread.bps': 1, signal_probability: 0.5 },
  ],
  'not-predicted': [{ 'spread.bps': 1 }, null, { fundingRate: -0.5, 'spread.bps': 1, signal_probability: null }],
};
const IDS = Object.keys(CASES);
const timestamp = WALK.tsEvent[END];

const signalText = (id: string, more: object = {}): string => {
  const [features, probability] = CASES[id];
  return stringifyLossless({
    signal_id: id,
    instrument_id: 'SIM',
    signal: 1,
    timestamp,
    ...(features && { features }),
    ...(probability !== null && { probability }),
    ...more,
  });
};

let redis: RedisServer;
let client: ReturnType<RedisServer['client']>;

beforeAll(async () => {
  writeFileSync(modelPath, bytes);
  redis = await RedisServer.start(join(root, 'redis'), false);
  client = redis.client(60_000);
});
afterAll(async () => {
  client.disconnect();
  await redis.stop();
  rmSync(root, { recursive: true, force: true });
});

/** The lasting answers of the library, by the values that count. */
function answersOfLibrary(): string[] {
  const config = OrchestratorConfig({ sizing: SIZING });
  const judge = new SignalJudge({ config, clock: { monotonicNs: () => 0 }, logger: SILENT });
  judge.inferenceLoop.swapModel(readModel(bytes, { sha256 }));
  return IDS.map((signalId) => {
    const read = Object.entries(CASES[signalId][2]).map(([name, value]) => [name, value ?? Number.NaN]);
    const event = { instrumentId: 'SIM', signal: 1, timestamp, signalId } as const;
    const bars = WALK.slice(END - 99, END + 1);
    return lastingAnswer(judge.judge(new SignalEvent({ ...event, bars, features: Object.fromEntries(read) })).enriched);
  });
}

type Ask = (url: string) => Promise<unknown>;

/** Sends bars and signals over a stream, and waits for the answers. */
async function overStream(signals: readonly (string | Buffer)[]): Promise<void> {
  await until(async () => (await client.exists(SIGNALS)) === 1, 'the group is there');
  for (const payload of signals) await client.xadd(SIGNALS, '*', 'topic', 'data', 'payload', payload);
  await until(async () => (await client.xlen(ENRICHED)) === signals.length, 'every signal is answered');
}

const nodeSignal = (id: string) => {
  const [features, probability] = CASES[id];
  const text = features === null ? '' : JSON.stringify(features).replace('null', 'NaN'); // as Python writes it
  const ts = String(timestamp);
  return {
    type: 'TradeSignal',
    instrument_id: 'SIM',
    signal: 1,
    signal_id: id,
    probability: probability ?? -1.0,
    features: text,
    ts_event: ts,
    ts_init: ts,
  };
};

const postBars = (url: string): Promise<unknown> => post(`${url}/v1/bars/SIM`, stringifyLossless(barsToWire(HELD)));
const ROADS: Readonly<Record<string, readonly [OrchestratorConfigInput['redis'], bars: Ask, signals: Ask]>> = {
  http: [
    {},
    postBars,
    async (url) => {
      for (const id of IDS) expect((await post(`${url}/v1/signals`, signalText(id))).status).toBe(200);
    },
  ],
  ndjson: [
    {},
    async (url) => {
      const rows = Array.from({ length: HELD.length }, (_, i) => {
        const { tsEvent, ...bar } = HELD.bar(i);
        return { ts_event: tsEvent, ...bar };
      });
      await post(`${url}/v1/bars/SIM`, stringifyLossless(rows));
    },
    (url) => {
      const body = IDS.map((id) => `${signalText(id)}\n`).join('');
      return post(`${url}/v1/signals`, body, { 'content-type': 'application/x-ndjson' });
    },
  ],
  websocket: [
    {},
    postBars,
    async (url) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream?types=state`);
      let nAnswers = 0;
      socket.on('message', (data: Buffer) => {
        if (data.toString().startsWith('{"type":"answer"')) nAnswers++;
      });
      socket.on('open', () => {
        for (const id of IDS) socket.send(signalText(id, { type: 'signal' }));
      });
      await until(() => nAnswers === IDS.length, 'every signal is answered');
      socket.close();
    },
  ],
  'redis-json': [
    {},
    async () => {
      const bars = stringifyLossless({ instrument_id: 'SIM', bars: barsToWire(HELD) });
      await client.xadd('nautilus:bars', '*', 'payload', bars);
    },
    () => overStream(IDS.map((id) => signalText(id))),
  ],
  'nautilus-msgpack': [
    { codec: 'nautilus-v1', encoding: 'msgpack' },
    postBars,
    () => overStream(IDS.map((id) => Buffer.from(encode(nodeSignal(id))))),
  ],
};

test.each(Object.entries(ROADS))('over %s as in the library, and again from the journal', async (road, given) => {
  const [settings, sendBars, sendSignals] = given;
  await client.flushall();
  const dataDir = join(root, road);
  mkdirSync(dataDir);
  const config = OrchestratorConfig({
    modelPath,
    sizing: SIZING,
    redis: { url: redis.url, ...settings },
    server: { dataDir, port: 0 },
  });
  const live = await createLiveService(config, { logger: SILENT });
  try {
    const { url } = await live.listen();
    await sendBars(url);
    await sendSignals(url);
    const detail = JSON.parse((await (await fetch(`${url}/v1/signals/both`)).text()) as string);
    expect(detail.features, 'by their own names').toMatchObject({ fundingRate: 0.00001, 'spread.bps': 1.25 });
    expect(detail.column_values).toEqual(CASES.both[2]);
  } finally {
    await live.close(); // and all is written
  }
  const reader = await createDecisionReader(config);
  const recomputed = await Promise.all(IDS.map((id) => reader.recompute(id)));
  reader.close();
  expect(recomputed.map((one) => one?.isIdentical)).toEqual(IDS.map(() => true));
  expect(recomputed.map((one) => one?.recorded.answer)).toEqual(answersOfLibrary());
  const read = recomputed.map((one) => one?.recorded.columnValues);
  expect(read).toEqual(IDS.map((id) => CASES[id][2]));
  const said = recomputed.map((one) => JSON.parse(one?.recorded.answer ?? '{}'));
  expect(said.map(({ source, reason }) => [source, reason])).toEqual([
    ['model', null],
    ['model', null],
    ['missing_input', 'feature spread.bps is missing'],
    ['missing_input', 'feature fundingRate is missing'],
    ['missing_input', 'feature signal_probability is missing'],
  ]);
});

test('`ml4t enrich` and `ml4t replay --journal` say the same', async () => {
  const bars = barsToWire(WALK.slice(END - 99, END + 1));
  const input = `${signalText('both', { bars })}\n`;
  const run = await runCli(['enrich', '--model', modelPath, '--set', `sizing.trust=${SIZING.trust}`], { input });
  expect(run.code, run.stderr).toBe(0);
  expect(run.stdout.startsWith(answersOfLibrary()[0].slice(0, -1))).toBe(true);
  const dataDir = join(root, 'http');
  const args = ['replay', '--journal', 'one', '--set', `server.data_dir=${dataDir}`];
  const replayed = await runCli([...args, '--set', `model_path=${modelPath}`, '--set', `sizing.trust=${SIZING.trust}`]);
  expect(replayed.code, replayed.stderr).toBe(0);
  expect(replayed.stdout.trim().split('\n').at(-1)).toBe('bit-identical');
  expect(replayed.stdout, 'by the names of the caller').toMatch(/explained .*fundingRate /);
});
