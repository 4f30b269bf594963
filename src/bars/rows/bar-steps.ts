/** (nBars - 1,) ns between bars: exact up to 104 days. @param tsEvent - (nBars,) UNIX ns, nBars >= 1. */
export function stepsOf(tsEvent: BigInt64Array): Float64Array {
  const steps = new Float64Array(tsEvent.length - 1);
  // As halves, low one first, because a difference of bigints is an allocation.
  const words = new Uint32Array(tsEvent.buffer, tsEvent.byteOffset, 2 * tsEvent.length);
  for (let i = 0; i < steps.length; i++) {
    steps[i] = ((words[2 * i + 3] - words[2 * i + 1]) | 0) * 2 ** 32 + (words[2 * i + 2] - words[2 * i]);
  }
  return steps;
}

/**
 * The bar length, as the most common step (the shortest of equally common ones), and the number of longer steps. Not the
 * median: in a feed that leaves out minutes without a trade more than half of the steps may be gaps.
 *
 * @param steps - (nBars - 1,) ns; may be sorted in place.
 */
export function measureSteps(steps: Float64Array): { barNs: bigint; nGaps: number } {
  const nSteps = steps.length;
  if (nSteps < 1) return { barNs: 0n, nGaps: 0 };
  const common = majorityOf(steps);
  if (common !== null)
    return { barNs: BigInt(common), nGaps: steps.reduce((n, step) => (step > common ? n + 1 : n), 0) };
  steps.sort();
  let barNs = steps[0];
  let nCommon = 0;
  let nUpTo = 0; // steps <= barNs
  for (let start = 0, end = 0; start < nSteps; start = end) {
    while (end < nSteps && steps[end] === steps[start]) end++;
    if (end - start <= nCommon) continue;
    barNs = steps[start];
    nCommon = end - start;
    nUpTo = end;
  }
  return { barNs: BigInt(barNs), nGaps: nSteps - nUpTo };
}

/** What more than half of the steps are, which needs no sorting; null where nothing is. */
function majorityOf(steps: Float64Array): number | null {
  let candidate = 0;
  let votes = 0;
  for (const step of steps) {
    if (votes === 0) candidate = step;
    votes += step === candidate ? 1 : -1;
  }
  let n = 0;
  for (const step of steps) if (step === candidate) n++;
  return 2 * n > steps.length ? candidate : null;
}
