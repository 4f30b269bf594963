import { checkSameLength } from '../../core/index.ts';
import { normalCdf } from '../../math/index.ts';

/** Events of one fold with the bands that were known before it. Rows are events. */
export interface BandedEvents {
  /** (n,) calibrated probability. */
  readonly probability: Float64Array;
  /** (n,) ends of its 90 % band. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** (n,) 0 or 1. */
  readonly label: Uint8Array;
}

/** Groups of events whose hit rates were compared with their band. */
export interface GroupCoverage {
  readonly nGroups: number;
  /** Number of groups whose hit rate lay within the band. */
  readonly nInside: number;
  /** The number that is expected of a band that is right. */
  readonly nExpected: number;
}

/** Fewest events of a group: its hit rate still has an error of up to 0.05. */
const MIN_GROUP = 100;
const MAX_GROUPS = 10;
/** Standard errors from the middle to an end of a 90 % band. */
const HALF_BAND = 1.6448536269514722;

/**
 * How many groups of neighbouring probabilities had a hit rate within the mean band of their events. A hit rate has chance of its
 * own, so that even a band that is right holds fewer than 90 % of them.
 *
 * @returns of up to ten groups of at least 100 events; none under 100 events.
 */
export function bandCoverage({ probability, low, high, label }: BandedEvents): GroupCoverage {
  const n = label.length;
  checkSameLength('probability', probability, 'label', label);
  const order = Int32Array.from(label.keys()).sort((a, b) => probability[a] - probability[b] || a - b);
  const nGroups = Math.min(MAX_GROUPS, Math.floor(n / MIN_GROUP));
  let [nInside, nExpected] = [0, 0];
  for (let g = 0; g < nGroups; g++) {
    const rows = order.subarray(Math.floor((g * n) / nGroups), Math.floor(((g + 1) * n) / nGroups));
    const mean = (column: ArrayLike<number>): number => rows.reduce((sum, k) => sum + column[k], 0) / rows.length;
    const [hits, from, to] = [mean(label), mean(low), mean(high)];
    if (hits >= from && hits <= to) nInside++;
    nExpected += chanceInside(mean(probability), rows.length, to - from);
  }
  return { nGroups, nInside, nExpected };
}

/** Chance that the hit rate of a group lies within a band of that width, where hits are independent and the band is right. */
function chanceInside(probability: number, nEvents: number, width: number): number {
  const ofBand = width / 2 / HALF_BAND;
  const ofHits = Math.sqrt((probability * (1 - probability)) / nEvents);
  const error = Math.hypot(ofBand, ofHits);
  return error > 0 ? 2 * normalCdf(width / 2 / error) - 1 : 1;
}
