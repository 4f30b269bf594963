// @module-tag browser

import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Feed } from '../../dashboard/data/types.ts';
import { BARS, manySignals } from './sample-signals.ts';
import { MODELS, SERVING, statusOf } from './sample-status.ts';
import { openBrowser } from './serving.ts';
import { openStandIn, type Said } from './stand-in.ts';

const SCREENSHOTS = join(tmpdir(), 'ml4t-dashboard-screenshots');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
const TWO_FRAMES = 'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))';
const SERIOUS_FAULTS = `axe.run().then(({ violations }) => violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200)))`;
const IN_SIGHT = `(() => {
  const box = document.querySelector('.faulty-feeds').getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight;
})()`;

const HOUR_MS = 3_600_000;
const feed = (id: string, given: Partial<Feed> = {}): Feed => ({
  instrument_id: id,
  bar_type: null,
  step_ns: 900_000_000_000,
  last_bar_ts: 1_790_000_000_000_000_000,
  age_ms: 240_000,
  state: 'ok',
  judged: true,
  ...given,
});
const SILENT = feed('ETHUSDT.BINANCE', {
  state: 'silent',
  age_ms: 3 * HOUR_MS + 12 * 60_000,
  bar_type: '15-MINUTE-LAST',
});
const OTHERS = Array.from({ length: 19 }, (_, i) => feed(`COIN${i}USDT.BINANCE`, { age_ms: 20_000 * (i + 1) }));
const saidOf = (feeds: readonly Feed[]): Said => ({
  status: { ...statusOf(SERVING), feeds },
  signals: manySignals(30, 7),
  bars: BARS,
  models: MODELS,
});
const AMONG_MANY = [...OTHERS.slice(0, 9), SILENT, ...OTHERS.slice(9)];

let browser: Browser;
beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  browser = await openBrowser();
});
afterAll(() => browser?.close());

test.each([
  ['light', 'desktop'],
  ['light', 'phone'],
  ['dark', 'desktop'],
  ['dark', 'phone'],
])('one silent feed among twenty is named on every view, with how long: %s, %s', async (theme, screen) => {
  const options = { dark: theme === 'dark', phone: screen === 'phone' };
  for (const view of ['market', 'trust', 'life', 'health']) {
    const { page, complaints } = await openStandIn(browser, saidOf(AMONG_MANY), { ...options, view });
    const words = String(await page.locator('.faulty-feeds').textContent());
    expect(words).toContain('1 of 20 feeds is silent');
    expect(words).toMatch(/ETHUSDT\.BINANCE, 15-MINUTE-LAST no bar for 3 h 12 min/);
    await page.evaluate(TWO_FRAMES);
    const name = `feeds-${view}-${theme}-${screen}`;
    await writeFile(join(SCREENSHOTS, `${name}.png`), await page.screenshot());
    expect(await page.evaluate(IN_SIGHT), name).toBe(true);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), `${name} is too wide`).toBe(0);
    await page.evaluate(axe);
    expect(await page.evaluate(SERIOUS_FAULTS), name).toEqual([]);
    expect(complaints, name).toEqual([]);
    await page.context().close();
  }
});

test('the table of feeds has the silent one first, and the others when they are asked for', async () => {
  const { page } = await openStandIn(browser, saidOf(AMONG_MANY), { view: 'health' });
  const rows = page.locator('tr[data-feed]');
  await rows.first().waitFor();
  expect(await rows.first().getAttribute('data-feed')).toBe(SILENT.instrument_id);
  expect(await rows.count()).toBe(12);
  await page.getByRole('button', { name: '8 more' }).click();
  expect(await rows.count()).toBe(20);
  await page.context().close();
});

test('where every feed is ok nothing is said over the views', async () => {
  const { page } = await openStandIn(browser, saidOf(OTHERS));
  expect(await page.locator('.faulty-feeds').count()).toBe(0);
  await page.context().close();
});

test('bars of another length beside those that the model knows are no fault', async () => {
  const [fits, apart] = ['1-MINUTE', '5-MINUTE'].map((barType) => feed('SOLUSDT', { bar_type: barType }));
  const alone = feed('XRPUSDT', { bar_type: '5-MINUTE', state: 'wrong_step' });
  const { page } = await openStandIn(browser, saidOf([fits, { ...apart, state: 'wrong_step' }, alone]));
  const named = await page.locator('[data-faulty]').allTextContents();
  expect(named).toEqual([expect.stringContaining('XRPUSDT')]);
  await page.context().close();
});

test('feeds that cannot be judged are said beside those that are silent', async () => {
  const holed = feed('SOLUSDT', { state: 'hole' });
  const other = feed('XRPUSDT', { state: 'wrong_step', step_ns: 60_000_000_000 });
  const { page } = await openStandIn(browser, saidOf([holed, SILENT, other, feed('BTCUSDT')]));
  const words = String(await page.locator('.faulty-feeds').textContent());
  expect(words).toContain('1 of 4 feeds is silent, 2 more cannot be judged');
  expect(words).toMatch(/ETHUSDT.*XRPUSDT bars of another length.*SOLUSDT bars are missing/);
  await page.context().close();
});

test('a feed of which no model states anything shows its age, and that it is not judged', async () => {
  const { page } = await openStandIn(browser, saidOf([feed('A', { judged: false, age_ms: HOUR_MS })]), {
    view: 'health',
  });
  const row = page.locator('tr[data-feed]');
  await row.waitFor();
  expect(await row.textContent()).toMatch(/not judged.*1 h.*no model states how its bars come/);
  expect(await page.locator('.faulty-feeds').count()).toBe(0);
  await page.context().close();
});
