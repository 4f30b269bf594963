// @module-tag browser
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { barsToWire } from '../../src/wire/index.ts';
import { randomWalk } from '../support/random-walk.ts';
import { openBrowser, openPage, Serving } from './serving.ts';

const BARS = randomWalk(420, 11, { gaps: 0 });
const N_SIGNALS = 120;
/** Time between two signals, milliseconds: 20 signals a second for 6 seconds. */
const SIGNAL_MS = 50;
/** Time between two questions for the status, milliseconds. */
const STATUS_MS = 2000;

let serving: Serving;
let browser: Browser;
beforeAll(async () => {
  [serving, browser] = await Promise.all([Serving.create(), openBrowser()]);
  await serving.start(1);
  await serving.feed('SIM', BARS, 150, 200);
});
afterAll(async () => {
  await browser?.close();
  await serving?.remove();
});

/** Counts the requests of a page from now on, by path. */
function countRequests(page: Page): Map<string, number> {
  const counts = new Map<string, number>();
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    counts.set(pathname, (counts.get(pathname) ?? 0) + 1);
  });
  return counts;
}

/** A bar with every fourth signal, each signal as soon as it is due. @returns seconds it took. */
async function feedSignals(): Promise<number> {
  const startMs = performance.now();
  for (let k = 0; k < N_SIGNALS; k++) {
    await delay(Math.max(0, startMs + k * SIGNAL_MS - performance.now()));
    const i = 200 + Math.floor(k / 4);
    if (k % 4 === 0) await serving.post('/v1/bars/SIM', barsToWire(BARS.slice(i, i + 1)));
    const signal = k % 2 === 0 ? 1 : -1;
    const timestamp = BARS.tsEvent[i];
    await serving.post('/v1/signals', { instrument_id: 'SIM', signal, timestamp, signal_id: `flow-${k}` });
  }
  return (performance.now() - startMs) / 1000;
}

test('after the first load, signals and bars come over the stream and are never asked for', async () => {
  const { page, complaints } = await openPage(browser, serving.url);
  await page.locator('tr[data-signal]').first().waitFor();
  await page.getByRole('img', { name: /Price chart of SIM .* the last close/ }).waitFor();
  const counts = countRequests(page);
  const seconds = await feedSignals();
  await page.locator(`tr[data-signal="flow-${N_SIGNALS - 1}"]`).waitFor();
  const of = (path: string): number => counts.get(path) ?? 0;
  expect([of('/v1/signals'), of('/v1/instruments'), of('/v1/instruments/SIM/bars'), of('/metrics')]).toEqual([
    0, 0, 0, 0,
  ]);
  const nTicks = Math.ceil((1000 * seconds) / STATUS_MS) + 1;
  expect(of('/v1/status')).toBeGreaterThan(0);
  expect(of('/v1/status'), 'every two seconds').toBeLessThanOrEqual(nTicks);
  const single = [...counts].filter(([path]) => path.startsWith('/v1/signals/'));
  const nSingle = single.reduce((total, [, n]) => total + n, 0);
  expect(nSingle, 'barriers of at most two trades every two seconds').toBeLessThanOrEqual(2 * nTicks);

  // What the stream brought is what the service would answer.
  const { signals } = await serving.get<{ signals: { enriched: { signal_id: string; meta_confidence: number } }[] }>(
    '/v1/signals?limit=50',
  );
  const rows = page.locator('tr[data-signal]');
  const ids = await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-signal')));
  expect(ids).toEqual(signals.map(({ enriched }) => enriched.signal_id));
  const { bars } = await serving.get<{ bars: { close: number[] } }>('/v1/instruments/SIM/bars?limit=400');
  const last = bars.close.at(-1)?.toPrecision(6) ?? '';
  await page.getByRole('img', { name: `the last close ${last}` }).waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('the chart stays whole where its signals come after its bars', async () => {
  const { page, complaints } = await openPage(browser, serving.url);
  const released = Promise.withResolvers<void>();
  await page.route(/\/v1\/signals\?/, async (route) => {
    await released.promise;
    await route.continue();
  });
  await page.reload();
  await page.getByRole('img', { name: /Price chart of SIM .* the last close/ }).waitFor();
  // The same bars are drawn again while there are no signals.
  for (const name of ['Dark', 'Light']) await page.getByRole('button', { name, exact: true }).click();
  released.resolve();
  await page.locator('tr[data-signal]').first().waitFor();
  const i = 400;
  await serving.post('/v1/bars/SIM', barsToWire(BARS.slice(i, i + 1)));
  const signal = { instrument_id: 'SIM', signal: 1, timestamp: BARS.tsEvent[i], signal_id: 'late' };
  await serving.post('/v1/signals', signal);
  await page.locator('tr[data-signal="late"]').waitFor();
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('figures for latency are asked for only while they are shown', async () => {
  const { page } = await openPage(browser, serving.url);
  await page.locator('tr[data-signal]').first().waitFor();
  const counts = countRequests(page);
  await page.goto(`${serving.url}#health`);
  await page.getByRole('cell', { name: 'inference' }).waitFor();
  await expect.poll(() => counts.get('/metrics') ?? 0).toBeGreaterThan(1);
  await page.goto(`${serving.url}#market`);
  await page.locator('tr[data-signal]').first().waitFor();
  const nBefore = counts.get('/metrics') ?? 0;
  const nStatus = counts.get('/v1/status') ?? 0;
  await expect.poll(() => counts.get('/v1/status') ?? 0).toBeGreaterThan(nStatus + 2);
  expect(counts.get('/metrics'), 'one may have been on its way').toBeLessThanOrEqual(nBefore + 1);
  await page.context().close();
});

test('the first bars of a service without any are shown without a reload', async () => {
  const empty = await Serving.create();
  try {
    await empty.start(1);
    const { page } = await openPage(browser, empty.url);
    await page.getByText('No bars yet').waitFor();
    await empty.feed('NEW', BARS, 150, 156);
    await page.getByRole('img', { name: /Price chart of NEW .* the last close/ }).waitFor();
    await page.locator('tr[data-signal]').first().waitFor();
    await page.context().close();
  } finally {
    await empty.remove();
  }
});
