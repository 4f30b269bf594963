// @module-tag browser
import type { Browser, Page, WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomWalk } from '../support/random-walk.ts';
import { openBrowser, openPage, Serving } from './serving.ts';

const BARS = randomWalk(420, 11, { gaps: 0 });
/** More messages than the page keeps waiting. */
const FLOOD = 2100;
const NO_FRAMES = 'window.requestAnimationFrame = () => 1';
const HIDE = `Object.defineProperty(document, 'hidden', { get: () => true })`;

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

/** A page whose stream the test can cut, and send messages over. */
class CutPage {
  readonly page: Page;
  isCut = false;
  /** Types of messages that the page does not get. */
  leavesOut: readonly string[] = [];
  stream: WebSocketRoute | null = null;

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(leavesOut: readonly string[] = []): Promise<CutPage> {
    const { page } = await openPage(browser, 'about:blank');
    const cut = new CutPage(page);
    cut.leavesOut = leavesOut;
    await page.routeWebSocket(/\/v1\/stream/, (route) => {
      if (cut.isCut) return void route.close();
      const server = route.connectToServer();
      server.onMessage((text) => {
        if (!cut.leavesOut.includes((JSON.parse(String(text)) as { readonly type: string }).type)) route.send(text);
      });
      cut.stream = route;
    });
    await page.goto(serving.url);
    await page.getByText('● live').waitFor();
    await page.locator('tr[data-signal]').first().waitFor();
    return cut;
  }

  /** Waits until the rows and the last close are those of the service. */
  async showsWhatIsHeld(): Promise<void> {
    const { signals } = await serving.get<{ signals: { enriched: { signal_id: string } }[] }>('/v1/signals?limit=50');
    const ids = signals.map(({ enriched }) => enriched.signal_id);
    const rows = this.page.locator('tr[data-signal]');
    const shownIds = () => rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-signal')));
    await expect.poll(shownIds).toEqual(ids);
    const { bars } = await serving.get<{ bars: { close: number[] } }>('/v1/instruments/SIM/bars?limit=400');
    const last = bars.close.at(-1)?.toPrecision(6) ?? '';
    await this.page.getByRole('img', { name: `the last close ${last}` }).waitFor();
  }
}

test('what happened while the page was not connected is there after it is again', async () => {
  const cut = await CutPage.open();
  cut.isCut = true;
  await cut.stream?.close();
  await cut.page.getByText('○ disconnected').waitFor();
  await serving.feed('SIM', BARS, 200, 220);
  cut.isCut = false;
  await cut.page.getByText('● live').waitFor();
  await cut.showsWhatIsHeld();
  await serving.feed('SIM', BARS, 220, 226);
  await cut.showsWhatIsHeld();
  await cut.page.context().close();
});

test('messages that a page without frames had to drop are loaded', async () => {
  const cut = await CutPage.open();
  await cut.page.evaluate(NO_FRAMES);
  await serving.feed('SIM', BARS, 226, 240);
  const outcome = { signal_id: 'nobody', outcome: 'vertical', label: 0, return: 0, exit_ts: null, reason: null };
  const { seq } = await serving.get<{ seq: { outcomes: number } }>('/v1/status');
  for (let i = 1; i <= FLOOD; i++) {
    cut.stream?.send(JSON.stringify({ type: 'outcome', seq: seq.outcomes + i, outcome }));
  }
  await cut.showsWhatIsHeld();
  await cut.page.context().close();
});

/** Ids of the rows, from the top. */
const idsOn = (page: Page): Promise<(string | null)[]> =>
  page.locator('tr[data-signal]').evaluateAll((all) => all.map((row) => row.getAttribute('data-signal')));

test('answers and outcomes that the stream leaves out are loaded from the journal, by their numbers', async () => {
  const cut = await CutPage.open(['enriched', 'outcome']);
  const asked: string[] = [];
  cut.page.on('request', (request) => void asked.push(new URL(request.url()).search));
  const before = await idsOn(cut.page);
  const { seq } = await serving.get<{ seq: { signals: number } }>('/v1/status');
  await serving.feed('SIM', BARS, 240, 250);
  await cut.page.waitForTimeout(300);
  expect(await idsOn(cut.page), 'none of them came').toEqual(before);
  cut.leavesOut = [];
  await serving.feed('SIM', BARS, 250, 256);
  await cut.showsWhatIsHeld();
  expect(asked, 'only what was missing').toContain(`?after_seq=${seq.signals}&limit=500`);
  await cut.page.context().close();
});

test('what is missing and cannot be loaded is said, and loaded when it can be', async () => {
  const cut = await CutPage.open(['enriched']);
  let isRefused = true;
  await cut.page.route(/after_seq/, (route) =>
    isRefused ? route.fulfill({ status: 503, json: { detail: 'the journal is busy' } }) : route.continue(),
  );
  await serving.feed('SIM', BARS, 256, 265);
  await cut.page.waitForTimeout(300);
  cut.leavesOut = [];
  await serving.feed('SIM', BARS, 265, 268);
  const banner = cut.page.getByText('could not be loaded yet');
  await banner.waitFor();
  isRefused = false;
  await cut.showsWhatIsHeld();
  await banner.waitFor({ state: 'detached' });
  await cut.page.context().close();
});

test('after a restart, answers are taken back that were never recorded', async () => {
  const cut = await CutPage.open();
  const { seq } = await serving.get<{ seq: { signals: number } }>('/v1/status');
  const { signals } = await serving.get<{ signals: { enriched: object }[] }>('/v1/signals?limit=1');
  const enriched = { ...signals[0].enriched, signal_id: 'never-recorded', seq: seq.signals + 1 };
  cut.stream?.send(JSON.stringify({ type: 'enriched', seq: seq.signals + 1, enriched }));
  await expect.poll(() => idsOn(cut.page)).toContain('never-recorded');
  cut.isCut = true;
  await cut.stream?.close();
  await cut.page.getByText('○ disconnected').waitFor();
  cut.isCut = false;
  await expect.poll(() => idsOn(cut.page)).not.toContain('never-recorded');
  await cut.page.getByText(`1 answers after number ${seq.signals} were never recorded`).waitFor();
  await cut.page.context().close();
});

test('a hidden page asks for nothing', async () => {
  const { page } = await openPage(browser, serving.url);
  await page.locator('tr[data-signal]').first().waitFor();
  await page.evaluate(HIDE);
  await page.waitForLoadState('networkidle');
  let nRequests = 0;
  page.on('request', () => nRequests++);
  await page.waitForTimeout(5000);
  expect(nRequests).toBe(0);
  await page.context().close();
});
