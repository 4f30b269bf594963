// @module-tag browser

import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomWalk } from '../support/random-walk.ts';
import { BARS, EVERY_KIND, manySignals, open } from './sample-signals.ts';
import { MODELS, SERVING, statusOf } from './sample-status.ts';
import { openBrowser, openPage, Serving } from './serving.ts';
import { openStandIn, type Said } from './stand-in.ts';

const SCREENSHOTS = join(tmpdir(), 'ml4t-dashboard-screenshots');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
const HOSTILE = `<img src=x onerror="document.title='broken'">\u202e the feed of BTC looks wrong`;
const HALT = { since: '2026-11-28T21:14:03.000Z', reason: HOSTILE, recorded: true };
const SAID: Said = {
  status: { ...statusOf(SERVING), halted: HALT },
  signals: [...EVERY_KIND.map(open), ...manySignals(60, 7)],
  bars: BARS,
  models: MODELS,
};

// What runs in the browser is text here: the tests are typed without a DOM.
const TWO_FRAMES = 'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))';
const SERIOUS_FAULTS = `axe.run().then(({ violations }) => violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200)))`;
const IN_SIGHT = `(() => {
  const box = document.querySelector('.halted').getBoundingClientRect();
  const at = document.elementFromPoint(box.left + box.width / 2, box.top + 12);
  return box.top >= 0 && box.bottom <= innerHeight && at !== null && at.closest('.halted') !== null;
})()`;

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
])('a halt stands over every view, in words and shape, however far it is scrolled: %s, %s', async (theme, screen) => {
  const options = { dark: theme === 'dark', phone: screen === 'phone' };
  for (const view of ['market', 'trust', 'life', 'health']) {
    const { page, complaints } = await openStandIn(browser, SAID, { ...options, view });
    const banner = page.locator('.halted[role=alert]');
    await banner.waitFor();
    const words = String(await banner.textContent()).replaceAll('\u202e', '');
    expect(words).toContain('HALTED: nothing is bet');
    expect(words).toContain('every size is 0, since 2026-11-28 21:14:03. Reason: <img src=x');
    expect(words).toContain('ml4t resume');
    expect(words).toContain('STOP');
    await page.evaluate(TWO_FRAMES);
    const name = `halted-${view}-${theme}-${screen}`;
    await writeFile(join(SCREENSHOTS, `${name}.png`), await page.screenshot());
    expect(await page.evaluate(IN_SIGHT), name).toBe(true);
    await page.evaluate('scrollTo(0, document.body.scrollHeight)');
    await page.evaluate(TWO_FRAMES);
    expect(await page.evaluate(IN_SIGHT), `${name}, scrolled`).toBe(true);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), `${name} is too wide`).toBe(0);
    expect(await page.title()).not.toBe('broken');
    await page.evaluate(axe);
    expect(await page.evaluate(SERIOUS_FAULTS), name).toEqual([]);
    expect(complaints, name).toEqual([]);
    await page.context().close();
  }
});

test('a halt without a reason, and one that is not written yet, say so', async () => {
  const halted = { ...HALT, reason: null, recorded: false };
  const { page } = await openStandIn(browser, { ...SAID, status: { ...SAID.status, halted } });
  const banner = page.locator('.halted');
  await banner.waitFor();
  expect(await banner.textContent()).toContain('No reason was given.');
  expect(await banner.textContent()).toContain('Not written down yet: a restart would end it.');
  await page.context().close();
});

test('the page of a real service shows a halt when it comes, and that it ended', async () => {
  const serving = await Serving.create();
  try {
    await serving.start(1);
    await serving.feed('SIM', randomWalk(170, 11, { gaps: 0 }), 150, 160);
    const { page, complaints } = await openPage(browser, serving.url);
    await page.getByText('● live').waitFor();
    expect(await page.locator('.halted').count()).toBe(0);
    await serving.post('/v1/halt', { reason: 'by hand' });
    await page.locator('.halted').waitFor();
    await serving.post('/v1/resume', {});
    await page.locator('.halted').waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  } finally {
    await serving.remove();
  }
});
