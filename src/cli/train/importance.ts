import { createComputePool } from '../../app/index.ts';
import { sha256, systemClock } from '../../runtime/index.ts';
import {
  type PermutationImportance,
  permutationImportance,
  prepareTraining,
  type TrainingRequest,
} from '../../training/index.ts';
import type { Progress } from '../show/progress.ts';

/** Number of shuffles of each feature. */
const REPEATS = 5;

/** Held-out permutation importance, computed in this process wherever the training ran. */
export async function heldOutImportance(
  request: TrainingRequest,
  workers: number,
  progress: Progress,
): Promise<PermutationImportance> {
  const pool = createComputePool(workers, request.own);
  try {
    progress.update('importance', 0, 1);
    const { context } = await prepareTraining(request, {
      pool,
      sha256,
      clock: systemClock,
      onProgress: () => undefined,
    });
    return await permutationImportance(context, {
      nRepeats: REPEATS,
      seed: request.config.forest.randomState,
      onProgress: (done, total) => progress.update('importance', done, total),
    });
  } finally {
    await pool.close();
  }
}
