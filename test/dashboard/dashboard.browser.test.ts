// @module-tag browser
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomWalk } from '../support/random-walk.ts';
import { openBrowser, openPage, Serving } from './serving.ts';

const HOSTILE = `<img src=x onerror="document.title='broken'">\u202eLIVE`;
const VIEWS = ['market', 'trust', 'life', 'health'] as const;
const SCREENSHOTS = join(tmpdir(), 'ml4t-dashboard-screenshots');
const BARS = randomWalk(420, 11, { gaps: 0 });
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

// What runs in the browser is text here: the tests are typed without a DOM.
const TWO_FRAMES = 'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))';
const TOO_WIDE = `document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
  .filter((one) => !one.closest('.scroll') && one.getBoundingClientRect().right > innerWidth)
  .map((one) => one.outerHTML.slice(0, 80))`;
const SERIOUS_FAULTS = `axe.run().then(({ violations }) => violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200)))`;

interface Judged {
  readonly signal_id: string;
  readonly meta_confidence: number;
  readonly take: boolean;
  readonly break_even: number | null;
}

interface Status {
  readonly model_version: string;
  readonly counts: { readonly by_source: Record<string, number> };
  readonly serving: {
    readonly version: string;
    readonly headline: { readonly word: string; readonly sentence: string };
  };
  readonly outcomes: { readonly accuracy: number; readonly n_matured: number; readonly n_pending: number };
}

let serving: Serving;
let browser: Browser;
beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  [serving, browser] = await Promise.all([Serving.create(), openBrowser()]);
  await serving.start(1);
  await serving.feed(HOSTILE, BARS, 150, 180);
  await serving.feed('SIM', BARS, 150, 320);
});
afterAll(async () => {
  await browser?.close();
  await serving?.remove();
});

test('the scripts of the page stay under 300 kB compressed', () => {
  const script = readFileSync(new URL('../../dist/dashboard/app.js', import.meta.url));
  expect(gzipSync(script).length).toBeLessThan(300_000);
});

test('the page is served with a strict policy, and nothing else is', async () => {
  const page = await fetch(serving.url);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
  expect(page.headers.get('cache-control')).toBe('no-cache');
  expect((await fetch(`${serving.url}/dashboard/../package.json`)).status).toBe(404);
  expect((await fetch(`${serving.url}/dashboard/%2e%2e%2fpackage.json`)).status).toBe(404);
});

test('the page shows the figures of the API, live, and foreign text stays text', async () => {
  const { page, complaints } = await openPage(browser, serving.url);
  await page.getByText('● live').waitFor();
  await page.locator(`tr[data-signal]`).first().waitFor();
  expect(await page.locator('.price-chart canvas').count()).toBeGreaterThan(0);
  await serving.feed('SIM', BARS, 320, 330);
  const { signals } = await serving.get<{
    signals: { enriched: Judged; outcome: { outcome: string } | null }[];
  }>('/v1/signals?limit=20');
  for (const { enriched, outcome } of signals) {
    const row = page.locator(`tr[data-signal="${enriched.signal_id}"]`);
    await row.waitFor();
    const confidence = row.locator('[data-cell=confidence]');
    expect(await confidence.textContent()).toBe(`${(100 * enriched.meta_confidence).toFixed(1)} %`);
    expect(await row.locator('[data-cell=decision]').textContent()).toBe(enriched.take ? 'Take' : 'Skip');
    const at = enriched.break_even === null ? '–' : `${(100 * enriched.break_even).toFixed(1)} %`;
    expect(await row.locator('[data-cell=break-even]').textContent()).toBe(at);
    if (outcome !== null) await row.getByText(outcome.outcome.replace('_', ' ')).waitFor();
  }
  const { outcomes, counts, serving: model } = await serving.get<Status>('/v1/status');
  const { word, sentence } = model.headline;
  await page.locator('header [data-figure=headline]', { hasText: word }).waitFor();
  await page.goto(`${serving.url}#trust`);
  await page.locator('[data-figure=verdict]', { hasText: `${word}. ${sentence}` }).waitFor();
  await page.locator('[data-figure=accuracy]', { hasText: `${(100 * outcomes.accuracy).toFixed(1)} %` }).waitFor();
  await page.goto(`${serving.url}#health`);
  const answered = Object.values(counts.by_source).reduce((sum, n) => sum + n, 0);
  await page.locator('[data-figure=answered]', { hasText: String(answered) }).waitFor();
  await page.locator('[data-figure=n_pending]', { hasText: String(outcomes.n_pending) }).waitFor();
  await page
    .getByRole('rowheader')
    .or(page.getByRole('cell', { name: 'inference' }))
    .first()
    .waitFor();
  await page.goto(`${serving.url}#market`);
  await page.getByLabel('Instrument', { exact: false }).first().selectOption(HOSTILE);
  // What a retraining notes is foreign text too, and a name of 10 kB gets nowhere near the page.
  await serving.post('/v1/retrain', { instrument_id: HOSTILE });
  await expect(serving.post('/v1/retrain', { instrument_id: HOSTILE.repeat(200) })).rejects.toThrow('400');
  await page.goto(`${serving.url}#life`);
  await page.locator(`tr[data-model="${model.version}"] [data-cell=verdict]`, { hasText: word }).waitFor();
  await page.locator('tr[data-trigger] bdi', { hasText: /./ }).first().waitFor();
  await page.locator('.happened bdi[title*="<img src=x"]').first().waitFor();
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.title()).toBe('ML4T orchestrator');
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('every view is free of serious accessibility faults, in both themes and on a phone', async () => {
  for (const dark of [false, true]) {
    for (const phone of [false, true]) {
      const { page, complaints } = await openPage(browser, serving.url, { dark, phone });
      await page.locator('[data-signal]').first().waitFor();
      for (const view of VIEWS) {
        await page.goto(`${serving.url}#${view}`);
        await page.locator('h2').first().waitFor();
        const name = `${view}-${dark ? 'dark' : 'light'}-${phone ? 'phone' : 'desktop'}`;
        if (view === 'health') await page.getByRole('cell', { name: 'inference' }).waitFor();
        await page.evaluate(TWO_FRAMES);
        await writeFile(join(SCREENSHOTS, `${name}.png`), await page.screenshot({ fullPage: true }));
        expect(await page.evaluate(TOO_WIDE), `${name} is wider than the screen`).toEqual([]);
        await page.evaluate(axe);
        const faults = await page.evaluate(SERIOUS_FAULTS);
        expect(faults, name).toEqual([]);
      }
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  }
});

interface Detail {
  readonly enriched: { readonly signal_id: string; readonly meta_confidence: number };
  readonly explanation: { readonly base: number; readonly contributions: Record<string, number> };
  readonly features: Record<string, number>;
  readonly bars: { readonly close: readonly number[] };
}

test('a signal is explained in a dialog by the figures of the API, and Escape closes it', async () => {
  for (const [dark, phone] of [
    [false, false],
    [true, true],
  ]) {
    const { page, complaints } = await openPage(browser, serving.url, { dark, phone });
    const row = page.locator('[data-signal]').first();
    await row.waitFor();
    const id = (await row.getAttribute('data-signal')) ?? '';
    const { enriched, explanation, features, bars } = await serving.get<Detail>(
      `/v1/signals/${encodeURIComponent(id)}`,
    );
    await row.getByRole('button').click();
    const dialog = page.getByRole('dialog');
    const { base, contributions } = explanation;
    const moved = dialog.getByRole('img', { name: `From ${base.toFixed(4)} where nothing is known` });
    const words = (await moved.getAttribute('aria-label')) ?? '';
    expect(words).toContain(`to ${enriched.meta_confidence.toFixed(4)}: `);
    for (const [name, by] of Object.entries(contributions)) {
      expect(words).toContain(`${name.replace('_', ' ')} ${by < 0 ? '−' : '+'}${Math.abs(by).toFixed(4)}`);
    }
    for (const [name, value] of Object.entries(features)) {
      const feature = dialog.locator('.features').getByRole('row', { name: name.replace('_', ' ') });
      expect(await feature.textContent()).toContain(value.toPrecision(4));
    }
    const last = bars.close.at(-1) ?? 0;
    await dialog
      .getByRole('img', { name: `Closes of the 100 bars it saw, the last one ${last.toPrecision(6)}` })
      .waitFor();
    await page.evaluate(TWO_FRAMES);
    const name = `explain-${dark ? 'dark' : 'light'}-${phone ? 'phone' : 'desktop'}`;
    await writeFile(join(SCREENSHOTS, `${name}.png`), await page.screenshot());
    await page.evaluate(axe);
    expect(await page.evaluate(SERIOUS_FAULTS), name).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
    await page.context().close();
  }
});

test('the page outlives a restart without a reload, shows the swap, and its buttons work', async () => {
  const { page } = await openPage(browser, `${serving.url}#life`);
  await page.getByText('● live').waitFor();
  await page.evaluate('document.body.dataset.kept = "yes"');
  const first = (await serving.get<Status>('/v1/status')).model_version;
  await serving.stop();
  await page.getByText('○ disconnected').waitFor();
  await serving.start(2);
  await page.getByText('● live').waitFor();
  const second = (await serving.get<Status>('/v1/status')).model_version;
  expect(second).not.toBe(first);
  await page.locator(`tr[data-model="${second}"]`, { hasText: 'serves' }).waitFor();
  await page.locator(`tr[data-model="${first}"]`).getByRole('button', { name: 'Promote' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'No' }).click();
  expect((await serving.get<Status>('/v1/status')).model_version).toBe(second);
  await page.locator(`tr[data-model="${first}"]`).getByRole('button', { name: 'Promote' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Yes' }).click();
  await page.locator(`tr[data-model="${first}"]`, { hasText: 'serves' }).waitFor();
  expect((await serving.get<Status>('/v1/status')).model_version).toBe(first);
  await page.locator('.happened', { hasText: `model_version ${first}` }).waitFor();
  await page.getByRole('button', { name: 'Retrain' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Yes' }).click();
  await page.locator('tr[data-trigger]', { hasText: 'failed' }).waitFor();
  const told = (): Promise<{ triggers: { trigger_id: string; state: string; moves: { note: string | null }[] }[] }> =>
    serving.get('/v1/retrain-triggers');
  await expect.poll(async () => (await told()).triggers.map(({ state }) => state)).toEqual(['failed', 'failed']);
  const { triggers } = await told();
  const trigger = page.locator(`tr[data-trigger="${triggers[0].trigger_id}"]`);
  await expect.poll(() => trigger.locator('[data-state]').textContent()).toBe(triggers[0].state);
  await trigger.getByText((triggers[0].moves.at(-1)?.note ?? 'a reason').slice(0, 40)).waitFor();
  await trigger.getByText(/queued \+\d+\.\d s → processing \+\d+\.\d s → failed/).waitFor();
  await page.locator(`tr[data-model="${first}"]`).getByRole('button', { name: 'Roll back' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Yes' }).click();
  await page.locator(`tr[data-model="${second}"]`, { hasText: 'serves' }).waitFor();
  expect(await page.evaluate('document.body.dataset.kept')).toBe('yes');
  await page.context().close();
});

test('a service with a token gives the page freely, and its figures only for the token', async () => {
  const locked = await Serving.create();
  try {
    const token = `${'+/=~'.repeat(4)}${'a'.repeat(24)}`;
    const file = join(locked.directory, 'token');
    await writeFile(file, token);
    await locked.start(1, ['--token-file', file]);
    expect((await fetch(`${locked.url}/v1/signals`)).status).toBe(401);
    const { page } = await openPage(browser, locked.url);
    await page.getByLabel('Token').fill('wrong-token-wrong-token-wrong-token');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByText('● live').waitFor();
    await page.getByText('No bars yet').waitFor();
    await page.context().close();
  } finally {
    await locked.remove();
  }
});
