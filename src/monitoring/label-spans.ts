/** The times a label depends on. */
export interface TimedOutcome {
  /** `ts_event` of the entry bar and of the bar that decided, ns; null where an outcome was told without it. */
  readonly entryTs: bigint;
  readonly exitTs: bigint | null;
}

/** Outcomes in the order of their entries, stable. */
export function byEntry<T extends TimedOutcome>(outcomes: readonly T[]): T[] {
  const entry = sinceFirst(outcomes, ({ entryTs }) => entryTs);
  const isOrdered = entry.every((ns, i) => i === 0 || entry[i - 1] <= ns);
  if (isOrdered) return [...outcomes];
  const order = Uint32Array.from(outcomes.keys()).sort((a, b) => entry[a] - entry[b] || a - b);
  return [...order].map((i) => outcomes[i]);
}

/**
 * Label spans [t0, t1] of outcomes as places in the order of their entries, which is enough to tell which of them overlap.
 *
 * @param ordered - by entry.
 * @returns each (nOutcomes,); t0 does not decrease.
 */
export function labelSpans(ordered: readonly TimedOutcome[]): { readonly t0: Int32Array; readonly t1: Int32Array } {
  const entry = sinceFirst(ordered, ({ entryTs }) => entryTs);
  const exit = sinceFirst(ordered, ({ entryTs, exitTs }) => exitTs ?? entryTs);
  return {
    t0: new Int32Array(entry.length).map((_, i) => countBelow(entry, entry[i], false)),
    t1: new Int32Array(entry.length).map((_, i) => countBelow(entry, exit[i], true) - 1),
  };
}

/** (nOutcomes,) times as ns since the first entry: small numbers, quick to compare. */
function sinceFirst<T extends TimedOutcome>(outcomes: readonly T[], timeOf: (outcome: T) => bigint): Float64Array {
  const first = outcomes[0]?.entryTs ?? 0n;
  return new Float64Array(outcomes.length).map((_, i) => Number(BigInt.asIntN(64, timeOf(outcomes[i]) - first)));
}

/** How many of the rising values are less than a limit, or not above it. */
function countBelow(rising: Float64Array, limit: number, isLimitCounted: boolean): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const isBelow = isLimitCounted ? rising[middle] <= limit : rising[middle] < limit;
    if (isBelow) low = middle + 1;
    else high = middle;
  }
  return low;
}
