import { checkSameLength } from '../../core/index.ts';
import { normalCdf, risingRows } from '../../math/index.ts';
import { effectiveTrades } from '../claims/effective.ts';

/** Events of one fold with the bands that were known before it. Rows are events. */
export interface BandedEvents {
  /** (n,) calibrated probability. */
  readonly probability: Float64Array;
  /** (n,) ends of its 90 % band. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** (n,) 0 or 1. */
  readonly label: Uint8Array;
  /** (n,) first and last bar or tick of each label, and which instrument it is of. */
  readonly t0: Int32Array;
  readonly end: Int32Array;
  readonly instrument: Int32Array;
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
 * own, of as many events as are independent by their uniqueness, so that even a band that is right holds fewer than 90 % of them.
 *
 * @returns of up to ten groups of at least 100 events; none under 100 events.
 */
export function bandCoverage(events: BandedEvents): GroupCoverage {
  const { probability, low, high, label, instrument } = events;
  const n = label.length;
  checkSameLength('probability', probability, 'label', label);
  const order = risingRows(probability);
  const nGroups = Math.min(MAX_GROUPS, Math.floor(n / MIN_GROUP));
  let [nInside, nExpected] = [0, 0];
  for (let g = 0; g < nGroups; g++) {
    const rows = order.subarray(Math.floor((g * n) / nGroups), Math.floor(((g + 1) * n) / nGroups));
    const [hits, from, to] = [hitRate(label, rows), meanAt(low, rows), meanAt(high, rows)];
    if (hits >= from && hits <= to) nInside++;
    nExpected += chanceInside(meanAt(probability, rows), effectiveTrades(events, instrument, rows), to - from);
  }
  return { nGroups, nInside, nExpected };
}

function hitRate(label: Uint8Array, rows: Int32Array): number {
  let nHits = 0;
  for (let k = 0; k < rows.length; k++) nHits += label[rows[k]];
  return nHits / rows.length;
}

function meanAt(column: Float64Array, rows: Int32Array): number {
  let sum = 0;
  for (let k = 0; k < rows.length; k++) sum += column[rows[k]];
  return sum / rows.length;
}

/** Chance that the hit rate of so few independent events lies within a band of that width, where the band is right. */
function chanceInside(probability: number, nEffective: number, width: number): number {
  const ofBand = width / 2 / HALF_BAND;
  const ofHits = Math.sqrt((probability * (1 - probability)) / nEffective);
  const error = Math.hypot(ofBand, ofHits);
  return error > 0 ? 2 * normalCdf(width / 2 / error) - 1 : 1;
}
