import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { heldBarsSchema, instrumentsSchema, recentSchema, triggersSchema } from '../../src/wire/index.ts';
import { get, type LiveServer, liveServer, post, signalText } from '../support/live-server.ts';

/** Maximum wait for a retraining, milliseconds. */
const PATIENCE_MS = 180_000;

let live: LiveServer;
beforeAll(async () => {
  live = await liveServer();
  for (const end of [200, 201, 202]) await post(`${live.url}/v1/signals`, signalText(end));
});
afterAll(() => live.server.close(1000));

test('the latest signals come newest first, as they were answered, with the barriers of open trades', async () => {
  const { text } = await get(`${live.url}/v1/signals?limit=2&instrument_id=SIM`);
  const { signals } = recentSchema.parse(JSON.parse(text));
  expect(signals.length).toBe(2);
  expect(signals[0].enriched.signal_event.timestamp).toBeGreaterThan(signals[1].enriched.signal_event.timestamp);
  const { entry, take_profit: takeProfit, stop_loss: stopLoss } = signals[0].barriers ?? expect.fail('is open');
  if (takeProfit === null || stopLoss === null) expect.fail('the triple barrier has both');
  expect((takeProfit - entry) / (entry - stopLoss), 'two ATR up, one down').toBeCloseTo(2, 9);
});

test('instruments and their held bars are told, and none of an unknown one', async () => {
  const { instruments } = instrumentsSchema.parse(JSON.parse((await get(`${live.url}/v1/instruments`)).text));
  expect(instruments).toEqual(['SIM']);
  const held = await get(`${live.url}/v1/instruments/SIM/bars?limit=7`);
  expect(heldBarsSchema.parse(JSON.parse(held.text)).bars.close.length).toBe(7);
  const none = await get(`${live.url}/v1/instruments/NONE/bars`);
  expect(heldBarsSchema.parse(JSON.parse(none.text)).bars.close).toEqual([]);
});

test('retrainings are told from the order to the end, with every move', async () => {
  const { text: before } = await get(`${live.url}/v1/retrain-triggers`);
  expect(triggersSchema.parse(JSON.parse(before)).triggers).toEqual([]);
  const ordered = JSON.parse((await post(`${live.url}/v1/retrain`, '{"instrument_id":"SIM"}')).text);
  expect(ordered.progress).toBeNull();
  await vi.waitFor(async () => {
    const { text } = await get(`${live.url}/v1/retrain-triggers?limit=5`);
    const { triggers } = triggersSchema.parse(JSON.parse(text));
    expect(triggers).toMatchObject([{ trigger_id: ordered.trigger_id, reason: 'manual', state: 'failed' }]);
    expect(triggers[0].moves.map(({ state }) => state)).toEqual(['created', 'queued', 'processing', 'failed']);
    expect(triggers[0].moves[0].note).toBe('on "SIM"');
    expect(triggers[0].moves[3].note, 'the reason').toContain('training needs at least 1000 bars');
  }, PATIENCE_MS);
});

test.each([
  '/v1/retrain-triggers?limit=201',
  '/v1/signals?limit=0',
  '/v1/signals?limit=1001',
  '/v1/signals?x=1',
  '/v1/instruments/SIM/bars?limit=5001',
])('%s is refused', async (path) => {
  expect((await get(live.url + path)).status).toBe(400);
});
