import { TrainingError } from '../core/index.ts';
import { sha256, systemClock } from '../runtime/index.ts';
import { computeTasks, inlineCompute, runTraining, type Trainer, trainingParts } from '../training/index.ts';

/**
 * Trains on the calling thread, which does nothing else meanwhile: for scripts and tests. It takes definitions that are closures.
 * The model has the same bytes as one that is trained on threads.
 */
export function inlineTrainer(): Trainer {
  let isClosed = false;
  return {
    async train(request, onProgress) {
      if (isClosed) throw new TrainingError('TRAINING_FAILED', 'the training was stopped');
      const pool = inlineCompute(computeTasks(trainingParts(request.own)));
      return runTraining(request, { pool, sha256, clock: systemClock, onProgress });
    },
    close: async () => {
      isClosed = true;
    },
  };
}
