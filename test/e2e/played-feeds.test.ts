import { afterEach, describe, expect, test } from 'vitest';
import { WINDOW_BARS } from '../../src/domain/index.ts';
import type { Status } from '../../src/wire/index.ts';
import { type Answer, FEED_ID, ROADS } from '../support/feed-roads.ts';
import { get, type LiveServer, liveServer } from '../support/live-server.ts';
import {
  type Expected,
  everyFifth,
  MARKET,
  MINUTE,
  modelOfMinutes,
  modelWithCadence,
  PLAYS,
} from '../support/played-feed.ts';

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
    check(await road.signal(fives.tsEvent[WINDOW_BARS - 1], { bars: fives }), {
      source: 'out_of_distribution',
      reason: /bars of 5 min .* bars of 1 min/,
    });
    expect(live.service.heldBars(FEED_ID, 1000), 'they are in no series').toBeNull();
    const minutes = MARKET.slice(0, WINDOW_BARS);
    check(await road.signal(minutes.tsEvent[WINDOW_BARS - 1], { bars: minutes }), { source: 'model', reason: null });
    check(await road.signal(minutes.tsEvent[WINDOW_BARS - 1] + 4n * MINUTE, { bars: minutes }), {
      source: 'stale',
      reason: /^the last bar is 4 min old/,
    });
    road.close();
  });
});

test('a model that states no cadence judges a dead feed as before', async () => {
  live = await liveServer({ model: modelWithCadence(null) });
  const road = await ROADS.library(live);
  await road.bars(MARKET.slice(0, 150));
  check(await road.signal(MARKET.tsEvent[149] + 600n * MINUTE), { source: 'model', reason: null });
});

test.each([
  ['a model that states no cadence', modelWithCadence(null)],
  ['no model', null],
])('with %s, status and metrics show the age of a feed, and that it is not judged', async (_, model) => {
  const nowMs = Number(MARKET.tsEvent[149] / 1_000_000n) + 3_600_000;
  live = await liveServer({ model, nowMs: () => nowMs });
  live.service.addBars('A', MARKET.slice(0, 150));
  const { feeds } = JSON.parse((await get(`${live.url}/v1/status`)).text) as Status;
  expect(feeds).toMatchObject([{ instrument_id: 'A', age_ms: 3_600_000, state: 'ok', judged: false }]);
  expect((await get(`${live.url}/metrics`)).text).toContain('ml4t_feeds_not_judged 1');
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
