import { type Cadence, measureStep } from './cadence.ts';
import { gapAt } from './gaps.ts';
import { isOpenThroughout, openTimeNs } from './open-hours.ts';

// Illiquid markets skip bars by chance: of shared files, in three tenths of their bars 5 equal gaps follow each other, then 13.
const RUN_FACTOR = 3;
const RUN_ROOM = 2;
/** Gap that counts as a hole, in longest gaps of the training: a weekend may end some minutes late. Less than a bar where none is missing. */
const HOLE_FACTOR = 1.05;
/** The same of a gap through which the market is open: the longest of those is one of many, and another training's is longer. */
const OPEN_HOLE_FACTOR = 2;
/** Time from where a market opens or closes within which no such gap is one: the training may not have seen the clocks change. */
const CLOCK_CHANGE_NS = 3_600_000_000_000n;
/** Minimum number of gaps whose common step is compared with that of the model. */
const LEAST_GAPS = 50;

/** What is wrong with bars for a signal; times in nanoseconds. */
export type FeedFault =
  | { readonly state: 'silent'; readonly ageNs: bigint; readonly openNs: bigint; readonly limitNs: bigint }
  | { readonly state: 'wrong_step'; readonly stepNs: bigint; readonly modelStepNs: bigint }
  | {
      readonly state: 'hole';
      readonly gapNs: bigint;
      /** Longest gap of the training: of all, or of those through which the market was open. */
      readonly longestNs: bigint;
      readonly isInOpenHours: boolean;
      readonly fromTs: bigint;
    };

/** Bars of another length than those of the model. */
export type WrongStep = Extract<FeedFault, { readonly state: 'wrong_step' }>;

/**
 * What is wrong with the last bars for a signal, by what the model states of its training bars. They are
 * - `silent` once the signal is further from the last of them, in open hours, than `maxAgeBars` steps, and than the usual gap;
 * - of a `wrong_step` where a gap is shorter than every one of the training, or equal ones that are not the step follow each other far
 *   more often than there (longer ones than the usual gap three times), or most gaps of a long series equal another one;
 * - with a `hole` where a gap is longer than every one of the training, by a twentieth: weekends do not end by the minute; or, through
 *   open hours, twice as long as every such one.
 *
 * @param tsEvent - (nBars,) close times of the bars that are looked at, UNIX ns, rising, nBars >= 1; none after `timestamp`.
 * @param timestamp - event time of the signal, UNIX ns. @param maxAgeBars - > 0. @returns null for nothing.
 */
export function feedFault(
  tsEvent: BigInt64Array,
  timestamp: bigint,
  cadence: Cadence,
  maxAgeBars: number,
): FeedFault | null {
  const last = tsEvent[tsEvent.length - 1];
  const ageNs = timestamp - last;
  const bounds = feedBounds(cadence, maxAgeBars);
  const { limitNs } = bounds;
  const openNs = ageNs > limitNs ? openTimeNs(cadence.openHours, last, timestamp) : 0n;
  if (openNs > limitNs) return { state: 'silent', ageNs, openNs, limitNs };
  return faultInside(tsEvent, cadence, bounds);
}

/** The age of the last bar from which a signal is stale, nanoseconds. */
export function ageLimitNs({ stepNs, usualGapNs }: Cadence, maxAgeBars: number): bigint {
  const steps = BigInt(Math.round(maxAgeBars * Number(stepNs)));
  return steps > usualGapNs ? steps : usualGapNs;
}

/** What ages and gaps are compared with. */
interface FeedBounds {
  /** See {@link ageLimitNs}. */
  readonly limitNs: bigint;
  readonly step: number;
  readonly shortest: number;
  readonly usual: number;
  readonly longest: number;
  /** The least that may be a hole. */
  readonly leastHole: number;
  readonly usualRun: number;
}

/** By `maxAgeBars`, of which the settings name few. */
const boundsOf = new WeakMap<Cadence, Map<number, FeedBounds>>();

/** Made once for a cadence and an age: every signal asks. */
function feedBounds(cadence: Cadence, maxAgeBars: number): FeedBounds {
  const byAge = boundsOf.get(cadence) ?? new Map<number, FeedBounds>();
  const known = byAge.get(maxAgeBars);
  if (known !== undefined) return known;
  const longest = HOLE_FACTOR * Number(cadence.longestGapNs);
  const bounds = {
    limitNs: ageLimitNs(cadence, maxAgeBars),
    step: Number(cadence.stepNs),
    shortest: Number(cadence.shortestGapNs),
    usual: Number(cadence.usualGapNs),
    longest,
    leastHole: Math.min(longest, OPEN_HOLE_FACTOR * Number(cadence.longestOpenGapNs)),
    usualRun: RUN_FACTOR * cadence.longestRun + RUN_ROOM,
  };
  byAge.set(maxAgeBars, bounds);
  boundsOf.set(cadence, byAge);
  return bounds;
}

function faultInside(tsEvent: BigInt64Array, cadence: Cadence, bounds: FeedBounds): FeedFault | null {
  const { step, shortest, usual, longest, leastHole, usualRun } = bounds;
  // As halves, low one first, because a difference of bigints is an allocation: exact below 104 days.
  const words = new Uint32Array(tsEvent.buffer, tsEvent.byteOffset, 2 * tsEvent.length);
  let hole = 0;
  let before = step;
  let run = 0;
  let nSteps = 0;
  for (let i = 2; i < words.length; i += 2) {
    const gap = gapAt(words, i);
    if (gap === step) {
      before = step;
      nSteps++;
      continue;
    }
    run = gap === before ? run + 1 : 1;
    before = gap;
    if (gap < shortest || run > (gap > usual ? RUN_ROOM : usualRun)) return wrongStep(BigInt(gap), cadence);
    if (gap <= leastHole || hole !== 0) continue;
    if (gap > longest || isWellOpen(cadence, tsEvent[i / 2 - 1], tsEvent[i / 2])) hole = i / 2;
  }
  const nGaps = tsEvent.length - 1;
  const other = nGaps >= LEAST_GAPS && 2 * nSteps < nGaps ? measureStep(tsEvent) : null;
  if (other !== null && other !== cadence.stepNs) return wrongStep(other, cadence);
  if (hole === 0) return null;
  const [fromTs, gapNs] = [tsEvent[hole - 1], tsEvent[hole] - tsEvent[hole - 1]];
  const isInOpenHours = Number(gapNs) <= longest;
  const longestNs = isInOpenHours ? cadence.longestOpenGapNs : cadence.longestGapNs;
  return { state: 'hole', gapNs, longestNs, isInOpenHours, fromTs };
}

function isWellOpen({ openHours }: Cadence, from: bigint, to: bigint): boolean {
  return isOpenThroughout(openHours, from - CLOCK_CHANGE_NS, to + CLOCK_CHANGE_NS);
}

function wrongStep(stepNs: bigint, cadence: Cadence): WrongStep {
  return { state: 'wrong_step', stepNs, modelStepNs: cadence.stepNs };
}

/** One sentence on what is wrong, with the figures behind it. */
export function feedSentence(fault: FeedFault): string {
  switch (fault.state) {
    case 'silent': {
      const open = fault.openNs === fault.ageNs ? '' : `, ${spanText(fault.openNs)} of them in open hours`;
      return `the last bar is ${spanText(fault.ageNs)} old${open}, more than the ${spanText(fault.limitNs)} that the model allows`;
    }
    case 'wrong_step':
      return `bars of ${spanText(fault.stepNs)} come where the model learned from bars of ${spanText(fault.modelStepNs)}`;
    case 'hole': {
      const from = new Date(Number(fault.fromTs / 1_000_000n)).toISOString();
      const kind = fault.isInOpenHours ? 'gap of the training in open hours' : 'gap of the training';
      return `no bar for ${spanText(fault.gapNs)} after ${from}, longer than every ${kind} (${spanText(fault.longestNs)})`;
    }
  }
}

const UNITS = [
  ['d', 86_400_000_000_000n],
  ['h', 3_600_000_000_000n],
  ['min', 60_000_000_000n],
  ['s', 1_000_000_000n],
  ['ms', 1_000_000n],
  ['ns', 1n],
] as const;

/** A span in its two largest units: `15 min`, `2 d 4 h`. @param ns - >= 0. */
export function spanText(ns: bigint): string {
  const first = UNITS.findIndex(([, size]) => ns >= size);
  if (first === -1) return '0 s';
  const [[name, size], next] = [UNITS[first], UNITS[first + 1]];
  const rest = next === undefined ? 0n : (ns % size) / next[1];
  return rest === 0n ? `${ns / size} ${name}` : `${ns / size} ${name} ${rest} ${next[0]}`;
}
