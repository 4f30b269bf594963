import type { UTCTimestamp } from 'lightweight-charts';
import { barMs } from '../../data/decision.ts';
import type { Bars, Shown } from '../../data/types.ts';

/** A bar of the chart, and its index among the bars that are held. */
export interface ChartBar {
  readonly time: UTCTimestamp;
  readonly i: number;
}

/** The last bar of every second: the chart takes one a second. */
export function secondsOf(shownBars: Bars): ChartBar[] {
  const bySecond = new Map<number, number>();
  for (const [i, ts] of shownBars.ts_event.entries()) bySecond.set(Math.floor(ts / 1e9), i);
  return [...bySecond].map(([time, i]) => ({ time: time as UTCTimestamp, i }));
}

/** The second of the bar that a signal was judged by. */
export function entryOf({ enriched }: Shown): UTCTimestamp {
  return Math.floor(barMs(enriched) / 1e3) as UTCTimestamp;
}

/**
 * The background of each bar: the regime weight of the latest signal by then, darker where it is lower, and nothing before the first.
 *
 * A point for every bar, always: lightweight-charts 5.2 loses bars where one series alone had data, was set twice to the same times,
 * and another one gets data after it.
 */
export function regimeOf(
  here: readonly Shown[],
  times: readonly ChartBar[],
): { time: UTCTimestamp; value: number; color: string }[] {
  const sorted = here.toSorted((a, b) => entryOf(a) - entryOf(b));
  let next = 0;
  let weight: number | null = null;
  return times.map(({ time }) => {
    while (next < sorted.length && entryOf(sorted[next]) <= time) weight = sorted[next++].enriched.regime_weight;
    const opacity = weight === null ? 0 : 0.4 * (1 - weight);
    return { time, value: 1, color: `rgba(204, 121, 167, ${opacity.toFixed(3)})` };
  });
}

export function toxicityOf(here: readonly Shown[], from: number): { time: UTCTimestamp; value: number }[] {
  const byTime = new Map<UTCTimestamp, number>();
  for (const one of here) if (one.enriched.toxicity_available) byTime.set(entryOf(one), one.enriched.toxicity);
  const points = [...byTime].filter(([time]) => time >= from).map(([time, value]) => ({ time, value }));
  return points.sort((a, b) => a.time - b.time);
}
