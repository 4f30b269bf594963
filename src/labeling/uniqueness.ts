import { ConditionError, checkSameLength } from '../core/index.ts';

/**
 * For every bar from the first start to the last end, how many label spans cover it.
 *
 * @param t0 - (nEvents,) first bar of each span; in any order.
 * @param t1 - (nEvents,) last bar of each span, closed; >= t0.
 * @returns the counts, and the bar of entry 0.
 * @see López de Prado (2018), AFML snippet 4.1.
 */
export function numConcurrentEvents(t0: Int32Array, t1: Int32Array): { first: number; counts: Int32Array } {
  checkSameLength('t1', t1, 't0', t0);
  if (t0.length === 0) return { first: 0, counts: new Int32Array(0) };
  let first = Infinity;
  let last = -Infinity;
  for (let k = 0; k < t0.length; k++) {
    if (t1[k] < t0[k]) throw new ConditionError(`t1[${k}]`, `>= t0 (${t0[k]})`, t1[k]);
    first = Math.min(first, t0[k]);
    last = Math.max(last, t1[k]);
  }
  const counts = new Int32Array(last - first + 2);
  for (let k = 0; k < t0.length; k++) {
    counts[t0[k] - first]++;
    counts[t1[k] - first + 1]--;
  }
  for (let i = 1; i < counts.length; i++) counts[i] += counts[i - 1];
  return { first, counts: counts.subarray(0, last - first + 1) };
}

/**
 * How little each label span overlaps the others of the same set: the mean over its bars of one over the number of spans
 * that cover the bar.
 *
 * @returns (nEvents,) in (0, 1]; 1 for a span that overlaps no other.
 * @see López de Prado (2018), AFML ch. 4.4, snippet 4.2. Summed span by span: differences of one running sum would lose
 * digits.
 */
export function averageUniqueness(t0: Int32Array, t1: Int32Array): Float64Array {
  const { first, counts } = numConcurrentEvents(t0, t1);
  const uniqueness = new Float64Array(t0.length);
  for (let k = 0; k < t0.length; k++) {
    let sum = 0;
    for (let i = t0[k] - first; i <= t1[k] - first; i++) sum += 1 / counts[i];
    uniqueness[k] = sum / (t1[k] - t0[k] + 1);
  }
  return uniqueness;
}
