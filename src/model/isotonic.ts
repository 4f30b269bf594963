/** The blocks of a rising step function over scores. */
export interface IsotonicSteps {
  /** (nBlocks,) lowest score of each block, rising. */
  readonly thresholds: Float32Array;
  /** (nBlocks,) probability of each block, rising. */
  readonly values: Float64Array;
}

/**
 * Isotonic regression of labels on scores, by pooling adjacent violators. Equal scores share a block, and every block carries
 * pseudo-counts of either class, so that no probability is ever 0 or 1; because they weigh more in small blocks, blocks are
 * pooled until the values rise with and without them.
 *
 * @param raw - (n,) scores, compared in float32. @param label - (n,) 0 or 1.
 * @param pseudoCount - of either class in every block, >= 0; 0 is plain isotonic regression.
 * @see Barlow, Bartholomew, Bremner, Brunk (1972), Statistical Inference under Order Restrictions; Zadrozny, Elkan (2002), Transforming Classifier Scores into Accurate Multiclass Probability Estimates, KDD.
 */
export function fitIsotonic(raw: Float64Array, label: Uint8Array, pseudoCount = 1): IsotonicSteps {
  const order = Array.from(raw.keys()).sort((a, b) => raw[a] - raw[b]);
  const lowest: number[] = [];
  const ones: number[] = [];
  const counts: number[] = [];
  for (const k of order) {
    const score = Math.fround(raw[k]);
    if (lowest.at(-1) === score) {
      ones[ones.length - 1] += label[k];
      counts[counts.length - 1]++;
      continue;
    }
    poolViolators(lowest, ones, counts, pseudoCount);
    lowest.push(score);
    ones.push(label[k]);
    counts.push(1);
  }
  poolViolators(lowest, ones, counts, pseudoCount);
  return {
    thresholds: Float32Array.from(lowest),
    values: Float64Array.from(lowest, (_, b) => blockValue(ones[b], counts[b], pseudoCount)),
  };
}

function blockValue(ones: number, count: number, pseudoCount: number): number {
  return (ones + pseudoCount) / (count + 2 * pseudoCount);
}

/** Pools the last block into the one before as long as the values do not rise, plain shares first, then with pseudo-counts. */
function poolViolators(lowest: number[], ones: number[], counts: number[], pseudoCount: number): void {
  while (lowest.length > 1) {
    const a = lowest.length - 2;
    const b = lowest.length - 1;
    const sharesRise = ones[a] * counts[b] < ones[b] * counts[a];
    const before = blockValue(ones[a], counts[a], pseudoCount);
    const after = blockValue(ones[b], counts[b], pseudoCount);
    if (sharesRise && before < after) return;
    ones[a] += ones[b];
    counts[a] += counts[b];
    lowest.pop();
    ones.pop();
    counts.pop();
  }
}
