import { checkSameLength } from '../core/index.ts';
import { pick, rowsWhere, sharedFloats } from '../math/index.ts';

/** Labels known before the first event. */
export interface KnownLabels {
  /** Share of ones, (0, 1). */
  readonly baseRate: number;
  /** Number of labels, > 0. */
  readonly n: number;
}

/** One pseudo-count for each class, so that no rate is 0 or 1. */
const NOTHING_KNOWN: KnownLabels = { baseRate: 0.5, n: 2 };

/**
 * Computes the benchmark forecast of each event: the share of ones among the labels that ended before the event began
 * and those known before all events.
 *
 * @param t0 - (nEvents,) bar indices of the entries, not decreasing.
 * @param t1 - (nEvents,) bar indices of the labels' ends, closed.
 * @param label - (nEvents,) 0 or 1; entry i is used at event k only where t1[i] < t0[k].
 * @param known - labels before the first event, counted as if they had ended; by default one of each class.
 * @returns (nEvents,) probabilities in (0, 1); the known base rate before the first label has ended.
 * @throws {ConditionError} when the lengths differ.
 * @see Dawid (1984), Statistical Theory: The Prequential Approach, JRSS A 147(2).
 */
export function prequentialBaseRate(
  t0: Int32Array,
  t1: Int32Array,
  label: Uint8Array,
  known: KnownLabels = NOTHING_KNOWN,
): Float64Array {
  checkSameLength('t1', t1, 't0', t0);
  checkSameLength('label', label, 't0', t0);
  const ends = t1.toSorted();
  const endsOfOnes = pick(
    t1,
    rowsWhere(t1.length, (k) => label[k] === 1),
  ).sort();
  const rate = sharedFloats(t0.length);
  let ended = 0;
  let ones = 0;
  for (let k = 0; k < t0.length; k++) {
    while (ended < ends.length && ends[ended] < t0[k]) ended++;
    while (ones < endsOfOnes.length && endsOfOnes[ones] < t0[k]) ones++;
    rate[k] = (ones + known.baseRate * known.n) / (ended + known.n);
  }
  return rate;
}
