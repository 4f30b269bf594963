import { type BarSeries, type Cadence, measureCadence, WINDOW_BARS } from '../../src/domain/index.ts';
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
  | { readonly kind: 'signal'; readonly timestamp: bigint; readonly expected: Expected };

/** What a signal is answered. */
export interface Expected {
  readonly source: string;
  readonly reason: RegExp | null;
}

const FROM_MODEL: Expected = { source: 'model', reason: null };
const STALE: Expected = { source: 'stale', reason: /^the last bar is .* old, more than the 3 min/ };
const HOLE: Expected = { source: 'out_of_distribution', reason: /^no bar for 31 min after .*, longer than/ };

const bars = (from: number, to: number): Step => ({ kind: 'bars', bars: MARKET.slice(from, to) });
const signal = (bar: number, minutesLater: number, expected: Expected): Step => ({
  kind: 'signal',
  timestamp: MARKET.tsEvent[bar] + BigInt(minutesLater) * MINUTE,
  expected,
});

/** Feeds that die, resume and skip bars, and what each signal is answered from the first on. */
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
};
