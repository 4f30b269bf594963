import type { LearnerPool } from '../../model/index.ts';
import type { ComputePool } from './compute-pool.ts';

/** The part of a pool that a learner may use. */
export function learnerPool(pool: ComputePool): LearnerPool {
  return {
    size: pool.size,
    bin: (...input) => pool.run('bin', ...input),
    trees: (...input) => pool.run('trees', ...input),
  };
}
