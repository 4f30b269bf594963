/** Share of the training gaps that the usual gap is not shorter than. */
const USUAL_SHARE = 0.999;
/** Least share of gaps that must equal the median for it to be the common step. */
const COMMON_SHARE = 0.5;

/** How the bars of a training followed each other. */
export interface Cadence {
  /** Common step: time between most neighbouring bars, nanoseconds. */
  readonly stepNs: bigint;
  /** 99.9 % of the gaps between neighbouring bars are not longer, nanoseconds. */
  readonly usualGapNs: bigint;
  readonly longestGapNs: bigint;
  readonly shortestGapNs: bigint;
  /** Longest run of neighbouring gaps that equal each other but not the step; 0 for none. */
  readonly longestRun: number;
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
  const n = sorted.length;
  return {
    stepNs,
    usualGapNs: BigInt(sorted[Math.min(n - 1, Math.ceil(USUAL_SHARE * n) - 1)]),
    longestGapNs: BigInt(sorted[n - 1]),
    shortestGapNs: BigInt(sorted[0]),
    longestRun: longestRun(gaps, Number(stepNs)),
  };
}

/** What a model states of the bars of an instrument; null where it states nothing. */
export function cadenceOf(cadences: Cadences | null, instrumentId: string): Cadence | null {
  if (cadences === null) return null;
  if (Object.hasOwn(cadences, instrumentId)) return cadences[instrumentId];
  return Object.hasOwn(cadences, '') ? cadences[''] : null;
}

/** (nBars - 1,) nanoseconds; exact below 104 days. */
function gapsOf(tsEvent: BigInt64Array): Float64Array {
  const gaps = new Float64Array(Math.max(0, tsEvent.length - 1));
  for (let i = 0; i < gaps.length; i++) gaps[i] = Number(tsEvent[i + 1] - tsEvent[i]);
  return gaps;
}

function commonStep(sorted: Float64Array): bigint | null {
  if (sorted.length === 0) return null;
  const median = sorted[sorted.length >> 1];
  let nEqual = 0;
  for (const gap of sorted) if (gap === median) nEqual++;
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
