import { nanosBetween, nanosSince } from '../core/index.ts';
import type { Outcome } from '../domain/index.ts';
import { lastAtOrBefore, type OutcomeColumns } from './outcome-columns.ts';

/** Label spans [t0, t1] as places, each (nOutcomes,); t0 does not decrease. */
export interface LabelSpans {
  readonly t0: Int32Array;
  readonly t1: Int32Array;
}

/** Outcomes in the order of their entries, stable. */
export function byEntry<T extends Pick<Outcome, 'entryTs'>>(outcomes: readonly T[]): T[] {
  return outcomes.toSorted((a, b) => nanosBetween(b.entryTs, a.entryTs));
}

/**
 * Label spans of outcomes as places in the order of their entries, which is enough to know which of them overlap.
 *
 * @param ordered - by entry.
 */
export function labelSpans({ entryTs, exitTs }: Pick<OutcomeColumns, 'entryTs' | 'exitTs'>): LabelSpans {
  const n = entryTs.length;
  const t0 = new Int32Array(n);
  const t1 = new Int32Array(n);
  if (n === 0) return { t0, t1 };
  const entry = nanosSince(entryTs[0], entryTs);
  const exit = nanosSince(entryTs[0], exitTs);
  for (let k = 0; k < n; k++) {
    t0[k] = k > 0 && entry[k] === entry[k - 1] ? t0[k - 1] : k;
    t1[k] = lastAtOrBefore(entry, exit[k]);
  }
  return { t0, t1 };
}
