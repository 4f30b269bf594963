import { majorityOf } from './majority.ts';

/**
 * The bar length, as the most common step (the shortest of equally common ones), and the number of longer steps. Not the
 * median: in a feed that leaves out minutes without a trade more than half of the steps may be gaps.
 *
 * @param steps - (nBars - 1,) ns; may be sorted in place.
 */
export function measureSteps(steps: Float64Array): { barNs: bigint; nGaps: number } {
  const nSteps = steps.length;
  if (nSteps < 1) return { barNs: 0n, nGaps: 0 };
  const { value: common, count } = majorityOf(steps);
  if (2 * count > nSteps)
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
