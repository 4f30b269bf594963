import { BarSeries, type Cadence, measureCadence, WINDOW_BARS } from '../../src/domain/index.ts';
import { encodeModel } from '../../src/model/onnx/index.ts';
import { randomWalk } from './random-walk.ts';
import { sha256, smallModel } from './small-model.ts';

/** Length of a bar, nanoseconds. */
export const MINUTE = 60_000_000_000n;
/** Bars of one minute, without a gap. */
export const MARKET = randomWalk(1000, 31, { gaps: 0 });

/** Bytes of a small model that states how its training bars followed each other. */
export function modelWithCadence(cadence: Cadence | null): Uint8Array {
  const parts = smallModel();
  return encodeModel({ ...parts, metadata: { ...parts.metadata, cadences: { '': cadence } } }, sha256);
}

/** Bytes of a small model of bars of one minute without a gap. */
export function modelOfMinutes(): Uint8Array {
  return modelWithCadence(measureCadence(MARKET.tsEvent));
}

/** What is sent next. */
export type Step =
  | { readonly kind: 'bars'; readonly bars: BarSeries }
  | { readonly kind: 'refused'; readonly bars: BarSeries; readonly reason: RegExp }
  | { readonly kind: 'signal'; readonly timestamp: bigint; readonly expected: Expected };

/** What a signal is answered. */
export interface Expected {
  readonly source: string;
  readonly reason: RegExp | null;
}

const FROM_MODEL: Expected = { source: 'model', reason: null };
const STALE: Expected = { source: 'stale', reason: /^the last bar is .* old, more than the 3 min/ };
const FIRST_OF_FIVES: Expected = { source: 'out_of_distribution', reason: /^no bar for 5 min after .*, longer than/ };
const HOLE_OF_FIVES: Expected = { source: 'out_of_distribution', reason: /^no bar for 41 min after .*, longer than/ };
const HOLE: Expected = { source: 'out_of_distribution', reason: /^no bar for 31 min after .*, longer than/ };

const bars = (from: number, to: number): Step => ({ kind: 'bars', bars: MARKET.slice(from, to) });
/** Bar `to - 1` as the last of five, which it closes with. */
const fives = (kind: 'bars' | 'refused', from: number, to: number): Step => ({
  kind,
  bars: everyFifth(MARKET.slice(from, to)),
  reason: /of the length the model learned from, 1 min, was "5 min"/,
});
const signal = (bar: number, minutesLater: number, expected: Expected): Step => ({
  kind: 'signal',
  timestamp: MARKET.tsEvent[bar] + BigInt(minutesLater) * MINUTE,
  expected,
});

/** Every fifth bar: a market in bars of five minutes. */
export function everyFifth(series: BarSeries): BarSeries {
  return BarSeries.fromBars(Array.from({ length: Math.floor(series.length / 5) }, (_, i) => series.bar(5 * i + 4)));
}

/** Feeds that die, resume, skip bars and change their step, and what each signal is answered from the first on. */
export const PLAYS: Readonly<Record<string, readonly Step[]>> = {
  'a feed that dies and resumes in time': [
    bars(0, 150),
    signal(149, 0, FROM_MODEL),
    signal(149, 3, FROM_MODEL),
    signal(149, 4, STALE),
    signal(149, 600, STALE),
    bars(150, 151),
    signal(150, 0, FROM_MODEL),
  ],
  'a feed that skips thirty bars': [
    bars(0, 150),
    signal(149, 30, STALE),
    bars(180, 181),
    signal(180, 0, HOLE),
    bars(181, 180 + WINDOW_BARS - 1),
    signal(180 + WINDOW_BARS - 2, 0, HOLE),
    bars(180 + WINDOW_BARS - 1, 180 + WINDOW_BARS),
    signal(180 + WINDOW_BARS - 1, 0, FROM_MODEL),
  ],
  'a feed whose missing bars come late': [
    bars(0, 150),
    bars(180, 181),
    signal(180, 0, HOLE),
    bars(150, 180),
    signal(180, 1, FROM_MODEL),
  ],
  'a feed that changes its step': [
    bars(0, 150),
    signal(149, 0, FROM_MODEL),
    fives('bars', 150, 155),
    signal(154, 0, FIRST_OF_FIVES),
    fives('bars', 155, 160),
    signal(159, 0, FIRST_OF_FIVES),
    fives('refused', 160, 165),
    signal(164, 0, STALE),
    fives('refused', 165, 200),
    signal(199, 0, STALE),
    bars(200, 200 + WINDOW_BARS - 1),
    signal(200 + WINDOW_BARS - 2, 0, HOLE_OF_FIVES),
    bars(200 + WINDOW_BARS - 1, 200 + WINDOW_BARS),
    signal(200 + WINDOW_BARS - 1, 0, FROM_MODEL),
  ],
};
