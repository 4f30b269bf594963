import { type BinnedMatrix, binsFor, type LearnerPool } from '../../model/index.ts';
import { piecesOf } from './by-features.ts';
import type { ComputePool } from './compute-pool.ts';

/** The part of a pool that a learner may use. */
export function learnerPool(pool: ComputePool): LearnerPool {
  return {
    size: pool.size,
    bin: (x, nFeatures) => binOnPool(pool, x, nFeatures),
    trees: (...input) => pool.run('trees', ...input),
  };
}

/** Bins the features in pieces, which write to the same shared memory. */
async function binOnPool(pool: ComputePool, x: Float32Array, nFeatures: number): Promise<BinnedMatrix> {
  const bins = binsFor(x);
  const pieces = await Promise.all(
    piecesOf(pool, nFeatures).map(([first, end]) => pool.run('bin', x, nFeatures, first, end, bins)),
  );
  return { ...pieces[0], bins, edges: pieces.flatMap(({ edges }) => edges) };
}
