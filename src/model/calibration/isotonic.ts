import { groupScores, type ScoreGroups } from './score-groups.ts';

/** Rising step function over scores. */
export interface IsotonicSteps {
  /** (nBlocks,) lowest score of each block, rising. */
  readonly thresholds: Float32Array;
  /** (nBlocks,) probability of each block, rising. */
  readonly values: Float64Array;
}

/** Pseudo-counts of either class in every block of a calibrator. */
export const PSEUDO_COUNT = 1;

/** Blocks of neighbouring scores with one probability each, the first `n` of the columns. */
export interface Blocks {
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
export function fitIsotonic(raw: Float64Array, label: Uint8Array, pseudoCount = PSEUDO_COUNT): IsotonicSteps {
  return isotonicOfGroups(groupScores(raw, label), pseudoCount);
}

/** {@link fitIsotonic} of scores that are grouped already. @param blocks - working memory for as many groups; by default new. */
export function isotonicOfGroups(
  groups: ScoreGroups,
  pseudoCount = PSEUDO_COUNT,
  blocks: Blocks = emptyBlocks(groups.scores.length),
): IsotonicSteps {
  const { scores, ones: groupOnes, counts: groupCounts } = groups;
  // Shares of integers are compared without a division, so that equal ones are equal.
  poolViolators({ lowest: scores, ones: groupOnes, counts: groupCounts, n: scores.length }, 0, blocks);
  poolViolators(blocks, pseudoCount, blocks);
  const { lowest, ones, counts, n } = blocks;
  return {
    thresholds: lowest.slice(0, n),
    values: Float64Array.from({ length: n }, (_, b) => (ones[b] + pseudoCount) / (counts[b] + 2 * pseudoCount)),
  };
}

/** Memory for blocks of at most `size` scores. */
export function emptyBlocks(size: number): Blocks {
  return { lowest: new Float32Array(size), ones: new Int32Array(size), counts: new Int32Array(size), n: 0 };
}

/**
 * Pools neighbouring blocks until the probability of each one is above that of the one before; blocks without rows are left out.
 *
 * @param pooled - memory for the result; may be that of the blocks themselves.
 */
function poolViolators(blocks: Readonly<Blocks>, pseudoCount: number, pooled: Blocks): void {
  const { lowest, ones, counts } = pooled;
  const { lowest: ownLowest, ones: ownOnes, counts: ownCounts, n } = blocks;
  const both = 2 * pseudoCount;
  let top = -1;
  for (let b = 0; b < n; b++) {
    let count = ownCounts[b];
    if (count === 0) continue;
    let first = ownLowest[b];
    let nOnes = ownOnes[b];
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
  pooled.n = top + 1;
}
