import { nanosBetween } from '../core/index.ts';
import type { Outcome } from '../domain/index.ts';

/** The times a label depends on. */
type OutcomeTimes = Pick<Outcome, 'entryTs' | 'exitTs'>;

/** Label spans [t0, t1] as places, each (nOutcomes,); t0 does not decrease. */
export interface LabelSpans {
  readonly t0: Int32Array;
  readonly t1: Int32Array;
}

// Monitors look at hundreds of outcomes after every few of them, at the rate of the signals: plain loops over numbers.

/** Outcomes in the order of their entries, stable. */
export function byEntry<T extends OutcomeTimes>(outcomes: readonly T[]): T[] {
  const entry = entriesOf(outcomes);
  if (isRising(entry)) return outcomes.slice();
  const order = new Uint32Array(outcomes.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  order.sort((a, b) => (entry[a] < entry[b] ? -1 : entry[a] > entry[b] ? 1 : a - b));
  const ordered: T[] = [];
  for (let k = 0; k < order.length; k++) ordered.push(outcomes[order[k]]);
  return ordered;
}

/**
 * Label spans of outcomes as places in the order of their entries, which is enough to know which of them overlap.
 *
 * @param ordered - by entry.
 */
export function labelSpans(ordered: readonly OutcomeTimes[]): LabelSpans {
  const entry = entriesOf(ordered);
  const n = entry.length;
  const t0 = new Int32Array(n);
  const t1 = new Int32Array(n);
  for (let k = 0; k < n; k++) {
    const { entryTs, exitTs } = ordered[k];
    t0[k] = k > 0 && entry[k] === entry[k - 1] ? t0[k - 1] : k;
    t1[k] = lastAtOrBefore(entry, nanosBetween(ordered[0].entryTs, exitTs ?? entryTs));
  }
  return { t0, t1 };
}

/** (nOutcomes,) entries as ns since the first outcome's: small numbers, quick to compare. */
function entriesOf(outcomes: readonly OutcomeTimes[]): Float64Array {
  const entry = new Float64Array(outcomes.length);
  for (let i = 0; i < entry.length; i++) entry[i] = nanosBetween(outcomes[0].entryTs, outcomes[i].entryTs);
  return entry;
}

function isRising(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i - 1] > values[i]) return false;
  return true;
}

/** The last of rising entries that is not after a time; -1 where all are. */
function lastAtOrBefore(entry: Float64Array, time: number): number {
  let low = 0;
  let high = entry.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entry[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
