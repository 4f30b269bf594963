import { setImmediate } from 'node:timers/promises';
import { atOnce, type CancelSignal, TrainingError } from '../core/index.ts';
import { sha256, systemClock } from '../runtime/index.ts';
import {
  type ComputePool,
  cancelledError,
  computeTasks,
  inlineCompute,
  runTraining,
  type Trainer,
  type TrainingProgress,
  type TrainingRequest,
  trainingParts,
} from '../training/index.ts';
import { workerPool } from './compute/worker-pool.ts';
import { sourcesOf } from './own-sources.ts';

export interface InlineOptions {
  /** Threads for the tasks of a training; 1, the default, is the calling thread alone. They take features of a module only. */
  readonly workers?: number;
}

/**
 * Trains on the calling thread, which does little else meanwhile: for scripts and tests, and for a predictor that was made elsewhere. It takes definitions that are closures. The
 * model has the same bytes as one that is trained on threads. A training is cancelled, or ended by closing, between two of its tasks;
 * the longest grows all trees of a model.
 */
export function inlineTrainer({ workers = 1 }: InlineOptions = {}): Trainer {
  let isClosed = false;
  return {
    async train(request, onProgress, signal) {
      const ended = {
        get aborted() {
          return isClosed || signal?.aborted === true;
        },
      };
      const check = (): void => {
        if (isClosed) throw new TrainingError('TRAINING_FAILED', 'the training was stopped');
        checkNotCancelled(signal);
      };
      check();
      const report = (progress: TrainingProgress): void => {
        check();
        atOnce(onProgress(progress));
        check();
      };
      const pool = between(poolOf(request, workers), check);
      const machinery = { pool, sha256, clock: systemClock, onProgress: report, signal: ended };
      return runTraining(request, machinery)
        .catch((error: unknown) => {
          check(); // a learner that was interrupted failed because of it
          throw error;
        })
        .finally(() => pool.close());
    },
    close: async () => {
      isClosed = true;
    },
  };
}

/** A thread of the pool computes features, and never fits. */
function poolOf({ own }: TrainingRequest, workers: number): ComputePool {
  if (workers === 1) return inlineCompute(computeTasks(trainingParts(own)));
  return workerPool(workers, sourcesOf(own?.features && { features: own.features }));
}

function checkNotCancelled(signal: CancelSignal | undefined): void {
  if (signal?.aborted === true) throw cancelledError(signal);
}

/** A pool that lets the thread do other work before each task, and checks then whether to go on. */
function between(pool: ComputePool, check: () => void): ComputePool {
  return {
    size: pool.size,
    run: async (task, ...input) => {
      await setImmediate();
      check();
      return pool.run(task, ...input);
    },
    close: () => pool.close(),
  };
}
