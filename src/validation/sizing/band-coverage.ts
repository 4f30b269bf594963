import { checkSameLength } from '../../core/index.ts';

/** Events of one fold with the bands that were known before it. Rows are events. */
export interface BandedEvents {
  /** (n,) calibrated probability. */
  readonly probability: Float64Array;
  /** (n,) ends of its band. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** (n,) 0 or 1. */
  readonly label: Uint8Array;
}

/** Fewest events of a group: its hit rate still has an error of up to 0.05. */
const MIN_GROUP = 100;
const MAX_GROUPS = 10;

/**
 * How many groups of neighbouring probabilities had a hit rate within the mean band of their events.
 *
 * @returns of up to ten groups of at least 100 events; none under 100 events.
 */
export function bandCoverage({ probability, low, high, label }: BandedEvents): {
  readonly nInside: number;
  readonly nGroups: number;
} {
  const n = label.length;
  checkSameLength('probability', probability, 'label', label);
  const order = Int32Array.from(label.keys()).sort((a, b) => probability[a] - probability[b] || a - b);
  const nGroups = Math.min(MAX_GROUPS, Math.floor(n / MIN_GROUP));
  let nInside = 0;
  for (let g = 0; g < nGroups; g++) {
    const rows = order.subarray(Math.floor((g * n) / nGroups), Math.floor(((g + 1) * n) / nGroups));
    const mean = (column: ArrayLike<number>): number => rows.reduce((sum, k) => sum + column[k], 0) / rows.length;
    const hits = mean(label);
    if (hits >= mean(low) && hits <= mean(high)) nInside++;
  }
  return { nInside, nGroups };
}
