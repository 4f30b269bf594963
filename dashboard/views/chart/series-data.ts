import type { UTCTimestamp } from 'lightweight-charts';
import { barMs } from '../../data/decision.ts';
import type { Bars, Shown } from '../../data/types.ts';
import type { RegimeSpan } from './regime-shade.ts';

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

/** The regime weight of the latest signal by each bar, in spans of equal weight; nothing before the first signal. */
export function regimeOf(here: readonly Shown[], times: readonly ChartBar[]): RegimeSpan[] {
  const sorted = here.toSorted((a, b) => entryOf(a) - entryOf(b));
  const spans: RegimeSpan[] = [];
  let next = 0;
  let weight: number | null = null;
  for (const { time } of times) {
    while (next < sorted.length && entryOf(sorted[next]) <= time) weight = sorted[next++].enriched.regime_weight;
    if (weight === null) continue;
    const before = spans.at(-1);
    if (before?.weight === weight) spans[spans.length - 1] = { ...before, to: time };
    else spans.push({ from: time, to: time, weight });
  }
  return spans;
}

/**
 * The toxicity at each bar, and a point without a value where none is known.
 *
 * A point for every bar, always: lightweight-charts 5.2 loses bars where one series alone had data, was set twice to the same times,
 * and another one gets data after it.
 */
export function toxicityOf(
  here: readonly Shown[],
  times: readonly ChartBar[],
): { readonly time: UTCTimestamp; readonly value?: number }[] {
  const byTime = new Map<UTCTimestamp, number>();
  for (const one of here) if (one.enriched.toxicity_available) byTime.set(entryOf(one), one.enriched.toxicity);
  return times.map(({ time }) => {
    const value = byTime.get(time);
    return value === undefined ? { time } : { time, value };
  });
}
