import { groupScores, type ScoreGroups } from './score-groups.ts';

/** Rising step function over scores. */
export interface IsotonicSteps {
  /** (nBlocks,) lowest score of each block, rising. */
  readonly thresholds: Float32Array;
  /** (nBlocks,) probability of each block, rising. */
  readonly values: Float64Array;
}

/** Blocks of neighbouring scores with one probability each, the first `n` of the columns. */
interface Blocks {
  readonly lowest: Float32Array;
  readonly ones: Int32Array;
  readonly counts: Int32Array;
  n: number;
}

/**
 * Isotonic regression of labels on scores, by pooling adjacent violators. Equal scores share a block, and every block has
 * pseudo-counts of either class, so that no probability is 0 or 1. Pseudo-counts weigh more in small blocks, so a second
 * pass pools the blocks whose values no longer rise. One pass with pseudo-counts would pool too much: a block begins with
 * one sample, whose value is at most 2/3, and any neighbour above 2/3 would absorb it before it can grow.
 *
 * @param raw - (n,) scores, compared in float32. @param label - (n,) 0 or 1.
 * @param pseudoCount - number of pseudo-counts of either class in every block, >= 0; 0 is plain isotonic regression.
 * @see Barlow, Bartholomew, Bremner, Brunk (1972), Statistical Inference under Order Restrictions; Zadrozny, Elkan
 * (2002), Transforming Classifier Scores into Accurate Multiclass Probability Estimates, KDD.
 */
export function fitIsotonic(raw: Float64Array, label: Uint8Array, pseudoCount = 1): IsotonicSteps {
  return isotonicOfGroups(groupScores(raw, label), pseudoCount);
}

/** {@link fitIsotonic} of scores that are grouped already. */
export function isotonicOfGroups(groups: ScoreGroups, pseudoCount = 1): IsotonicSteps {
  const blocks = blocksOf(groups);
  // Shares of integers are compared without a division, so that equal ones are equal.
  poolViolators(blocks, 0);
  poolViolators(blocks, pseudoCount);
  const { lowest, ones, counts, n } = blocks;
  return {
    thresholds: lowest.slice(0, n),
    values: Float64Array.from({ length: n }, (_, b) => (ones[b] + pseudoCount) / (counts[b] + 2 * pseudoCount)),
  };
}

/** One block per score that has any rows. */
function blocksOf({ scores, ones, counts }: ScoreGroups): Blocks {
  const size = scores.length;
  const blocks = { lowest: new Float32Array(size), ones: new Int32Array(size), counts: new Int32Array(size), n: 0 };
  for (let g = 0; g < size; g++) {
    if (counts[g] === 0) continue;
    blocks.lowest[blocks.n] = scores[g];
    blocks.ones[blocks.n] = ones[g];
    blocks.counts[blocks.n++] = counts[g];
  }
  return blocks;
}

/** Pools neighbouring blocks, in place, until the probability of each one is above that of the one before. */
function poolViolators(blocks: Blocks, pseudoCount: number): void {
  const { lowest, ones, counts } = blocks;
  const both = 2 * pseudoCount;
  let top = -1;
  for (let b = 0; b < blocks.n; b++) {
    let [first, nOnes, count] = [lowest[b], ones[b], counts[b]];
    for (; top >= 0; top--) {
      if ((ones[top] + pseudoCount) * (count + both) < (nOnes + pseudoCount) * (counts[top] + both)) break;
      first = lowest[top];
      nOnes += ones[top];
      count += counts[top];
    }
    top++;
    lowest[top] = first;
    ones[top] = nOnes;
    counts[top] = count;
  }
  blocks.n = top + 1;
}
