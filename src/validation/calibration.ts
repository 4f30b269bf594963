import { checkSameLength } from '../core/index.ts';
import { risingRows } from '../math/index.ts';

/** Group of events with neighbouring probabilities. */
export interface ReliabilityBin {
  /** Number of events. */
  readonly n: number;
  /** Lowest probability in the group. */
  readonly low: number;
  /** Highest probability in the group. */
  readonly high: number;
  readonly meanProbability: number;
  /** Share of ones. */
  readonly hitRate: number;
}

const N_BINS = 10;

/**
 * Expected calibration error: the gap between mean probability and share of ones in each of ten equally wide bins,
 * averaged over the events. Bin b holds b/10 <= probability < (b + 1)/10, the last one 1 as well.
 *
 * @returns [0, 1]; NaN for no events.
 * @throws {ConditionError} when the lengths differ.
 * @see Naeini, Cooper, Hauskrecht (2015), Obtaining Well Calibrated Probabilities Using Bayesian Binning, AAAI.
 */
export function expectedCalibrationError(label: Uint8Array, probability: Float64Array): number {
  checkSameLength('probability', probability, 'label', label);
  const ones = new Float64Array(N_BINS);
  const sum = new Float64Array(N_BINS);
  for (let k = 0; k < label.length; k++) {
    const bin = Math.min(N_BINS - 1, Math.floor(probability[k] * N_BINS));
    ones[bin] += label[k];
    sum[bin] += probability[k];
  }
  let gap = 0;
  for (let bin = 0; bin < N_BINS; bin++) gap += Math.abs(sum[bin] - ones[bin]);
  return gap / label.length;
}

/**
 * Groups events by the deciles of their probability. Equal probabilities stay in one group, so there are fewer groups
 * when a run of them crosses a decile.
 *
 * @returns at most ten groups in rising order of probability; none when there are no events.
 * @throws {ConditionError} when the lengths differ.
 */
export function reliabilityDeciles(label: Uint8Array, probability: Float64Array): ReliabilityBin[] {
  checkSameLength('probability', probability, 'label', label);
  return groupsByRank(probability, N_BINS).map((rows) => summarizeBin(rows, label, probability));
}

/**
 * Rows in groups of the same size by the rank of their values. Equal values stay in one group, so there are fewer groups when a run of
 * them crosses an end.
 *
 * @param values - (n,) finite. @param nGroups - >= 1.
 * @returns at most `nGroups` groups in rising order of the values.
 */
export function groupsByRank(values: Float64Array, nGroups: number): Int32Array[] {
  const order = risingRows(values);
  const groups: Int32Array[] = [];
  let start = 0;
  for (let g = 1; g <= nGroups; g++) {
    let end = Math.floor((g * order.length) / nGroups);
    if (end <= start) continue;
    while (end < order.length && values[order[end]] === values[order[end - 1]]) end++;
    groups.push(order.slice(start, end));
    start = end;
  }
  return groups;
}

/** Summary of the events of one group. @param rows - in rising order of probability, at least one. */
export function summarizeBin(rows: Int32Array, label: Uint8Array, probability: Float64Array): ReliabilityBin {
  return {
    n: rows.length,
    low: probability[rows[0]],
    high: probability[rows[rows.length - 1]],
    meanProbability: rows.reduce((sum, k) => sum + probability[k], 0) / rows.length,
    hitRate: rows.reduce((sum, k) => sum + label[k], 0) / rows.length,
  };
}
