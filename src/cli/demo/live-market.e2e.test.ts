import { afterAll, beforeAll, expect, test } from 'vitest';
import { get, type LiveServer, liveServer } from '../../../test/support/live-server.ts';
import { OrchestratorConfig } from '../../config/index.ts';
import { BAR_VALUES } from '../../domain/index.ts';
import { simulateMarket } from '../../simulation/index.ts';
import { findEvents } from '../../training/index.ts';
import { continueMarket } from './live-market.ts';

let live: LiveServer;
beforeAll(async () => {
  live = await liveServer();
});
afterAll(() => live.server.close(1000));

test('bars come one by one, each with the signals of the primary, until it is stopped', async () => {
  const { bars } = simulateMarket({ nBars: 2000, edge: 0.1, breakAt: null, seed: 1 });
  const config = OrchestratorConfig();
  const { index } = findEvents(bars, null, config);
  const first = await fetch(`${live.url}/v1/bars/DEMO.SIM`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ts_event: Array.from(bars.tsEvent.subarray(0, 500), Number),
      ...Object.fromEntries(BAR_VALUES.map((name) => [name, [...bars[name].subarray(0, 500)]])),
    }),
  });
  expect(first.status).toBeLessThan(300);
  const stop = new AbortController();
  const feeding = continueMarket(live.url, { bars, from: 500, config }, stop.signal, 1);
  await expect.poll(() => live.journal.signals.length).toBeGreaterThanOrEqual(5);
  stop.abort();
  await feeding;
  const judged = live.journal.signals.map(({ timestamp }) => bars.tsEvent.indexOf(timestamp));
  expect(judged).toEqual([...index].filter((bar) => bar >= 500).slice(0, judged.length));
  const held = JSON.parse((await get(`${live.url}/v1/instruments/DEMO.SIM/bars?limit=1`)).text);
  const last = bars.tsEvent.indexOf(BigInt(held.bars.ts_event[0]));
  expect(last).toBeGreaterThanOrEqual(judged.at(-1) ?? 2000);
  expect(last, 'and not all of them').toBeLessThan(1999);
});
