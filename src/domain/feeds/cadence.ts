import { gapsOf } from './gaps.ts';
import { isOpenThroughout, measureOpenHours, type OpenHours, openTimeNs, sharedHours } from './open-hours.ts';

/** Share of the training gaps that the usual gap is not shorter than. */
const USUAL_SHARE = 0.999;
/** Least share of gaps that must equal the median for it to be the common step. */
const COMMON_SHARE = 0.5;

/** How the bars of a training followed each other. */
export interface Cadence {
  /** Common step: time between most neighbouring bars, nanoseconds. */
  readonly stepNs: bigint;
  /** 99.9 % of the gaps between neighbouring bars have no more open time, nanoseconds. */
  readonly usualGapNs: bigint;
  readonly longestGapNs: bigint;
  /** Longest gap through which the market was open, nanoseconds. */
  readonly longestOpenGapNs: bigint;
  readonly shortestGapNs: bigint;
  /** Longest run of neighbouring gaps that equal each other but not the step; 0 for none. */
  readonly longestRun: number;
  readonly openHours: OpenHours;
}

/** By the name of the instrument, '' for a single one; null for bars without a common step. */
export type Cadences = Readonly<Record<string, Cadence | null>>;

/**
 * The common step of bars; bars by ticks, volume or dollars have none.
 *
 * @param tsEvent - (nBars,) close times, UNIX ns, rising. @returns nanoseconds; null where fewer than half of the gaps equal the median.
 */
export function measureStep(tsEvent: BigInt64Array): bigint | null {
  return commonStep(gapsOf(tsEvent).sort());
}

/**
 * How bars follow each other.
 *
 * @param tsEvent - (nBars,) close times, UNIX ns, rising. @returns null for bars without a common step.
 */
export function measureCadence(tsEvent: BigInt64Array): Cadence | null {
  const gaps = gapsOf(tsEvent);
  const sorted = gaps.slice().sort();
  const stepNs = commonStep(sorted);
  if (stepNs === null) return null;
  const openHours = measureOpenHours(tsEvent, stepNs);
  return {
    stepNs,
    ...openGaps(tsEvent, gaps, stepNs, openHours),
    longestGapNs: BigInt(sorted[sorted.length - 1]),
    shortestGapNs: BigInt(sorted[0]),
    longestRun: longestRun(gaps, Number(stepNs)),
    openHours,
  };
}

const pooledOf = new WeakMap<Cadences, { readonly pooled: Cadence | null }>();

/**
 * What a model states of the bars of an instrument. One that it does not name is judged by what holds for all of them, where all have
 * the same step. @returns the same object until another model is asked; null where it states nothing.
 */
export function cadenceOf(cadences: Cadences | null, instrumentId: string): Cadence | null {
  if (cadences === null) return null;
  if (Object.hasOwn(cadences, instrumentId)) return cadences[instrumentId];
  if (Object.hasOwn(cadences, '')) return cadences[''];
  const known = pooledOf.get(cadences) ?? { pooled: poolCadences(Object.values(cadences)) };
  pooledOf.set(cadences, known);
  return known.pooled;
}

/**
 * What {@link cadenceOf} finds for every instrument, of a model that names none; undefined where it depends on the instrument.
 */
export function soleCadence(cadences: Cadences | null): Cadence | null | undefined {
  if (cadences === null) return null;
  const names = Object.keys(cadences);
  return names.length === 1 && names[0] === '' ? cadences[''] : undefined;
}

/** Null where they have no step in common. */
function poolCadences(all: readonly (Cadence | null)[]): Cadence | null {
  const known = all.filter((cadence) => cadence !== null);
  if (known.length === 0 || known.length < all.length) return null;
  const [{ stepNs }] = known;
  if (known.some((cadence) => cadence.stepNs !== stepNs)) return null;
  const sorted = (spanOf: (cadence: Cadence) => bigint): BigInt64Array => BigInt64Array.from(known, spanOf).sort();
  const last = known.length - 1;
  return {
    stepNs,
    usualGapNs: sorted((cadence) => cadence.usualGapNs)[last],
    longestGapNs: sorted((cadence) => cadence.longestGapNs)[last],
    longestOpenGapNs: sorted((cadence) => cadence.longestOpenGapNs)[last],
    shortestGapNs: sorted((cadence) => cadence.shortestGapNs)[0],
    longestRun: Math.max(...known.map((cadence) => cadence.longestRun)),
    openHours: sharedHours(known.map((cadence) => cadence.openHours)),
  };
}

/** The gaps of a market that is not always open, by their open time. A step or less is not looked at: most gaps are one. */
function openGaps(
  tsEvent: BigInt64Array,
  gaps: Float64Array,
  stepNs: bigint,
  hours: OpenHours,
): Pick<Cadence, 'usualGapNs' | 'longestOpenGapNs'> {
  const open = gaps.slice();
  let longestOpenGapNs = stepNs;
  for (let i = 0; i < gaps.length; i++) {
    if (gaps[i] <= Number(stepNs)) continue;
    const [from, to] = [tsEvent[i], tsEvent[i + 1]];
    open[i] = Number(openTimeNs(hours, from, to));
    if (to - from > longestOpenGapNs && isOpenThroughout(hours, from, to)) longestOpenGapNs = to - from;
  }
  open.sort();
  const n = open.length;
  return { usualGapNs: BigInt(open[Math.min(n - 1, Math.ceil(USUAL_SHARE * n) - 1)]), longestOpenGapNs };
}

function commonStep(sorted: Float64Array): bigint | null {
  if (sorted.length === 0) return null;
  const median = sorted[sorted.length >> 1];
  let nEqual = 0;
  for (let i = 0; i < sorted.length; i++) if (sorted[i] === median) nEqual++;
  return nEqual >= COMMON_SHARE * sorted.length ? BigInt(median) : null;
}

function longestRun(gaps: Float64Array, step: number): number {
  let [run, longest] = [0, 0];
  for (let i = 0; i < gaps.length; i++) {
    run = gaps[i] === step ? 0 : i > 0 && gaps[i] === gaps[i - 1] ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  return longest;
}
