// @module-tag redis
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { createDecisionReader, createLiveService } from '../../src/app/index.ts';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../../src/config/index.ts';
import { stringifyLossless } from '../../src/core/index.ts';
import type { BarSeries } from '../../src/domain/index.ts';
import { encodeModel } from '../../src/model/onnx/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { barsToWire } from '../../src/wire/index.ts';
import { RedisServer } from '../faults/harness/redis-server.ts';
import { post } from '../support/live-server.ts';
import { randomWalk } from '../support/random-walk.ts';
import { runCli } from '../support/run-cli.ts';
import { sha256, smallModel } from '../support/small-model.ts';
import { until } from '../support/until.ts';

// One signal gets one answer, to the last bit, by whatever road it comes: the decision included.

const root = mkdtempSync(join(tmpdir(), 'ml4t-transports-'));
const modelPath = join(root, 'model.onnx');
const ANSWER_MS = 60_000;
const [SIGNALS, ENRICHED] = ['nautilus:signals', 'nautilus:enriched_signals'];
const SIZING = { trust: 'expected' } as const;

const WALK = randomWalk(151, 11, { gaps: 0 });
const WINDOW = WALK.slice(51, 151);
const columns = (bars: BarSeries, changed: object = {}) => ({ ...barsToWire(bars), ...changed });
const flat = Array(100).fill(100);
interface Sent {
  readonly signal: number;
  readonly strength?: number;
  /** Absent where they are held. */
  readonly bars?: object;
  readonly instrument_id?: string;
}
/** An instrument of which too few bars are held. */
const YOUNG = 'YOUNG';
const N_HELD = 37;
/** Signals of every kind that a sender can make. */
const CASES: Readonly<Record<string, Sent>> = {
  taken: { signal: 1, strength: 0.4, bars: columns(WINDOW) },
  sold: { signal: -1, bars: columns(WINDOW) },
  flat: { signal: 0, bars: columns(WINDOW) },
  'without-volume': { signal: 1, bars: columns(WINDOW, { volume: Array(100).fill(0) }) },
  'without-range': { signal: 1, bars: columns(WINDOW, { open: flat, high: flat, low: flat, close: flat }) },
  'warming-up': { signal: 1, instrument_id: YOUNG },
};
const IDS = Object.keys(CASES);

const signalText = (id: string, more: object = {}): string =>
  stringifyLossless({ signal_id: id, instrument_id: 'SIM', timestamp: WINDOW.tsEvent[99], ...CASES[id], ...more });
const strengthOf = (id: string): number => CASES[id].strength ?? 1;

let redis: RedisServer;
let client: ReturnType<RedisServer['client']>;

beforeAll(async () => {
  const parts = smallModel();
  const band = { scores: [0, 0.5], low: [0.2, 0.4], high: [0.6, 0.8] };
  const calibration = { band, vennAbers: band, coverage: null };
  writeFileSync(modelPath, encodeModel({ ...parts, metadata: { ...parts.metadata, calibration } }, sha256));
  redis = await RedisServer.start(join(root, 'redis'), false);
  client = redis.client(ANSWER_MS);
});
afterAll(async () => {
  client.disconnect();
  await redis.stop();
  rmSync(root, { recursive: true, force: true });
});

/** Asks for the answer to each signal. */
type Ask = (url: string, redisUp: () => Promise<void>) => Promise<string[]>;

const ROADS: Readonly<Record<string, Ask>> = {
  http: (url) => Promise.all(IDS.map(async (id) => (await post(`${url}/v1/signals`, signalText(id))).text)),
  ndjson: async (url) => {
    const body = IDS.map((id) => `${signalText(id)}\n`).join('');
    const { text } = await post(`${url}/v1/signals`, body, { 'content-type': 'application/x-ndjson' });
    return text.trim().split('\n');
  },
  websocket: async (url) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream?types=state`);
    const answers: string[] = [];
    socket.on('message', (data: Buffer) => {
      const [, answer] = /^\{"type":"answer","answer":(\{.*\})\}$/.exec(data.toString()) ?? [];
      if (answer !== undefined) answers.push(answer);
    });
    socket.on('open', () => {
      for (const id of IDS) socket.send(signalText(id, { type: 'signal' }));
    });
    await until(() => answers.length === IDS.length, 'every signal is answered');
    socket.close();
    return answers;
  },
  stream: async (_url, redisUp) => {
    await redisUp();
    for (const id of IDS) await client.xadd(SIGNALS, '*', 'payload', signalText(id));
    await until(async () => (await client.xlen(ENRICHED)) === IDS.length, 'every signal is answered');
    return (await client.xrange(ENRICHED, '-', '+')).map(([, fields]) => fields[1 + fields.indexOf('payload')]);
  },
  pubsub: async (_url, redisUp) => {
    await redisUp();
    const listener = redis.client(ANSWER_MS);
    const answers: string[] = [];
    listener.on('message', (_channel, answer) => void answers.push(answer));
    await listener.subscribe(ENRICHED);
    await until(async () => (await client.pubsub('NUMSUB', SIGNALS))[1] === 1, 'somebody listens');
    for (const id of IDS) await client.publish(SIGNALS, signalText(id));
    await until(() => answers.length === IDS.length, 'every signal is answered');
    listener.disconnect();
    return answers;
  },
};

/** What a service of its own answers, and whether its journal computes each decision again to the same bits. */
async function answersBy(
  road: string,
  ask: Ask,
  input: OrchestratorConfigInput['redis'] = {},
  isHalted = false,
): Promise<Record<string, string>> {
  await client.flushall();
  const dataDir = join(root, isHalted ? `${road}-halted` : road);
  mkdirSync(dataDir);
  const config = OrchestratorConfig({
    modelPath,
    sizing: SIZING,
    redis: { url: redis.url, ...input },
    server: { dataDir, port: 0 },
  });
  const live = await createLiveService(config, { logger: SILENT });
  const redisUp = () => until(async () => (await client.exists(SIGNALS)) === 1, 'the group is there');
  let texts: string[];
  try {
    const { url } = await live.listen();
    await post(`${url}/v1/bars/${YOUNG}`, stringifyLossless(barsToWire(WINDOW.slice(100 - N_HELD, 100))));
    if (isHalted) expect((await post(`${url}/v1/halt`, '{}')).status).toBe(200);
    texts = await ask(url, redisUp);
  } finally {
    await live.close(); // and all is written
  }
  const reader = await createDecisionReader(config);
  const isIdentical: Record<string, boolean | undefined> = {};
  for (const id of IDS) isIdentical[id] = (await reader.recompute(id))?.isIdentical;
  reader.close();
  expect(isIdentical, `${road}: computed again from the journal`).toEqual(
    Object.fromEntries(IDS.map((id) => [id, true])),
  );
  return Object.fromEntries(
    texts.map((text) => [(JSON.parse(text) as { readonly signal_id: string }).signal_id, text]),
  );
}

/** The lasting part and its hash. */
const lastingOf = (answer: string): string => answer.split(',"latency_ns"')[0];

let first: Record<string, string> = {};

test('the answers are of every kind, and say what they decide', async () => {
  const { http: ask, ...others } = ROADS;
  expect(Object.keys(others)).toEqual(['ndjson', 'websocket', 'stream', 'pubsub']);
  first = await answersBy('http', ask);
  const of = (id: string) => JSON.parse(first[id]) as Record<string, unknown>;
  expect(of('taken')).toMatchObject({
    source: 'model',
    strength: 0.4,
    take: true,
    take_reason: 'expected',
    size_method: 'afml',
    break_even: expect.any(Number),
    expected_r: expect.any(Number),
    expected_return_bps: expect.any(Number),
    risk_distance: expect.any(Number),
    confidence_low: 0.4,
    confidence_high: 0.8,
  });
  expect(of('sold').size).toBeLessThan(0);
  expect(of('flat')).toMatchObject({ take: false, take_reason: 'flat', size: 0 });
  expect(of('without-volume')).toMatchObject({ toxicity_available: false });
  expect(of('without-range')).toMatchObject({
    source: 'out_of_distribution',
    take: false,
    take_reason: 'out_of_distribution',
    risk_distance: null,
    size: 0,
  });
  expect(of('warming-up')).toMatchObject({
    signal_event: { n_bars: N_HELD },
    source: 'default',
    take: false,
    take_reason: 'warming_up',
    size: 0,
  });
});

test.each(['ndjson', 'websocket', 'stream', 'pubsub'])('over %s every answer has the same bits', async (road) => {
  const answers = await answersBy(road, ROADS[road]);
  for (const id of IDS) expect(lastingOf(answers[id]), `${road}: ${id}`).toBe(lastingOf(first[id]));
});

test('while halted, every signal is answered so over every road, with the same bits, and is recomputed', async () => {
  const { http: ask, ...others } = ROADS;
  const halted = await answersBy('http', ask, {}, true);
  for (const id of IDS) {
    const [plain, answer] = [first, halted].map((answers) => JSON.parse(answers[id]) as Record<string, unknown>);
    expect(answer, id).toMatchObject({ take: false, take_reason: 'halted', size: 0 });
    for (const name of [
      'meta_confidence',
      'source',
      'reason',
      'break_even',
      'expected_r',
      'confidence_low',
      'toxicity',
    ])
      expect([id, name, answer[name]]).toEqual([id, name, plain[name]]);
  }
  for (const [road, askBy] of Object.entries(others)) {
    const answers = await answersBy(road, askBy, {}, true);
    for (const id of IDS) expect(lastingOf(answers[id]), `${road}: ${id}`).toBe(lastingOf(halted[id]));
  }
});

test('`ml4t enrich` writes the same bits', async () => {
  const withBars = IDS.filter((id) => CASES[id].bars !== undefined);
  const input = withBars.map((id) => `${signalText(id)}\n`).join('');
  const run = await runCli(['enrich', '--model', modelPath, '--set', `sizing.trust=${SIZING.trust}`], { input });
  expect(run.code, run.stderr).toBe(0);
  for (const [i, line] of run.stdout.trim().split('\n').entries())
    expect(lastingOf(line), 'but for the number of a record').toBe(
      lastingOf(first[withBars[i]]).replace(/"seq":\d+$/, '"seq":null'),
    );
});

/** Signals that a node is asked about. */
const OF_NODE = IDS.slice(0, 3);

/** Asks as a node does, with held bars; what comes back to it goes to `payloads`. */
function asNode(payloads: string[]): Ask {
  return async (url, redisUp) => {
    await redisUp();
    const bars = await post(`${url}/v1/bars/SIM`, stringifyLossless(barsToWire(WINDOW)));
    expect(bars.status, bars.text).toBe(200);
    for (const id of OF_NODE) {
      const { signal } = CASES[id];
      const strength = strengthOf(id);
      const ts = String(WINDOW.tsEvent[99]);
      const message = { instrument_id: 'SIM', signal, signal_id: id, strength, type: 'TradeSignal', ts_event: ts };
      await client.xadd(
        SIGNALS,
        '*',
        'topic',
        'data.TradeSignal',
        'payload',
        JSON.stringify({ ...message, ts_init: ts }),
      );
    }
    await until(async () => (await client.xlen(ENRICHED)) === OF_NODE.length, 'every signal is answered');
    for (const [, fields] of await client.xrange(ENRICHED, '-', '+'))
      payloads.push(fields[1 + fields.indexOf('payload')]);
    // The recorded answers, and the others anew.
    const again = (id: string) =>
      signalText(id, OF_NODE.includes(id) ? { bars: undefined, strength: strengthOf(id) } : {});
    return Promise.all(IDS.map(async (id) => (await post(`${url}/v1/signals`, again(id))).text));
  };
}

test('a node gets the same numbers, with the class that has the decision', async () => {
  const payloads: string[] = [];
  const ask = asNode(payloads);
  const answers = await answersBy('nautilus', ask, { codec: 'nautilus-v1', nautilusFields: 'full' });
  for (const [i, id] of OF_NODE.entries()) {
    expect(lastingOf(answers[id]), 'held bars are judged as bars that come with the signal').toBe(lastingOf(first[id]));
    const fields = JSON.parse(payloads[i]) as Record<string, unknown>;
    const answer = JSON.parse(first[id]) as Record<string, Record<string, unknown>>;
    const isLasting = (name: string) => name !== 'late' && answer[name] !== undefined && answer[name] !== null;
    const shared = Object.keys(fields).filter(isLasting);
    expect(shared).toEqual(
      expect.arrayContaining(['size', 'take', 'take_reason', 'cost_bps', 'answer_hash', 'strength']),
    );
    for (const name of shared) expect([name, fields[name]]).toEqual([name, answer[name]]);
    for (const [name, factor] of Object.entries(answer.size_factors))
      expect([name, fields[`size_${name}`]]).toEqual([name, factor]);
  }
});

test.each(['full', 'classic'] as const)(
  'while halted, a node with the class %s is told to bet nothing',
  async (nautilusFields) => {
    const payloads: string[] = [];
    await answersBy(`node-${nautilusFields}`, asNode(payloads), { codec: 'nautilus-v1', nautilusFields }, true);
    expect(payloads).toHaveLength(OF_NODE.length);
    const told = nautilusFields === 'full' ? { take: false, take_reason: 'halted', size: 0 } : { size: 0 };
    for (const payload of payloads) expect(JSON.parse(payload)).toMatchObject(told);
  },
);
