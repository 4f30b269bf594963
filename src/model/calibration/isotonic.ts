import { sortedCopy } from '../forest/sorted-copy.ts';

/** Rising step function over scores. */
export interface IsotonicSteps {
  /** (nBlocks,) lowest score of each block, rising. */
  readonly thresholds: Float32Array;
  /** (nBlocks,) probability of each block, rising. */
  readonly values: Float64Array;
}

/** Block of neighbouring scores with one probability. */
interface Block {
  readonly lowest: number;
  readonly ones: number;
  readonly count: number;
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
  const probabilityOf = ({ ones, count }: Block): number => (ones + pseudoCount) / (count + 2 * pseudoCount);
  const plain = poolViolators(blocksOfScores(raw, label), (a, b) => a.ones * b.count < b.ones * a.count);
  const blocks = poolViolators(plain, (a, b) => probabilityOf(a) < probabilityOf(b));
  return {
    thresholds: Float32Array.from(blocks, ({ lowest }) => lowest),
    values: Float64Array.from(blocks, probabilityOf),
  };
}

/** One block per distinct score, rising. */
function blocksOfScores(raw: Float64Array, label: Uint8Array): Block[] {
  const scores = sortedCopy(Float32Array.from(raw));
  const scoresOfOnes = sortedCopy(Float32Array.from(raw.filter((_, k) => label[k] === 1)));
  const blocks: Block[] = [];
  let [n, nOnes] = [0, 0];
  while (n < scores.length) {
    const [first, firstOne, lowest] = [n, nOnes, scores[n]];
    do n++;
    while (scores[n] === lowest);
    while (scoresOfOnes[nOnes] === lowest) nOnes++;
    blocks.push({ lowest, ones: nOnes - firstOne, count: n - first });
  }
  return blocks;
}

/** Pools neighbouring blocks until each one rises above the one before. */
function poolViolators(blocks: readonly Block[], rises: (before: Block, after: Block) => boolean): Block[] {
  const kept: Block[] = [];
  for (const block of blocks) {
    let last = block;
    for (let before = kept.at(-1); before !== undefined && !rises(before, last); before = kept.at(-1)) {
      last = pooled(before, last);
      kept.pop();
    }
    kept.push(last);
  }
  return kept;
}

function pooled(before: Block, after: Block): Block {
  return { lowest: before.lowest, ones: before.ones + after.ones, count: before.count + after.count };
}
