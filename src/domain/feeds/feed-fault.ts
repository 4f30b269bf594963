import type { Cadence } from './cadence.ts';

/** What is wrong with bars for a signal; times in nanoseconds. */
export type FeedFault =
  | { readonly state: 'silent'; readonly ageNs: bigint; readonly limitNs: bigint }
  | { readonly state: 'wrong_step'; readonly stepNs: bigint; readonly modelStepNs: bigint }
  | { readonly state: 'hole'; readonly gapNs: bigint; readonly longestNs: bigint; readonly fromTs: bigint };

/**
 * What is wrong with the last bars for a signal, by what the model states of its training bars. They are `silent` once the signal is
 * further from the last of them than `maxAgeBars` steps and the usual gap; have another step than the model's where a gap is shorter
 * than every one of the training, or equal ones that are not the step follow each other more than twice as often as there; and have a
 * `hole` where a gap is longer than every one of the training.
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
  const limitNs = ageLimitNs(cadence, maxAgeBars);
  if (ageNs > limitNs) return { state: 'silent', ageNs, limitNs };
  return faultInside(tsEvent, cadence);
}

/** The age of the last bar from which a signal is stale, nanoseconds. */
export function ageLimitNs({ stepNs, usualGapNs }: Cadence, maxAgeBars: number): bigint {
  const steps = BigInt(Math.round(maxAgeBars * Number(stepNs)));
  return steps > usualGapNs ? steps : usualGapNs;
}

function faultInside(tsEvent: BigInt64Array, cadence: Cadence): FeedFault | null {
  const longestUsualRun = 2 * cadence.longestRun + 1; // illiquid markets skip bars by chance
  const [step, shortest, longest] = [cadence.stepNs, cadence.shortestGapNs, cadence.longestGapNs].map(Number);
  let hole = 0;
  let [before, run] = [0, 0];
  for (let i = 1; i < tsEvent.length; i++) {
    const gap = Number(tsEvent[i] - tsEvent[i - 1]);
    run = gap === step ? 0 : gap === before ? run + 1 : 1;
    before = gap;
    const isOther = gap < shortest || run > longestUsualRun;
    if (isOther) return { state: 'wrong_step', stepNs: BigInt(gap), modelStepNs: cadence.stepNs };
    if (gap > longest && hole === 0) hole = i;
  }
  if (hole === 0) return null;
  const gapNs = tsEvent[hole] - tsEvent[hole - 1];
  return { state: 'hole', gapNs, longestNs: cadence.longestGapNs, fromTs: tsEvent[hole - 1] };
}

/** One sentence on what is wrong, with the figures behind it. */
export function feedSentence(fault: FeedFault): string {
  switch (fault.state) {
    case 'silent':
      return `the last bar is ${spanText(fault.ageNs)} old, more than the ${spanText(fault.limitNs)} that the model allows`;
    case 'wrong_step':
      return `bars of ${spanText(fault.stepNs)} come where the model learned from bars of ${spanText(fault.modelStepNs)}`;
    case 'hole': {
      const from = new Date(Number(fault.fromTs / 1_000_000n)).toISOString();
      return `no bar for ${spanText(fault.gapNs)} after ${from}, longer than every gap of the training (${spanText(fault.longestNs)})`;
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
