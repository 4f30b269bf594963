import { BarSeries } from '../../src/domain/index.ts';
import { type Answer, FEED_ID } from './feed-roads.ts';
import { liveService, OVER_HTTP, submitNow } from './live-service.ts';
import { MARKET, modelOfMinutes } from './played-feed.ts';

export const LAST = `${FEED_ID}-1-MINUTE-LAST-EXTERNAL`;
export const BID = `${FEED_ID}-1-MINUTE-BID-EXTERNAL`;
export const FIVE = `${FEED_ID}-5-MINUTE-LAST-EXTERNAL`;

/** The same market as {@link MARKET}, in other prices that move otherwise. */
export const BID_MARKET: BarSeries = BarSeries.fromBars(
  Array.from({ length: MARKET.length }, (_, i) => {
    const { tsEvent, volume, ...prices } = MARKET.bar(i);
    const share = 0.99 - 0.004 * Math.sin(i / 3);
    const [open, high, low, close] = [prices.open, prices.high, prices.low, prices.close].map((price) => price * share);
    return { tsEvent, open, high, low, close, volume: volume / 2 };
  }),
);

/** {@link MARKET} in bars of five minutes. */
export const FIVE_MARKET: BarSeries = BarSeries.fromBars(
  Array.from({ length: Math.floor(MARKET.length / 5) }, (_, k) => {
    const bars = Array.from({ length: 5 }, (_, i) => MARKET.bar(5 * k + i));
    return {
      tsEvent: bars[4].tsEvent,
      open: bars[0].open,
      high: Math.max(...bars.map(({ high }) => high)),
      low: Math.min(...bars.map(({ low }) => low)),
      close: bars[4].close,
      volume: bars.reduce((sum, { volume }) => sum + volume, 0),
    };
  }),
);

/** What of an answer the bars decide. */
export function decidedByBars({ source, reason, meta_confidence: confidence, ...answer }: Answer): object {
  const { toxicity, regime_weight: regimeWeight, size, take, last_bar_ts: lastBarTs, risk_distance: risk } = answer;
  return { source, reason, confidence, toxicity, regimeWeight, size, take, lastBarTs, risk };
}

/** What is decided at bar `at` of a service that holds nothing but the bars up to it, without a type. */
export async function decidedBy(bars: BarSeries, at: number): Promise<object> {
  const { service } = await liveService({ model: modelOfMinutes() });
  service.addBars(FEED_ID, bars.slice(0, at + 1));
  const timestamp = bars.tsEvent[at];
  const message = { instrumentId: FEED_ID, signal: 1, timestamp, bars: null, signalId: null } as const;
  const answer = JSON.parse(submitNow(service, message, OVER_HTTP).text) as Answer;
  await service.stop();
  return decidedByBars(answer);
}
