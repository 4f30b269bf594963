/** The times a label depends on. */
export interface TimedOutcome {
  /** `ts_event` of the entry bar and of the bar that decided, ns; null where an outcome was told without it. */
  readonly entryTs: bigint;
  readonly exitTs: bigint | null;
}

/** Outcomes in the order of their entries, stable. */
export function byEntry<T extends TimedOutcome>(outcomes: readonly T[]): T[] {
  return [...outcomes].sort((a, b) => (a.entryTs < b.entryTs ? -1 : Number(a.entryTs > b.entryTs)));
}

/**
 * Label spans [t0, t1] of outcomes as places in the order of all their times, which is enough to tell which of them overlap.
 *
 * @param ordered - by entry.
 * @returns each (nOutcomes,); t0 does not decrease.
 */
export function labelSpans(ordered: readonly TimedOutcome[]): { readonly t0: Int32Array; readonly t1: Int32Array } {
  const times = [...new Set(ordered.flatMap(({ entryTs, exitTs }) => [entryTs, exitTs ?? entryTs]))];
  times.sort((a, b) => (a < b ? -1 : 1));
  const place = new Map(times.map((ts, i) => [ts, i]));
  const at = (ts: bigint): number => place.get(ts) as number;
  return {
    t0: Int32Array.from(ordered, ({ entryTs }) => at(entryTs)),
    t1: Int32Array.from(ordered, ({ entryTs, exitTs }) => at(exitTs ?? entryTs)),
  };
}
