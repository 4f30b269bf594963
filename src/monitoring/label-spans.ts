import type { Outcome } from '../domain/index.ts';
import { lowerBound } from '../math/index.ts';

/** The times a label depends on. */
type OutcomeTimes = Pick<Outcome, 'entryTs' | 'exitTs'>;

/** Outcomes in the order of their entries, stable. */
export function byEntry<T extends OutcomeTimes>(outcomes: readonly T[]): T[] {
  const entry = sinceFirst(outcomes, ({ entryTs }) => entryTs);
  const isOrdered = entry.every((ns, i) => i === 0 || entry[i - 1] <= ns);
  if (isOrdered) return [...outcomes];
  const order = Uint32Array.from(outcomes.keys()).sort((a, b) => entry[a] - entry[b] || a - b);
  return [...order].map((i) => outcomes[i]);
}

/**
 * Label spans [t0, t1] of outcomes as places in the order of their entries, which is enough to know which of them overlap.
 *
 * @param ordered - by entry.
 * @returns each (nOutcomes,); t0 does not decrease.
 */
export function labelSpans(ordered: readonly OutcomeTimes[]): { readonly t0: Int32Array; readonly t1: Int32Array } {
  const entry = sinceFirst(ordered, ({ entryTs }) => entryTs);
  const exit = sinceFirst(ordered, ({ entryTs, exitTs }) => exitTs ?? entryTs);
  return {
    t0: new Int32Array(entry.length).map((_, k) => lowerBound(entry.length, (i) => entry[i] < entry[k])),
    t1: new Int32Array(entry.length).map((_, k) => lowerBound(entry.length, (i) => entry[i] <= exit[k]) - 1),
  };
}

/** (nOutcomes,) times as ns since the first entry: small numbers, quick to compare. */
function sinceFirst<T extends OutcomeTimes>(outcomes: readonly T[], timeOf: (outcome: T) => bigint): Float64Array {
  const first = outcomes[0]?.entryTs ?? 0n;
  return new Float64Array(outcomes.length).map((_, i) => Number(BigInt.asIntN(64, timeOf(outcomes[i]) - first)));
}
