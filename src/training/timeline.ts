import { everyRow, lowerBound } from '../math/index.ts';
import type { InstrumentBars } from './instrument-bars.ts';

/** The time that several instruments share: it orders an event of one of them against an event of another. */
export interface Timeline {
  /** (nTicks,) every `ts_event` of any of the instruments, once, rising. */
  readonly tsEvent: BigInt64Array;
  /** Of each instrument (nBars,) the tick of each bar. */
  readonly ticks: readonly Int32Array[];
}

/** The common time of instruments; of a single one its own bars. */
export function commonTimeline(instruments: readonly InstrumentBars[]): Timeline {
  if (instruments.length === 1) {
    const { tsEvent } = instruments[0].bars;
    return { tsEvent, ticks: [everyRow(tsEvent.length)] };
  }
  const all = new BigInt64Array(instruments.reduce((n, { bars }) => n + bars.length, 0));
  let at = 0;
  for (const { bars } of instruments) {
    all.set(bars.tsEvent, at);
    at += bars.length;
  }
  all.sort();
  const tsEvent = all.filter((ts, i) => i === 0 || ts !== all[i - 1]);
  return { tsEvent, ticks: instruments.map(({ bars }) => ticksOf(bars.tsEvent, tsEvent)) };
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
 * The ticks at which labels, and an embargo of some bars of their own instrument after them, have ended. After the last bar of
 * an instrument its bars are assumed to continue at their mean distance.
 *
 * @param events.instrument - (nEvents,) which instrument. @param events.exit - (nEvents,) last bar of the label in it.
 * @returns (nEvents,) ticks; the number of ticks where the timeline ends before.
 */
export function endTicks(
  timeline: Timeline,
  instruments: readonly InstrumentBars[],
  { instrument, exit }: { readonly instrument: Int32Array; readonly exit: Int32Array },
  embargoBars: number,
): Int32Array {
  const ends = new Int32Array(exit.length);
  for (let k = 0; k < ends.length; k++) {
    const ticks = timeline.ticks[instrument[k]];
    const end = exit[k] + embargoBars;
    ends[k] = end < ticks.length ? ticks[end] : tickBeyond(timeline, instruments[instrument[k]], end);
  }
  return ends;
}

/** The tick of a bar after the last one of an instrument. */
function tickBeyond({ tsEvent: times }: Timeline, { bars: { tsEvent } }: InstrumentBars, bar: number): number {
  const last = tsEvent.length - 1;
  const meanStep = (tsEvent[last] - tsEvent[0]) / BigInt(Math.max(1, last));
  const time = tsEvent[last] + BigInt(bar - last) * meanStep;
  return lowerBound(times.length, (tick) => times[tick] < time);
}
