// @module-tag browser

import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TrustReport } from '../../dashboard/data/types.ts';
import { TRUST_WORDS } from '../../dashboard/ui/trust-words.ts';
import { BARS } from './sample-signals.ts';
import { MODELS, SERVING, statusOf } from './sample-status.ts';
import { COMPUTING, NO_TRUST, trustOf } from './sample-trust.ts';
import { openBrowser } from './serving.ts';
import { openStandIn, type StandInPage } from './stand-in.ts';

const SCREENSHOTS = join(tmpdir(), 'ml4t-dashboard-screenshots');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
// What runs in the browser is text here: the tests are typed without a DOM.
const SERIOUS_FAULTS = `axe.run().then(({ violations }) => violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200)))`;
const KEEPS = trustOf(3, { n: 1500, promise: 0.4 });
const BREAKS = trustOf(6, { n: 1500, promise: 0.4, kept: -0.4 });

let browser: Browser;
beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  browser = await openBrowser();
});
afterAll(() => browser?.close());

async function openTrust(trust: TrustReport, options: { dark?: boolean; phone?: boolean } = {}): Promise<StandInPage> {
  const said = { status: statusOf(SERVING), signals: [], bars: BARS, models: MODELS, trust };
  const opened = await openStandIn(browser, said, { ...options, view: 'trust' });
  await opened.page.locator('[data-verdict]').waitFor();
  return opened;
}

const plain = (text: string | null): string => (text ?? '').replaceAll('\u00a0', ' ');

test('one sentence says whether to believe the model, in words that need no colour, above everything else', async () => {
  for (const [trust, verdict] of [
    [KEEPS, 'keeps'],
    [BREAKS, 'breaks'],
    [COMPUTING, 'computing'],
    [NO_TRUST, 'no_model'],
  ] as const) {
    const { page, complaints } = await openTrust(trust);
    const said = page.locator('[data-verdict]');
    expect(await said.getAttribute('data-verdict')).toBe(verdict);
    const { sign, word } = TRUST_WORDS[verdict];
    expect(plain(await said.textContent())).toBe(`${sign} ${word} ${trust.sentence}`);
    expect((await page.locator('.trust-because li').allTextContents()).map(plain)).toEqual(trust.because);
    const place = await said.boundingBox();
    expect((place?.y ?? 0) + (place?.height ?? 0), 'without scrolling').toBeLessThan(300);
    expect(complaints).toEqual([]);
    await page.context().close();
  }
});

test('promise, result and coin stand on one line, and in a table with bands', async () => {
  const { page } = await openTrust(KEEPS);
  const [taken, judged] = await page.locator('.strip').all();
  const {
    promised_r: promised,
    realised_r: realised,
    cost_r: cost,
  } = KEEPS.figures?.taken ?? expect.fail('no figures');
  const words = await taken.getAttribute('aria-label');
  expect(words).toMatch(/^Taken: promised \+0\.40 R, realised \+0\.\d\d \[\+0\.\d\d, \+0\.\d\d\] R, a coin −0\.02 R$/);
  expect(await judged.getAttribute('aria-label')).toMatch(/^All judged: /);
  const at = async (mark: string): Promise<number> => (await taken.locator(mark).boundingBox())?.x ?? Number.NaN;
  const perR = ((await at('.promised')) - (await at('.coin'))) / ((promised ?? 0) + (cost ?? 0));
  expect((await at('.realised')) - (await at('.coin')), 'drawn to scale').toBeCloseTo(
    perR * ((realised.mean ?? 0) + (cost ?? 0)),
    -0.5,
  );
  const ticks = page.locator('.strip-tick');
  const numbers = (await ticks.allTextContents()).map((text) => Number.parseFloat(text.replace('−', '-')));
  expect(numbers).toContain(0);
  expect(numbers.length, 'an axis with numbers').toBeGreaterThanOrEqual(3);
  const last = await ticks.last().boundingBox();
  const first = await ticks.first().boundingBox();
  const width = (last?.x ?? 0) + (last?.width ?? 0) / 2 - (first?.x ?? 0) - (first?.width ?? 0) / 2;
  expect(width / ((numbers.at(-1) ?? 0) - numbers[0]), 'on the scale of the marks').toBeCloseTo(perR, 0);
  const figure = async (id: string): Promise<string> => plain(await page.locator(`[data-figure=${id}]`).textContent());
  expect(await figure('promised-taken')).toBe('+0.40 R');
  expect(await figure('coin-taken')).toBe('−0.02 R');
  expect(await figure('realised-taken')).toBe(
    `+${realised.mean?.toFixed(2)} [+${realised.low?.toFixed(2)}, +${realised.high?.toFixed(2)}] R`,
  );
  expect(await figure('skill-judged')).toMatch(/^\d+\.\d\d % \[\d+\.\d\d %, \d+\.\d\d %\]$/);
  await page.context().close();
});

test('models are a line of descent with what ended them, and features are drawn beside the training', async () => {
  const { page } = await openTrust(KEEPS);
  const texts = await page.locator('[data-descendant]').allTextContents();
  expect(texts.map((text) => text.split(':')[0].trim())).toEqual([
    '◌ 20261115-c3 from 20261101-a1',
    '● 20261109-b2 from 20261101-a1',
    '★ 20261101-a1 without a parent',
  ]);
  expect(texts[1]).toMatch(/NO EDGE; shown to pay nothing.*accuracy fell by 4\.1 points.*↩ rolled back to 20261101-a1/);
  expect(texts[2]).toMatch(/replaced by 20261109-b2: promoted/);
  expect(await page.locator('[data-figure=shift-volatility]').textContent()).toBe('● little changed');
  expect(await page.locator('[data-figure=shift-trend_strength]').textContent()).toBe('▲ much changed');
  const drawing = page.locator('[data-shift=trend_strength] svg');
  expect(await drawing.locator('.latest').count()).toBe(10);
  const heights = await drawing
    .locator('.latest')
    .evaluateAll((bars) => bars.map((bar) => Number(bar.getAttribute('height'))));
  expect(heights[9] / heights[0], '17.5 % beside 2.5 %').toBeCloseTo(7, 6);
  for (const row of await page.locator('.shift-index').all()) {
    expect((await row.boundingBox())?.height, 'one line').toBeLessThan(30);
  }
  expect(await page.locator('[data-shift=volatility] .shift-ends').textContent()).toBe('≤ −1.33> 1.33');
  expect(await page.locator('[data-shift=regime] .shift-ends').textContent(), 'a probability').toBe('≤ 0.2> 0.9999');
  expect(await drawing.getAttribute('aria-label')).toContain('above 1.33: 10 %, now 18 %');
  await page.context().close();
});

test('it is whole and free of serious faults: both themes, screen and phone', async () => {
  for (const [name, trust, dark, phone] of [
    ['keeps', KEEPS, false, false],
    ['breaks', BREAKS, true, true],
  ] as const) {
    const { page, complaints } = await openTrust(trust, { dark, phone });
    const shot = `trust-${name}-${dark ? 'dark' : 'light'}-${phone ? 'phone' : 'desktop'}.png`;
    await writeFile(join(SCREENSHOTS, shot), await page.screenshot({ fullPage: true }));
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), `${name} is too wide`).toBe(0);
    await page.evaluate(axe);
    expect(await page.evaluate(SERIOUS_FAULTS), name).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  }
});
