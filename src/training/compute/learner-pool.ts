import { type BinnedMatrix, binsFor, type FeatureProfile, type LearnerPool } from '../../model/index.ts';
import { piecesOf } from './by-features.ts';
import type { ComputePool } from './compute-pool.ts';

/** Called with features that were binned, and their profiles, which follow from the same sorts. */
export type OnProfiles = (x: Float32Array, profiles: readonly FeatureProfile[]) => void;

/** The part of a pool that a learner may use. */
export function learnerPool(pool: ComputePool, onProfiles: OnProfiles = () => undefined): LearnerPool {
  return {
    size: pool.size,
    bin: (x, nFeatures) => binOnPool(pool, x, nFeatures, onProfiles),
    trees: (...input) => pool.run('trees', ...input),
    boost: (...input) => pool.run('boost', ...input),
    rounds: (...input) => pool.run('rounds', ...input),
  };
}

/** Bins the features in pieces, which write to the same shared memory. */
async function binOnPool(
  pool: ComputePool,
  x: Float32Array,
  nFeatures: number,
  onProfiles: OnProfiles,
): Promise<BinnedMatrix> {
  const bins = binsFor(x);
  const pieces = await Promise.all(
    piecesOf(pool, nFeatures).map(([first, end]) => pool.run('bin', x, nFeatures, first, end, bins)),
  );
  onProfiles(
    x,
    pieces.flatMap(({ profiles }) => profiles),
  );
  return { ...pieces[0].binned, bins, edges: pieces.flatMap(({ binned }) => binned.edges) };
}
