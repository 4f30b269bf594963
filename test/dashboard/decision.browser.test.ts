// @module-tag browser

import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reasonInFull, reasonInShort } from '../../dashboard/ui/decision-words.ts';
import { answer, BARS, EVERY_KIND, ended, manySignals, open } from './sample-signals.ts';
import { MODELS, SERVING, statusOf } from './sample-status.ts';
import { openBrowser } from './serving.ts';
import { openStandIn, type Said } from './stand-in.ts';

const SCREENSHOTS = join(tmpdir(), 'ml4t-dashboard-screenshots');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
const KINDS: Said = {
  status: statusOf(SERVING),
  signals: EVERY_KIND.map(open),
  bars: BARS,
  models: MODELS,
  detail: { venn_abers: [0.431, 0.462] },
};
const NO_MODEL: Said = { ...KINDS, status: statusOf(null), signals: [], models: [] };
const EMPTY: Said = { ...NO_MODEL, bars: null };

// What runs in the browser is text here: the tests are typed without a DOM.
const TWO_FRAMES = 'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))';
const SERIOUS_FAULTS = `axe.run().then(({ violations }) => violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200)))`;
const OVERFLOW = `document.querySelector('.scroll').scrollWidth - document.querySelector('.scroll').clientWidth`;
const CHIP_FILL = `getComputedStyle(document.querySelector('.chip')).backgroundColor`;
/** Parts of cards that lie outside the screen, or outside the room that their element has. */
const CUT = `[...document.querySelectorAll('.card *')].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.left < 0 || box.right > innerWidth || one.scrollWidth > Math.ceil(box.width) + 1;
}).map((one) => one.outerHTML.slice(0, 100))`;
/** Writes down what is drawn on every canvas from now on: texts, and the colours of filled shapes. */
const RECORD = `window.drawn = { texts: [], fills: [], strokes: [] };
for (const [name, list, of] of [
  ['fillText', 'texts', (pen, args) => String(args[0])],
  ['fill', 'fills', (pen) => pen.fillStyle],
  ['stroke', 'strokes', (pen) => pen.strokeStyle],
]) {
  const plain = CanvasRenderingContext2D.prototype[name];
  CanvasRenderingContext2D.prototype[name] = function (...args) {
    window.drawn[list].push(of(this, args));
    return plain.apply(this, args);
  };
}`;
const colorOf = (name: string): string =>
  `getComputedStyle(document.documentElement).getPropertyValue('--${name}').trim()`;

interface Drawn {
  readonly texts: readonly string[];
  readonly fills: readonly string[];
  readonly strokes: readonly string[];
}

let browser: Browser;
beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  browser = await openBrowser();
});
afterAll(() => browser?.close());

const drawnOn = async (page: Page): Promise<Drawn> => {
  await page.evaluate(TWO_FRAMES);
  return page.evaluate('window.drawn');
};
const cell = (one: Locator, name: string): Promise<string | null> => one.locator(`[data-cell=${name}]`).textContent();
const signalOn = (page: Page, id: string): Locator => page.locator(`[data-signal="${id}"]`);

async function explain(page: Page, id: string): Promise<Locator> {
  await signalOn(page, id).getByRole('button').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('What moved the confidence').waitFor();
  return dialog;
}

test('table and cards say take or skip as a word, and why in plain words', async () => {
  for (const phone of [false, true]) {
    const { page, complaints } = await openStandIn(browser, KINDS, { phone });
    for (const enriched of EVERY_KIND) {
      const one = signalOn(page, enriched.signal_id);
      const word = enriched.take == null ? 'No verdict' : enriched.take ? 'Take' : 'Skip';
      expect(await cell(one, 'decision'), enriched.signal_id).toBe(word);
      expect(await cell(one, 'why'), enriched.signal_id).toBe(reasonInShort(enriched));
    }
    const first = signalOn(page, 'expected');
    expect(await cell(first, 'confidence')).toBe('45.0 %');
    expect(await cell(first, 'break-even')).toBe('38.0 %');
    expect(await cell(first, 'distance')).toContain('+7.0');
    expect(await cell(first, 'expected')).toBe('+0.21 R');
    expect(await cell(first, 'size')).toBe('0.039');
    expect(await cell(signalOn(page, 'warming-up'), 'outcome'), 'no trade is followed').toBe('–');
    expect(await cell(signalOn(page, 'old'), 'size'), 'what 0.1 recorded keeps its size').toBe('0.126');
    expect(await page.locator('[data-figure=taken]').textContent()).toContain('3 of 17 taken');
    expect(complaints).toEqual([]);
    await page.context().close();
  }
});

test('on a phone every signal is a card, and nothing of it is cut', async () => {
  const long = answer({ id: 'long', take: false, take_reason: 'below_break_even' });
  const named = {
    ...long,
    signal_event: { ...long.signal_event, instrument_id: 'BTC-PERP.HYPERLIQUID-AND-MORE-OF-IT' },
  };
  const { page } = await openStandIn(
    browser,
    { ...KINDS, signals: [ended(named, -0.0312), ...KINDS.signals] },
    { phone: true },
  );
  await signalOn(page, 'old').waitFor();
  expect(await page.locator('.card').count()).toBe(EVERY_KIND.length + 1);
  expect(await page.locator('tr[data-signal]').count()).toBe(0);
  expect(await page.evaluate(CUT)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.locator('tr[data-signal]').first().waitFor();
  const overflow = await page.evaluate(OVERFLOW);
  expect(overflow, 'a table row fits a screen of 1280 pixels').toBe(0);
  await page.context().close();
});

test('a taken signal differs from a skipped one by its shape: filled, not an outline', async () => {
  for (const dark of [false, true]) {
    for (const take of [true, false]) {
      const one = answer({ id: 'one', take, take_reason: take ? 'expected' : 'not_proven' });
      const marked = await openStandIn(browser, { ...KINDS, signals: [open(one)] }, { dark, script: RECORD });
      await signalOn(marked.page, 'one').waitFor();
      const { fills, strokes } = await drawnOn(marked.page);
      const color = await marked.page.evaluate(colorOf('far-above'));
      expect(fills.includes(String(color)), `filled, take ${take}`).toBe(take);
      expect(strokes).toContain(color);
      const chip = await marked.page.evaluate(CHIP_FILL);
      expect(chip === 'rgba(0, 0, 0, 0)', `an outline, take ${take}`).toBe(!take);
      await marked.page.context().close();
    }
  }
});

test('marks carry no text until they are hovered or zoomed in', async () => {
  const { page, complaints } = await openStandIn(
    browser,
    { ...KINDS, signals: manySignals(300, 7) },
    { script: RECORD },
  );
  await page.locator('[data-signal]').first().waitFor();
  const textsOf = async (): Promise<readonly string[]> =>
    (await drawnOn(page)).texts.filter((text) => /[%✓✗×]/.test(text));
  expect(await textsOf(), 'on the first sight').toEqual([]);
  const chart = page.locator('.price-chart');
  const { x, y, width, height } = (await chart.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const tip = page.getByRole('tooltip');
  expect(await tip.count()).toBe(0);
  search: for (let across = 0.9; across > 0.2; across -= 0.004) {
    for (let down = 0.1; down < 0.7; down += 0.02) {
      await page.mouse.move(x + across * width, y + down * height);
      if ((await tip.count()) > 0) break search;
    }
  }
  expect((await tip.textContent())?.replaceAll('\u00a0', ' ')).toMatch(
    /(buy|sell): (Take|Skip), .*confidence \d+\.\d %, break-even 38\.0 %/,
  );
  await page.mouse.down();
  await page.mouse.up();
  await page.getByRole('dialog').getByText('One signal').waitFor();
  await page.keyboard.press('Escape');
  await page.mouse.move(x + 0.8 * width, y + 20);
  for (let k = 0; k < 25; k++) await page.mouse.wheel(0, -240);
  await expect.poll(async () => (await textsOf()).length, { message: 'zoomed in' }).toBeGreaterThan(0);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('legend and colours speak of take, skip and break-even, never of a fixed share', async () => {
  const near = answer({ id: 'near', meta_confidence: 0.37, break_even: 0.31 });
  const sure = answer({
    id: 'sure',
    take: false,
    take_reason: 'below_break_even',
    meta_confidence: 0.6,
    break_even: 0.68,
  });
  const { page } = await openStandIn(browser, { ...KINDS, signals: [open(near), open(sure)] });
  await signalOn(page, 'near').waitFor();
  const legend = (await page.locator('.legend').allTextContents()).join(' ');
  expect(legend).toMatch(/take.*skip.*confidence less break-even/);
  expect(legend, 'no share of its own').not.toMatch(/45|55|65/);
  await page.locator('[data-signal=near] .scale-dot.far-above').waitFor();
  await page.locator('[data-signal=sure] .scale-dot.far-below').waitFor();
  await page.context().close();
});

test('the explanation shows what decided, and the factors whose product is the size', async () => {
  const { page } = await openStandIn(browser, KINDS);
  const dialog = await explain(page, 'expected');
  const plain = (text: string | null): string => (text ?? '').replaceAll('\u00a0', ' ');
  expect(plain(await dialog.locator('[data-figure=why]').textContent())).toBe(reasonInFull(EVERY_KIND[0]));
  for (const [name, text] of Object.entries({
    Confidence: '45.0 %',
    'Its 90 % interval': '41.0 % to 49.0 %',
    'Break-even': '38.0 %',
    'Distance to break-even': '+7.0 points',
    'Expected return': '+0.21 R, +10.5 bp',
    'Cost of a round trip': '1.0 bp',
    'Risk distance (1 R, in price)': '0.43210',
    'Base rate of the training': '37.0 %',
    'Venn–Abers pair': '43.1 % and 46.2 %',
  })) {
    expect(await dialog.locator(`[data-pair="${name}"]`).textContent(), name).toBe(text);
  }
  const factors = await dialog.locator('[data-factor]').allTextContents();
  const numbers = factors.map((text) => Number(text.replace('−', '-')));
  const product = numbers.slice(0, -1).reduce((total, value) => total * value, 1);
  expect(product).toBeCloseTo(numbers.at(-1) ?? Number.NaN, 3);
  expect(factors).toHaveLength(7);
  await page.context().close();
});

test('the explanation says why a signal is skipped, and what of its size is not ours', async () => {
  const { page, complaints } = await openStandIn(browser, KINDS);
  for (const [id, said] of [
    ['below', 'does not exceed the break-even of 38.0 %'],
    ['ood', 'the window has no range'],
    ['warming-up', 'Too few bars'],
    ['warming-up', 'None was held.'],
    ['no-model', 'No model serves'],
    ['old', 'Version 0.1 recorded this answer'],
    ['own', 'Your own sizer sets this size, and names its factors. It bets on a signal that is not taken.'],
    ['flat', 'neither buy nor sell'],
  ]) {
    const dialog = await explain(page, id);
    expect((await dialog.textContent())?.replaceAll('\u00a0', ' '), id).toContain(said);
    if (id === 'below') expect(await dialog.locator('[data-factor=bet]').textContent()).toBe('0');
    if (id === 'own') expect(await dialog.locator('[data-factor=house_limit]').textContent()).toBe('2');
    if (id === 'old') expect(await dialog.locator('[data-factor=confidence]').textContent()).toBe('0.450');
    if (id === 'old') expect(await dialog.locator('[data-pair="Break-even"]').count()).toBe(0);
    expect(await dialog.textContent(), id).not.toMatch(/undefined|NaN|null/);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  }
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('the model that serves is shown with its verdict and what it is proven to pay', async () => {
  const lapsed = { ...SERVING, proven: false, proven_up_to_bps: null };
  for (const [serving, inTop, inTrust] of [
    [SERVING, 'proven up to 2.1 bp', 'signals that the model takes, up to 2.1 bp a round trip'],
    [
      { ...lapsed, primary_proven_up_to_bps: 0.8 },
      'the primary is proven up to 0.8 bp',
      'all signals of its primary, up to 0.8 bp',
    ],
    [lapsed, 'nothing is proven', 'no signal is taken'],
  ] as const) {
    const { page } = await openStandIn(browser, { ...KINDS, status: statusOf(serving) }, { view: 'trust' });
    await page.locator('header [data-figure=headline]', { hasText: SERVING.headline.word }).waitFor();
    expect(await page.locator('header [data-figure=proven]').textContent()).toBe(inTop);
    expect(await page.locator('main [data-figure=proven]').textContent()).toContain(inTrust);
    await page.context().close();
  }
});

test('what taken signals earned stands beside what the others did', async () => {
  const taken = ended(answer({ id: 'taken', expected_r: 0.2, expected_return_bps: 10 }), 0.004, 0.001);
  const left = ended(answer({ id: 'left', take: false, expected_r: -0.1, expected_return_bps: -5 }), -0.003, 0.0005);
  const { page } = await openStandIn(browser, { ...KINDS, signals: [taken, left] }, { view: 'trust' });
  const figure = (id: string): Promise<string | null> => page.locator(`[data-figure=${id}]`).textContent();
  expect([await figure('n-all'), await figure('n-taken'), await figure('n-left')]).toEqual(['2', '1', '1']);
  expect([await figure('excess-taken'), await figure('excess-left')]).toEqual(['0.30 %', '−0.35 %']);
  await page.context().close();
});

test('a signal that came too late for model or bars is said to be, as long as the last signal found it so', async () => {
  const expired = EVERY_KIND.filter(({ take_reason: reason }) => reason === 'stale').map(open);
  const { page, send } = await openStandIn(browser, { ...KINDS, signals: expired });
  const banner = page.getByText('The last signal was skipped as stale: the model expired 3 days ago');
  await banner.waitFor();
  send({ type: 'enriched', seq: 1, enriched: answer({ id: 'fresh' }) });
  await banner.waitFor({ state: 'detached' });
  await page.context().close();
});

test('on a phone many signals begin as twenty cards', async () => {
  const { page } = await openStandIn(browser, { ...KINDS, signals: manySignals(300, 7) }, { phone: true });
  await page.getByRole('button', { name: 'Show 30 more' }).click();
  await expect.poll(() => page.locator('.card').count()).toBe(50);
  await page.context().close();
});

test('figures that grew old are said to be', async () => {
  const { page, silence } = await openStandIn(browser, KINDS);
  await signalOn(page, 'expected').waitFor();
  silence();
  await page.getByText(/These figures are \d+ s old: the service does not answer/).waitFor();
  await page.context().close();
});

test('every state is whole and free of serious faults: both themes, screen and phone', async () => {
  const states: readonly (readonly [string, Said, string])[] = [
    ['kinds', KINDS, 'market'],
    ['many', { ...KINDS, signals: manySignals(300, 7) }, 'market'],
    ['many-trust', { ...KINDS, signals: manySignals(300, 7) }, 'trust'],
    ['no-model', { ...NO_MODEL, signals: KINDS.signals.slice(-2) }, 'market'],
    ['empty', EMPTY, 'market'],
    ['empty-trust', EMPTY, 'trust'],
  ];
  for (const [dark, phone] of [
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ]) {
    // The other two screens differ in nothing but what the state of every kind shows.
    const looked = dark === phone ? states : states.slice(0, 1);
    for (const [state, said, view] of looked) {
      const { page, complaints } = await openStandIn(browser, said, { dark, phone, view });
      await page.locator('h2').first().waitFor();
      await page.evaluate(TWO_FRAMES);
      const name = `${state}-${dark ? 'dark' : 'light'}-${phone ? 'phone' : 'desktop'}`;
      await writeFile(join(SCREENSHOTS, `${name}.png`), await page.screenshot({ fullPage: true }));
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), `${name} is too wide`).toBe(0);
      await page.evaluate(axe);
      expect(await page.evaluate(SERIOUS_FAULTS), name).toEqual([]);
      expect(complaints, name).toEqual([]);
      await page.context().close();
    }
  }
});
