/**
 * The probabilities of the next draw of a sequential bootstrap: each event's average uniqueness given what was drawn,
 * normalised.
 *
 * @param t0 - (nEvents,) first bars. @param t1 - (nEvents,) last bars, closed.
 * @param drawn - events drawn so far, repeats allowed.
 * @returns (nEvents,) probabilities summing to 1.
 * @see López de Prado (2018), AFML ch. 4.5, snippet 4.5.
 */
export function sequentialDrawProbabilities(t0: Int32Array, t1: Int32Array, drawn: readonly number[]): Float64Array {
  const end = t1.reduce((last, bar) => Math.max(last, bar), 0);
  const covered = new Int32Array(end + 1);
  for (const k of drawn) for (let i = t0[k]; i <= t1[k]; i++) covered[i]++;
  const uniqueness = Float64Array.from(t0, (start, k) => {
    let sum = 0;
    for (let i = start; i <= t1[k]; i++) sum += 1 / (1 + covered[i]);
    return sum / (t1[k] - start + 1);
  });
  const total = uniqueness.reduce((sum, u) => sum + u, 0);
  return uniqueness.map((u) => u / total);
}
