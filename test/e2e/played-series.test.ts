import { afterEach, describe, expect, test, vi } from 'vitest';
import { stringifyLossless } from '../../src/core/index.ts';
import { WINDOW_BARS } from '../../src/domain/index.ts';
import { barsToWire, type Status } from '../../src/wire/index.ts';
import { type Answer, FEED_ID, ROADS } from '../support/feed-roads.ts';
import { get, type LiveServer, liveServer, postUntilTaken } from '../support/live-server.ts';
import { liveService, OVER_HTTP, submitNow } from '../support/live-service.ts';
import { MARKET, MINUTE, modelOfMinutes } from '../support/played-feed.ts';
import { BID, BID_MARKET, decidedBy, decidedByBars, FIVE, FIVE_MARKET, LAST } from '../support/two-series.ts';

const FIRST = WINDOW_BARS - 1;

const servers: LiveServer[] = [];
afterEach(async () => {
  for (const { server } of servers.splice(0)) await server.close(1000);
});

async function serve(): Promise<LiveServer> {
  const live = await liveServer({ model: modelOfMinutes() });
  servers.push(live);
  return live;
}

describe.each(Object.entries(ROADS))('over %s', (_, roadOf) => {
  test('a feed in several bar types is judged by the one that is named, from the first signal on', async () => {
    const road = await roadOf(await serve());
    const refusal = /bars must be of the length the model learned from, 1 min, was .{0,2}5 min/;
    for (let from = 0; from <= FIRST; from += 10) {
      const to = from + 10;
      await road.bars(BID_MARKET.slice(from, to), BID);
      await road.bars(MARKET.slice(from, to), LAST);
      expect(await road.bars(FIVE_MARKET.slice(from / 5, to / 5), FIVE)).toMatch(refusal);
    }
    const byType = { [LAST]: await decidedBy(MARKET, FIRST), [BID]: await decidedBy(BID_MARKET, FIRST) };
    expect(byType[LAST], 'the two would be judged otherwise').not.toEqual(byType[BID]);
    const timestamp = MARKET.tsEvent[FIRST];
    for (const [barType, decided] of Object.entries(byType)) {
      const answer = await road.signal(timestamp, { barType });
      expect(decidedByBars(answer)).toEqual(decided);
      expect(answer).toMatchObject({ source: 'model', bar_type: barType, signal_id: `SIM:${barType}:${timestamp}:1` });
    }
    const short = await road.signal(timestamp + 1n, { barType: '1-MINUTE-LAST-EXTERNAL' });
    expect(short, 'what follows the instrument is enough').toMatchObject({ bar_type: LAST, source: 'model' });
    const unnamed = await road.signal(timestamp);
    expect(unnamed).toMatchObject({ bar_type: BID, signal_id: `SIM:${timestamp}:1` });
    expect(decidedByBars(unnamed), 'the first that fits the model').toEqual(byType[BID]);
    const other = await road.signal(timestamp, { barType: FIVE });
    expect(other, 'nothing of the refused series is held').toMatchObject({
      source: 'default',
      reason: 'warming up: 0 of 100 bars',
      bar_type: FIVE,
      size: 0,
    });
    road.close();
  });

  test('bars that come with a signal stay in the series it names', async () => {
    const road = await roadOf(await serve());
    await road.bars(MARKET.slice(0, WINDOW_BARS), LAST);
    const bars = BID_MARKET.slice(0, WINDOW_BARS);
    const brought = await road.signal(MARKET.tsEvent[FIRST], { bars, barType: BID });
    expect(brought).toMatchObject({ bar_type: BID });
    expect(decidedByBars(brought)).toEqual(await decidedBy(BID_MARKET, FIRST));
    const held = await road.signal(MARKET.tsEvent[FIRST], { barType: LAST });
    expect(decidedByBars(held)).toEqual(await decidedBy(MARKET, FIRST));
    road.close();
  });
});

test('every series is listed, and its bars are its own', async () => {
  const live = await serve();
  const road = await ROADS.http(live);
  await road.bars(BID_MARKET.slice(0, 120), BID);
  await road.bars(MARKET.slice(0, 130), LAST);
  await road.bars(MARKET.slice(0, 110));
  const read = async (path: string): Promise<Answer> => JSON.parse((await get(`${live.url}${path}`)).text) as Answer;
  const { feeds, n_instruments: nInstruments } = (await read('/v1/status')) as unknown as Status;
  const named = feeds.map(({ instrument_id: id, bar_type: barType }) => [id, barType]);
  expect(named).toEqual([
    [FEED_ID, BID],
    [FEED_ID, LAST],
    [FEED_ID, null],
  ]);
  expect(nInstruments).toBe(1);
  expect(await read('/v1/instruments')).toEqual({ instruments: [FEED_ID] });
  const barsOf = (query: string): Promise<Answer> => read(`/v1/instruments/${FEED_ID}/bars?limit=1${query}`);
  expect(await barsOf(`&bar_type=${LAST}`)).toMatchObject({ bar_type: LAST, bars: { close: [MARKET.close[129]] } });
  expect(await barsOf(''), 'as a signal without a type is judged').toMatchObject({ bar_type: BID });
});

test('a signal without a type: the series without one, until the first that fits has later bars', async () => {
  const live = await serve();
  const road = await ROADS.http(live);
  await road.bars(MARKET.slice(0, 150));
  await road.bars(BID_MARKET.slice(0, 150), BID);
  const typeAt = async (bar: number): Promise<unknown> => (await road.signal(MARKET.tsEvent[bar])).bar_type;
  expect(await typeAt(149)).toBeNull();
  await road.bars(BID_MARKET.slice(150, 151), BID);
  expect(await typeAt(150)).toBe(BID);
  expect(await typeAt(148), 'by what had closed by then').toBeNull();
  await road.bars(MARKET.slice(150, 151));
  expect((await road.signal(MARKET.tsEvent[150] + MINUTE)).bar_type).toBeNull();
});

test('bars may say their type themselves, and never two', async () => {
  const { url, service } = await serve();
  const send = (body: unknown, query = '') =>
    postUntilTaken(`${url}/v1/bars/${FEED_ID}${query}`, stringifyLossless(body));
  const columns = barsToWire(MARKET.slice(0, 5));
  const rows = Array.from({ length: 5 }, (_, i) => ({ ...wireBar(i), bar_type: LAST }));
  for (const body of [{ ...columns, bar_type: LAST }, rows, rows[0]]) expect((await send(body)).status).toBe(200);
  expect((await send(rows, `?bar_type=${LAST}`)).status).toBe(200);
  expect(service.status().feeds.map(({ barType }) => barType)).toEqual([LAST]);
  const refused = [
    await send({ ...columns, bar_type: LAST }, `?bar_type=${BID}`),
    await send([rows[0], { ...rows[1], bar_type: BID }]),
    await send([rows[0], wireBar(1)]),
  ];
  for (const { status, text } of refused) {
    expect(status, text).toBe(422);
    expect(text).toContain('bar_type must be one for all bars');
  }
});

function wireBar(i: number): object {
  const { tsEvent, ...values } = MARKET.bar(i);
  return { ...values, ts_event: tsEvent };
}

describe('in the library', () => {
  const message = { instrumentId: FEED_ID, signal: 1, bars: null, signalId: null } as const;

  test.each([
    ['whole', LAST],
    ['what follows the instrument', '1-MINUTE-LAST-EXTERNAL'],
  ])('redis.bar_type picks for a signal that names none, %s, and it is said once', async (_, barType) => {
    const { service, lines } = await liveService({ model: modelOfMinutes(), config: { redis: { barType } } });
    service.addBars(FEED_ID, BID_MARKET.slice(0, 150), undefined, BID);
    const first = submitNow(service, { ...message, timestamp: MARKET.tsEvent[140] }, OVER_HTTP);
    expect(first.answer, 'no other type stands in for it').toMatchObject({ barType: null, size: 0, source: 'default' });
    service.addBars(FEED_ID, MARKET.slice(0, 150), undefined, LAST);
    for (const bar of [148, 149]) {
      const { answer } = submitNow(service, { ...message, timestamp: MARKET.tsEvent[bar] }, OVER_HTTP);
      expect(answer).toMatchObject({ barType: LAST, source: 'model' });
    }
    const said = lines.filter((line) => line.includes(`are judged by ${LAST}`));
    expect(said).toEqual([`signals of SIM that name no bar_type are judged by ${LAST}; ${BID} is held apart`]);
    await service.stop();
  });

  test('a bar type that says no step: the first whose bars have the step of the model', async () => {
    const { service } = await liveService({ model: modelOfMinutes() });
    const typeAt = (bar: number): string | null =>
      submitNow(service, { ...message, timestamp: MARKET.tsEvent[bar] }, OVER_HTTP).answer.barType;
    service.addBars(FEED_ID, FIVE_MARKET.slice(0, 1), undefined, 'slow');
    expect(typeAt(5), 'nothing else is held').toBe('slow');
    service.addBars(FEED_ID, MARKET.slice(0, 110), undefined, 'fast');
    expect(typeAt(109)).toBe('fast');
    await service.stop();
  });

  test('a retraining is on one series: the one that is named, else that of signals that name none', async () => {
    const { service, journal } = await liveService({ model: modelOfMinutes() });
    service.addBars(FEED_ID, BID_MARKET.slice(0, 150), undefined, BID);
    service.addBars(FEED_ID, MARKET.slice(0, 150), undefined, LAST);
    const asked = vi.spyOn(journal, 'history');
    expect(service.retrain(null)).toMatchObject({ instrumentId: FEED_ID, barType: BID });
    await expect.poll(() => service.status().retrain?.state).toBe('failed');
    expect(service.retrain(FEED_ID, LAST)).toMatchObject({ barType: LAST });
    await expect.poll(() => service.status().retrain?.state).toBe('failed');
    expect(asked.mock.calls).toEqual([
      [FEED_ID, BID],
      [FEED_ID, LAST],
    ]);
    const [latest] = await service.triggers(1);
    expect(latest).toMatchObject({ instrumentId: FEED_ID, barType: LAST, state: 'failed' });
    expect(latest.moves[0].note).toBe(`on "SIM", bars "${LAST}"`);
    await service.stop();
  });

  test('a restart keeps the series, the choice, and what is open', async () => {
    const before = await liveService({ model: modelOfMinutes() });
    before.service.addBars(FEED_ID, BID_MARKET.slice(0, 150), undefined, BID);
    before.service.addBars(FEED_ID, MARKET.slice(0, 150), undefined, LAST);
    before.service.addBars(FEED_ID, BID_MARKET.slice(150, 151), undefined, BID);
    const named = { ...message, timestamp: MARKET.tsEvent[149], barType: LAST };
    const first = submitNow(before.service, named, OVER_HTTP);
    await before.service.stop();
    const { service, journal } = await liveService({ model: modelOfMinutes(), journal: before.journal.reopen() });
    const again = await service.submit(named, OVER_HTTP);
    expect(again).toMatchObject({ isDuplicate: true, answerHash: first.answerHash });
    const unnamed = await service.submit({ ...message, timestamp: MARKET.tsEvent[149] + 1n }, OVER_HTTP);
    expect(unnamed.answer, 'the first that came').toMatchObject({ barType: BID });
    service.addBars(FEED_ID, MARKET.slice(150, 400), undefined, LAST);
    await service.stop();
    const outcomes = journal.outcomes.map(({ signalId, barType }) => [signalId, barType]);
    expect(outcomes, 'followed by its own bars').toEqual([[first.signalId, LAST]]);
  });
});
