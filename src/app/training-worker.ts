import type { OrchestratorConfig } from '../config/index.ts';
import { safeLogger } from '../ports/index.ts';
import { consoleLogger, coreCount } from '../runtime/index.ts';
import { createTrainingWorker, sourcesOf, workerPool } from '../trainer/index.ts';
import { type ComputePool, computeTasks, inlineCompute, type OwnParts, trainingParts } from '../training/index.ts';
import { type CreateOptions, ownPartsOf } from './create-orchestrator.ts';
import { loadModules } from './own-modules.ts';

/** Threads for work of a training that is done beside it. @throws {TrainingError} for closures that would have to leave this thread. */
export function createComputePool(workers: number, own?: OwnParts): ComputePool {
  return workers === 1 ? inlineCompute(computeTasks(trainingParts(own))) : workerPool(workers, sourcesOf(own));
}

/** What a worker runs on. With parts of its own it takes trainings with the same ones, by their hashes, and no others. */
export type WorkerOptions = Pick<CreateOptions, 'workers' | 'logger' | 'features' | 'labeler' | 'learner'>;

/** A worker that takes trainings from the queue. */
export interface TrainingWorkerProcess {
  /** Takes nothing more, and gives back what is not done within `deadlineMs`. */
  close(deadlineMs: number): Promise<void>;
}

/**
 * Takes trainings from the queue that `trainer.queue` names, in this process; as `ml4t worker` does, with parts of one's own.
 *
 * @throws {ConditionError} for a URL or a secret that cannot be used.
 */
export async function startTrainingWorker(
  config: OrchestratorConfig,
  options: WorkerOptions = {},
): Promise<TrainingWorkerProcess> {
  const { workers = coreCount() } = options;
  const logger = safeLogger(options.logger ?? consoleLogger);
  const own = ownPartsOf({ ...options, ...(await loadModules(config, options)) });
  return createTrainingWorker(config, { workers, logger, own });
}
