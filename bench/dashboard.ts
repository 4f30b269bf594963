// The dashboard in a real browser: time to the first paint, and frame times while signals arrive.
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openBrowser, openPage, Serving } from '../test/dashboard/serving.ts';
import { randomWalk } from '../test/support/random-walk.ts';
import { median, quantile } from './support/statistics.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '20' }, rate: { type: 'string', default: '50' } },
  strict: false,
});
const SECONDS = Number(values.seconds);
const RATE = Number(values.rate);
const N_OPENED = 5;
const BARS = randomWalk(400, 11, { gaps: 0 });

// Code for the browser is text, because this file is compiled without the types of the DOM.
const PAINT = `performance.getEntriesByName('first-contentful-paint')[0].startTime`;
const RECORD_FRAMES = `window.frames_ = []; window.long_ = []; let before = performance.now();
  const tick = (now) => { frames_.push(now - before); before = now; requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
  new PerformanceObserver((list) => { for (const one of list.getEntries()) long_.push(one.duration); }).observe({ entryTypes: ['longtask'] });`;

const [serving, browser] = await Promise.all([Serving.create(), openBrowser()]);
try {
  await serving.start(1);
  await serving.feed('SIM', BARS, 150, 300);
  const paints: number[] = [];
  for (let k = 0; k < N_OPENED; k++) {
    const { page } = await openPage(browser, serving.url);
    await page.locator('tr[data-signal]').first().waitFor();
    paints.push((await page.evaluate(PAINT)) as number);
    await page.context().close();
  }
  console.log(`first contentful paint, ${N_OPENED} fresh pages: median ${median(paints).toFixed(0)} ms`);

  const { page } = await openPage(browser, serving.url);
  await page.locator('tr[data-signal]').first().waitFor();
  await page.evaluate(RECORD_FRAMES);
  const startMs = performance.now();
  for (let sent = 0; sent < SECONDS * RATE; sent++) {
    await delay(Math.max(0, startMs + (1000 * sent) / RATE - performance.now()));
    const timestamp = BARS.tsEvent[299];
    await serving.post('/v1/signals', { instrument_id: 'SIM', signal: 1, timestamp, signal_id: `bench-${sent}` });
  }
  const frames = ((await page.evaluate('frames_')) as number[]).slice(1);
  const long = (await page.evaluate('long_')) as number[];
  const ofFrames = [0.5, 0.99, 0.999].map((share) => quantile(frames, share).toFixed(1)).join(' / ');
  const most = Math.max(0, ...frames).toFixed(1);
  console.log(
    `${RATE} signals a second for ${SECONDS} s: ${frames.length} frames, p50 / p99 / p99.9 / max ${ofFrames} / ${most} ms`,
  );
  console.log(
    `tasks over 50 ms: ${long.length}${long.length > 0 ? `, the longest ${Math.max(...long).toFixed(0)} ms` : ''}`,
  );
} finally {
  await browser.close();
  await serving.remove();
}
