import type { Bars, BarsEvent } from './types.ts';

const COLUMNS = ['ts_event', 'open', 'high', 'low', 'close', 'volume'] as const;

/**
 * Brings the bars of an instrument up to date. Events that are older than `held` change nothing when every later one follows, so
 * those that came while `held` was loaded may be merged too.
 *
 * @param held - (nBars,) the last held bars as the service answered them, oldest first. @param events - in the order they came.
 * @param limit - maximum number of bars in the result.
 * @returns the last bars that the service holds now, oldest first.
 */
export function mergeBars(held: Bars, events: readonly BarsEvent[], limit: number): Bars {
  const rows = new Map<number, { readonly bars: Bars; readonly i: number }>();
  const put = (bars: Bars): void => {
    for (let i = 0; i < bars.ts_event.length; i++) rows.set(bars.ts_event[i], { bars, i });
  };
  put(held);
  for (const { bars, oldest_ts: oldestTs } of events) {
    put(bars);
    for (const ts of rows.keys()) if (ts < oldestTs) rows.delete(ts);
  }
  const last = [...rows].sort(([a], [b]) => a - b).slice(-limit);
  const merged = COLUMNS.map((name) => [name, last.map(([, { bars, i }]) => bars[name][i])] as const);
  return Object.fromEntries(merged) as unknown as Bars;
}
