import type { ForestArrays } from './forest-arrays.ts';
import type { ForestOptions } from './forest-options.ts';
import { assembleForest } from './grow-forest.ts';
import type { LearnerPool } from './learner-pool.ts';
import { quantizeWeights } from './quantize-weights.ts';

/** Rows to grow a forest on; columns on shared memory are read in place by every thread. */
export interface ForestRows {
  /** (nRows, nFeatures) row-major. */
  readonly x: Float32Array;
  readonly nFeatures: number;
  /** (nRows,) 0 or 1. */
  readonly y: Uint8Array;
  /** (nRows,) >= 0. */
  readonly weight: Float64Array;
}

/** Number of blocks of trees for each thread; several, so that all threads end at about the same time. */
const BLOCKS_A_THREAD = 4;

/**
 * Grows a forest on a pool: bins, then trees in blocks. The forest is the same for every pool.
 *
 * @param onTrees - called with the number of trees just grown.
 */
export async function growOnPool(
  pool: LearnerPool,
  rows: ForestRows,
  options: ForestOptions,
  onTrees: (nGrown: number) => void = () => undefined,
): Promise<ForestArrays> {
  const { x, nFeatures, y } = rows;
  const weight = quantizeWeights(rows.weight);
  const binned = await pool.bin(x, nFeatures);
  const nBlocks = Math.min(options.nEstimators, pool.size === 1 ? 1 : pool.size * BLOCKS_A_THREAD);
  const bound = (b: number): number => Math.floor((b * options.nEstimators) / nBlocks);
  const blocks = await Promise.all(
    Array.from({ length: nBlocks }, async (_, b) => {
      const [firstTree, endTree] = [bound(b), bound(b + 1)];
      const block = await pool.trees(binned, y, weight, options, firstTree, endTree);
      onTrees(endTree - firstTree);
      return block;
    }),
  );
  return assembleForest(blocks, options, nFeatures);
}
