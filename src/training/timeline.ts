import { ConditionError, DataError } from '../core/index.ts';
import { type BarSeries, WINDOW_BARS } from '../domain/index.ts';

/** Bars of one instrument to learn from. */
export interface TrainingSeries {
  /** Its name; null for the only one. */
  readonly instrument: string | null;
  readonly bars: BarSeries;
  /** (nBars,) the signals that came with the bars, or null for the built-in primary. */
  readonly sides: Int8Array | null;
}

/** The time that several series share: what happened in one of them before, while or after something in another. */
export interface Timeline {
  /** (nTicks,) every `ts_event` of any of the series, once, rising. */
  readonly tsEvent: BigInt64Array;
  /** Of each series (nBars,) the tick of each bar. */
  readonly ticks: readonly Int32Array[];
}

/** @throws {ConditionError | DataError} for series that cannot be learned from together. */
export function checkSeries(series: readonly TrainingSeries[]): void {
  if (series.length === 0) throw new ConditionError('series', 'at least one', 0);
  if (series.length === 1) return;
  series.forEach(({ instrument, bars }, i) => {
    if (instrument === null) throw new ConditionError(`series[${i}].instrument`, 'a name', instrument);
    if (i > 0 && instrument <= (series[i - 1].instrument ?? ''))
      throw new ConditionError('series', 'in the order of their names, each once', instrument);
    if (bars.length < WINDOW_BARS) {
      const message = `${instrument} has ${bars.length} bars: no signal of it can be judged, which takes ${WINDOW_BARS}`;
      throw new DataError('NOT_ENOUGH_BARS', message);
    }
  });
  const nGiven = series.filter(({ sides }) => sides !== null).length;
  if (nGiven > 0 && nGiven < series.length) {
    const without = series.find(({ sides }) => sides === null)?.instrument;
    throw new ConditionError('signals', 'given with every series, or with none', `none with ${without}`);
  }
}

/** Where several series meet; of one series it is its own bars. */
export function commonTimeline(series: readonly TrainingSeries[]): Timeline {
  if (series.length === 1) {
    const { tsEvent } = series[0].bars;
    return { tsEvent, ticks: [new Int32Array(tsEvent.length).map((_, bar) => bar)] };
  }
  const all = new BigInt64Array(series.reduce((n, { bars }) => n + bars.length, 0));
  let at = 0;
  for (const { bars } of series) {
    all.set(bars.tsEvent, at);
    at += bars.length;
  }
  all.sort();
  const tsEvent = all.filter((ts, i) => i === 0 || ts !== all[i - 1]);
  return { tsEvent, ticks: series.map(({ bars }) => ticksOf(bars.tsEvent, tsEvent)) };
}

/** Both rise, and every time is on the timeline. */
function ticksOf(times: BigInt64Array, timeline: BigInt64Array): Int32Array {
  let tick = 0;
  return Int32Array.from(times, (ts) => {
    while (timeline[tick] < ts) tick++;
    return tick;
  });
}

/**
 * The ticks at which labels, and an embargo of some bars of their own instrument after them, have ended. Past the last bar of an
 * instrument its bars are taken to go on at their mean distance.
 *
 * @param series - (nEvents,) which series. @param exit - (nEvents,) last bar of the label in it.
 * @returns (nEvents,) ticks; the number of ticks where the timeline ends before.
 */
export function endTicks(
  timeline: Timeline,
  series: readonly TrainingSeries[],
  { series: of, exit }: { readonly series: Int32Array; readonly exit: Int32Array },
  embargoBars: number,
): Int32Array {
  return exit.map((bar, k) => {
    const { tsEvent } = series[of[k]].bars;
    const end = bar + embargoBars;
    const last = tsEvent.length - 1;
    if (end <= last) return timeline.ticks[of[k]][end];
    const meanStep = (tsEvent[last] - tsEvent[0]) / BigInt(Math.max(1, last));
    return firstTickFrom(timeline.tsEvent, tsEvent[last] + BigInt(end - last) * meanStep);
  });
}

/** The first tick not before a time; the number of ticks where all are. */
function firstTickFrom(timeline: BigInt64Array, time: bigint): number {
  let low = 0;
  let high = timeline.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timeline[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
