import { afterEach, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { MismatchError, stringifyLossless } from '../../src/core/index.ts';
import { type BarSeries, WINDOW_BARS } from '../../src/domain/index.ts';
import { barsToWire, type Status } from '../../src/wire/index.ts';
import { get, type LiveServer, liveServer, post } from '../support/live-server.ts';
import { OVER_HTTP, submitNow } from '../support/live-service.ts';
import {
  type Expected,
  everyFifth,
  MARKET,
  MINUTE,
  modelOfMinutes,
  modelWithCadence,
  PLAYS,
} from '../support/played-feed.ts';

type Answer = Readonly<Record<string, unknown>>;

/** One way to send bars and signals. */
interface Road {
  /** @returns why they are refused; null where they are taken. */
  readonly bars: (bars: BarSeries) => Promise<string | null>;
  readonly signal: (timestamp: bigint, bars?: BarSeries) => Promise<Answer>;
  readonly close: () => void;
}

const ID = 'SIM';
const body = (timestamp: bigint, bars?: BarSeries) => ({
  instrument_id: ID,
  signal: 1,
  timestamp,
  ...(bars && { bars: barsToWire(bars) }),
});

const library = async ({ service }: LiveServer): Promise<Road> => ({
  bars: async (bars) => {
    try {
      service.addBars(ID, bars);
      return null;
    } catch (error) {
      expect(error).toBeInstanceOf(MismatchError);
      return (error as MismatchError).message;
    }
  },
  signal: async (timestamp, bars = undefined) => {
    const message = { instrumentId: ID, signal: 1, timestamp, bars: bars ?? null, signalId: null } as const;
    return JSON.parse(submitNow(service, message, OVER_HTTP).text) as Answer;
  },
  close: () => undefined,
});

const http = async ({ url }: LiveServer): Promise<Road> => ({
  bars: async (bars) => {
    const answer = await post(`${url}/v1/bars/${ID}`, stringifyLossless(barsToWire(bars)));
    expect([200, 422], answer.text).toContain(answer.status);
    return answer.status === 200 ? null : answer.text.replaceAll('\\"', '"');
  },
  signal: async (timestamp, bars) => {
    const answer = await post(`${url}/v1/signals`, stringifyLossless(body(timestamp, bars)));
    return JSON.parse(answer.text) as Answer;
  },
  close: () => undefined,
});

const ndjson = async (live: LiveServer): Promise<Road> => ({
  ...(await http(live)),
  signal: async (timestamp, bars) => {
    const line = `${stringifyLossless(body(timestamp, bars))}\n`;
    const answer = await post(`${live.url}/v1/signals`, line, { 'content-type': 'application/x-ndjson' });
    return JSON.parse(answer.text) as Answer;
  },
});

const websocket = async ({ url }: LiveServer): Promise<Road> => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream?types=bars`);
  const waiting = new Map<number, (message: Answer) => void>();
  let next = 0;
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Answer;
    waiting.get(message.ref as number)?.(message);
  });
  await new Promise((resolve) => socket.once('open', resolve));
  const ask = (message: object): Promise<Answer> =>
    new Promise((resolve) => {
      waiting.set(++next, resolve);
      socket.send(stringifyLossless({ ...message, ref: next }));
    });
  return {
    bars: async (bars) => {
      const { type, error } = await ask({ type: 'bars', instrument_id: ID, bars: barsToWire(bars) });
      expect(['bars_receipt', 'error']).toContain(type);
      return type === 'error' ? (error as { message: string }).message : null;
    },
    signal: async (timestamp, bars) => (await ask({ type: 'signal', ...body(timestamp, bars) })).answer as Answer,
    close: () => socket.close(),
  };
};

const ROADS = { library, http, ndjson, websocket } as const;

let live: LiveServer;
afterEach(() => live.server.close(1000));

function check(answer: Answer, { source, reason }: Expected): void {
  const isJudged = source === 'model';
  expect(answer, String(answer.reason)).toMatchObject({ source, model_available: true });
  if (reason === null) expect(answer.reason).toBeNull();
  else expect(answer.reason).toMatch(reason);
  if (isJudged) return;
  expect(answer).toMatchObject({ take: false, take_reason: source, size: 0, meta_confidence: answer.base_rate });
}

describe.each(Object.entries(ROADS))('over %s', (_, roadOf) => {
  test.each(Object.entries(PLAYS))('%s is answered as the page says', async (_play, steps) => {
    live = await liveServer({ model: modelOfMinutes() });
    const road = await roadOf(live);
    for (const step of steps) {
      if (step.kind === 'signal') {
        check(await road.signal(step.timestamp), step.expected);
        continue;
      }
      const refusal = await road.bars(step.bars);
      if (step.kind === 'bars') expect(refusal).toBeNull();
      else expect(refusal).toMatch(step.reason);
      const [{ state, lastBarTs }] = live.service.status().feeds;
      expect(state === 'wrong_step', state).toBe(step.kind === 'refused');
      if (step.kind === 'refused') expect(lastBarTs).toBe(step.bars.tsEvent.at(-1));
    }
    road.close();
  });

  test('bars of another length in a signal are said with both lengths', async () => {
    live = await liveServer({ model: modelOfMinutes() });
    const road = await roadOf(live);
    const fives = everyFifth(MARKET).slice(0, WINDOW_BARS);
    check(await road.signal(fives.tsEvent[WINDOW_BARS - 1], fives), {
      source: 'out_of_distribution',
      reason: /bars of 5 min .* bars of 1 min/,
    });
    const minutes = MARKET.slice(0, WINDOW_BARS);
    check(await road.signal(minutes.tsEvent[WINDOW_BARS - 1], minutes), { source: 'model', reason: null });
    check(await road.signal(minutes.tsEvent[WINDOW_BARS - 1] + 4n * MINUTE, minutes), {
      source: 'stale',
      reason: /^the last bar is 4 min old/,
    });
    road.close();
  });
});

test('a model that states no cadence judges a dead feed as before', async () => {
  live = await liveServer({ model: modelWithCadence(null) });
  const road = await library(live);
  await road.bars(MARKET.slice(0, 150));
  check(await road.signal(MARKET.tsEvent[149] + 600n * MINUTE), { source: 'model', reason: null });
});

test('status and metrics show a silent feed with its age, by the clock of the service', async () => {
  let nowMs = Number(MARKET.tsEvent[149] / 1_000_000n);
  live = await liveServer({ model: modelOfMinutes(), nowMs: () => nowMs });
  const { service, url } = live;
  service.addBars('A', MARKET.slice(0, 150));
  service.addBars('B', MARKET.slice(0, 150));
  const feedsOf = async (): Promise<Status['feeds']> =>
    (JSON.parse((await get(`${url}/v1/status`)).text) as Status).feeds;
  expect(await feedsOf()).toMatchObject([
    { instrument_id: 'A', bar_type: null, step_ns: Number(MINUTE), age_ms: 0, state: 'ok' },
    { instrument_id: 'B', state: 'ok' },
  ]);
  nowMs += 7 * 60_000;
  service.addBars('B', MARKET.slice(150, 157));
  expect(await feedsOf()).toMatchObject([
    { instrument_id: 'A', age_ms: 7 * 60_000, state: 'silent' },
    { instrument_id: 'B', age_ms: 0, state: 'ok' },
  ]);
  const { text } = await get(`${url}/metrics`);
  expect(text).toContain('ml4t_feeds{state="silent"} 1');
  expect(text).toContain('ml4t_feeds{state="ok"} 1');
  expect(text).toContain('ml4t_feed_silence_seconds 420');
});
