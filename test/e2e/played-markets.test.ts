// @module-tag real-data
import { expect, test } from 'vitest';
import { measureCadence, WINDOW_BARS } from '../../src/domain/index.ts';
import { liveService, OVER_HTTP, submitNow } from '../support/live-service.ts';
import { modelWithCadence } from '../support/played-feed.ts';
import { readTestBars } from '../support/read-test-bars.ts';

/** Share of a file that the model learns its cadence from. */
const LEARNED = 0.5;
/** A break is longer than this many steps; a signal follows each, and every so manieth bar. */
const BREAK_STEPS = 10n;
const EVERY = 200;
/** Number of breaks after which enough was played. */
const MAX_BREAKS = 300;

/** Markets that rest: at night, on weekends, or never. */
const MARKETS = [
  ['weekends of FX, in minutes', 'fxcm_GBPUSD_1m_bid_2012-02.csv.gz'],
  ['weekends of FX, in hours', 'lean_oanda_EURUSD_1h_2013_on.csv.gz'],
  ['nights and weekends of a future, in minutes', 'cme_6EH4_1m_2024-01.csv.gz'],
  ['nights and weekends of an equity, in minutes', 'us_equity_SW_1m_2024.csv.gz'],
  ['nights and weekends of an equity, in hours', 'lean_SPY_1h_1998_2012.csv.gz'],
  ['a market that never rests', 'binance_BTCUSDT_15m_2025.csv.gz'],
] as const;
/**
 * Closures that are longer than every one of the training: bars after them are said to have a hole. And breaks at whose end, just before
 * the next bar, the feed was silent: holidays of the currencies, and mornings before the session on which SW is hardly traded.
 */
const RAISED: Readonly<Record<string, { readonly closures: number; readonly silent: number }>> = {
  'lean_oanda_EURUSD_1h_2013_on.csv.gz': { closures: 1, silent: 10 },
  'us_equity_SW_1m_2024.csv.gz': { closures: 0, silent: 18 },
};
const NOTHING = { closures: 0, silent: 0 };
const MS = 1_000_000n;

test.each(MARKETS)('%s raise nothing', { tags: ['real-data'] }, async (_, file) => {
  const bars = readTestBars(file);
  const from = Math.floor(LEARNED * bars.length);
  const cadence = measureCadence(bars.tsEvent.subarray(0, from));
  let nowMs = 0;
  const model = modelWithCadence(cadence);
  const { service, lines } = await liveService({ model, nowMs: () => nowMs, config: { server: { heldBars: 200 } } });
  /** What is wrong for a signal at a time, by its answer and by the state of the feed; null for nothing. */
  const faultAt = (timestamp: bigint): string | null => {
    nowMs = Number(timestamp / MS);
    const message = { instrumentId: 'SIM', signal: 1, timestamp, bars: null, signalId: null } as const;
    const { source, reason } = JSON.parse(submitNow(service, message, OVER_HTTP).text) as Record<string, string>;
    const [{ state }] = service.status().feeds;
    return source === 'model' && state === 'ok' ? null : `${new Date(nowMs).toISOString()} ${state}: ${reason}`;
  };
  const [atBars, beforeBars]: string[][] = [[], []];
  let [next, nBreaks] = [from - WINDOW_BARS, 0];
  for (let i = from; i < bars.length && nBreaks < MAX_BREAKS; i++) {
    const gap = bars.tsEvent[i] - bars.tsEvent[i - 1];
    const isAfterBreak = gap > BREAK_STEPS * (cadence?.stepNs ?? gap);
    if (!isAfterBreak && i % EVERY > 0) continue;
    if (isAfterBreak) {
      nBreaks++;
      nowMs = Number(bars.tsEvent[i - 1] / MS);
      if (next < i) service.addBars('SIM', bars.slice(next, i));
      next = i;
      beforeBars.push(...[faultAt(bars.tsEvent[i] - MS)].filter((fault) => fault !== null));
    }
    nowMs = Number(bars.tsEvent[i] / MS);
    service.addBars('SIM', bars.slice(next, i + 1));
    next = i + 1;
    atBars.push(...[faultAt(bars.tsEvent[i])].filter((fault) => fault !== null));
  }
  const week = faultAt(bars.tsEvent[next - 1] + 7n * 86_400_000n * MS);
  await service.stop();
  expect(nBreaks).toBeGreaterThanOrEqual(file.startsWith('binance') ? 0 : 2);
  const { closures, silent } = RAISED[file] ?? NOTHING;
  const found = new Set(atBars.map((line) => / after (\S+),/.exec(line)?.[1] ?? line));
  expect([...found].length, atBars.join('\n')).toBe(closures);
  const unheard = beforeBars.filter((line) => line.includes(' silent: '));
  expect(unheard.length, `of ${nBreaks} breaks: ${unheard.join('\n')}`).toBe(silent);
  expect(
    unheard.filter((line) => /1\d h \d+ min old/.test(line)),
    'nights',
  ).toEqual([]);
  expect(week, 'a feed that is dead for a week').toMatch(/ silent: the last bar is 7 d old/);
  expect(lines.filter((line) => line.startsWith('feed '))).toEqual([]);
});
