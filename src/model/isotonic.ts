/** The blocks of a rising step function over scores. */
export interface IsotonicSteps {
  /** (nBlocks,) lowest score of each block, rising. */
  readonly thresholds: Float32Array;
  /** (nBlocks,) probability of each block, rising. */
  readonly values: Float64Array;
}

/** Neighbouring scores that share a probability. */
interface Block {
  readonly lowest: number;
  readonly ones: number;
  readonly count: number;
}

/**
 * Isotonic regression of labels on scores, by pooling adjacent violators. Equal scores share a block, and every block carries
 * pseudo-counts of either class, so that no probability is ever 0 or 1. Pseudo-counts weigh more in small blocks, so blocks
 * whose values do not rise with them are pooled once more. That must wait for the finished blocks: a block begins with a
 * single sample, worth at most 2/3, and would be swallowed by any neighbour above that before it could grow.
 *
 * @param raw - (n,) scores, compared in float32. @param label - (n,) 0 or 1.
 * @param pseudoCount - of either class in every block, >= 0; 0 is plain isotonic regression.
 * @see Barlow, Bartholomew, Bremner, Brunk (1972), Statistical Inference under Order Restrictions; Zadrozny, Elkan (2002), Transforming Classifier Scores into Accurate Multiclass Probability Estimates, KDD.
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

/** One block a distinct score, rising. */
function blocksOfScores(raw: Float64Array, label: Uint8Array): Block[] {
  const blocks: Block[] = [];
  for (const k of Array.from(raw.keys()).sort((a, b) => raw[a] - raw[b])) {
    const own = { lowest: Math.fround(raw[k]), ones: label[k], count: 1 };
    const last = blocks.at(-1);
    if (last?.lowest === own.lowest) blocks[blocks.length - 1] = pooled(last, own);
    else blocks.push(own);
  }
  return blocks;
}

/** Pools neighbours until each one rises above the one before. */
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
