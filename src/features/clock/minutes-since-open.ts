import { ConditionError } from '../../core/index.ts';
import { type BarSeries, gapsOf, spanText } from '../../domain/index.ts';
import type { BuiltInFeature } from '../feature-definition.ts';

const NS_PER_HOUR = 3_600_000_000_000;
const NS_PER_DAY = 86_400_000_000_000n;
const NS_PER_MINUTE = 60_000_000_000;
/** Least time without a bar between two sessions, nanoseconds: the break of a futures market lasts an hour, a halt mostly less. */
const CLOSED_NS = NS_PER_HOUR;

/**
 * Minutes since the session opened. A session begins after at least an hour without bars, so that summer time, lunch breaks and half
 * days need no calendar; an hour without trades is taken for one too.
 */
export const minutesSinceOpenFeature: BuiltInFeature = {
  name: 'minutes_since_open',
  unit: 'minutes',
  lookback: 1,
  directional: false,
  needs: [],
  range: [0, Infinity],
  formula:
    'minutes from the open of the first bar after an hour or more without bars to the close of the bar; missing where the bars of a day have no such gap',
  source: 'time in session; sessions by the gaps between bars',
  barsNeeded: barsOfDay,
  kernel: ({ bars, rows, start, end, context }, out, stride, offset) => {
    const stepNs = context.stepNs ?? null;
    const needed = barsOfDay(stepNs);
    const step = Number(stepNs);
    const openings = openingsOf(bars, step);
    for (let k = start; k < end; k++) {
      const row = rows[k];
      const first = openings[row];
      // The bar before the first one of a session must be inside the window too: else the gap is not seen.
      const isKnown = first > Math.max(0, row - needed + 1);
      const sinceFirst = isKnown ? Number(bars.tsEvent[row] - bars.tsEvent[first]) : Number.NaN;
      out[k * stride + offset] = (sinceFirst + step) / NS_PER_MINUTE;
    }
  },
};

/** Number of bars in a day and the one before them. @throws {ConditionError} for bars of a day or more, or without a common step. */
function barsOfDay(stepNs: bigint | null): number {
  if (stepNs !== null && stepNs > 0n && stepNs < NS_PER_DAY) return Number((NS_PER_DAY + stepNs - 1n) / stepNs) + 1;
  const rule = 'of bars with a common step below a day, which alone have sessions';
  throw new ConditionError('minutes_since_open', rule, stepNs === null ? 'no common step' : spanText(stepNs));
}

/** Of the series asked last: kernels ask once a tile. */
const latest = new WeakMap<BarSeries, { readonly step: number; readonly openings: Int32Array }>();

/** (nBars,) first bar of the session that each bar lies in; 0 where the bars do not show its beginning. */
function openingsOf(bars: BarSeries, step: number): Int32Array {
  const known = latest.get(bars);
  if (known?.step === step) return known.openings;
  const gaps = gapsOf(bars.tsEvent);
  const openings = new Int32Array(bars.length);
  for (let i = 1; i < bars.length; i++) openings[i] = gaps[i - 1] - step >= CLOSED_NS ? i : openings[i - 1];
  latest.set(bars, { step, openings });
  return openings;
}
