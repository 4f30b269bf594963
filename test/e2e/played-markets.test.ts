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

/** Markets that rest: at night, on weekends, or never. */
const MARKETS = [
  ['weekends of FX, in minutes', 'fxcm_GBPUSD_1m_bid_2012-02.csv.gz'],
  ['weekends of FX, in hours', 'lean_oanda_EURUSD_1h_2013_on.csv.gz'],
  ['nights and weekends of a future, in minutes', 'cme_6EH4_1m_2024-01.csv.gz'],
  ['nights and weekends of an equity, in minutes', 'us_equity_SW_1m_2024.csv.gz'],
  ['nights and weekends of an equity, in hours', 'lean_SPY_1h_1998_2012.csv.gz'],
  ['a market that never rests', 'binance_BTCUSDT_15m_2025.csv.gz'],
] as const;
/** Closures of the second half that are longer than every one of the first: bars after them are said to have a hole. */
const LONGER_CLOSURES = { 'lean_oanda_EURUSD_1h_2013_on.csv.gz': 1 } as const;

test.each(MARKETS)('%s raise nothing', { tags: ['real-data'] }, async (_, file) => {
  const bars = readTestBars(file);
  const from = Math.floor(LEARNED * bars.length);
  const cadence = measureCadence(bars.tsEvent.subarray(0, from));
  let nowMs = 0;
  const model = modelWithCadence(cadence);
  const { service, lines } = await liveService({ model, nowMs: () => nowMs, config: { server: { heldBars: 200 } } });
  const raised: string[] = [];
  let [next, nBreaks] = [from - WINDOW_BARS, 0];
  for (let i = from; i < bars.length; i++) {
    const gap = bars.tsEvent[i] - bars.tsEvent[i - 1];
    const isAfterBreak = gap > BREAK_STEPS * (cadence?.stepNs ?? gap);
    if (isAfterBreak) nBreaks++;
    if (!isAfterBreak && i % EVERY > 0) continue;
    nowMs = Number(bars.tsEvent[i] / 1_000_000n);
    service.addBars('SIM', bars.slice(next, i + 1));
    next = i + 1;
    const message = { instrumentId: 'SIM', signal: 1, timestamp: bars.tsEvent[i], bars: null, signalId: null } as const;
    const { source, reason } = JSON.parse(submitNow(service, message, OVER_HTTP).text) as Record<string, string>;
    const [{ state }] = service.status().feeds;
    if (source !== 'model' || state !== 'ok') raised.push(`${new Date(nowMs).toISOString()} ${state}: ${reason}`);
  }
  await service.stop();
  expect(nBreaks).toBeGreaterThanOrEqual(file.startsWith('binance') ? 0 : 2);
  const closures = new Set(raised.map((line) => / after (\S+),/.exec(line)?.[1] ?? line));
  expect([...closures].length, raised.join('\n')).toBe(LONGER_CLOSURES[file as keyof typeof LONGER_CLOSURES] ?? 0);
  expect(lines.filter((line) => line.startsWith('feed '))).toEqual([]);
});
