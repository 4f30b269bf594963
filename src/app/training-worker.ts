import type { OrchestratorConfig } from '../config/index.ts';
import { consoleLogger, coreCount } from '../runtime/index.ts';
import { createTrainingWorker, sourcesOf, workerPool } from '../trainer/index.ts';
import { type ComputePool, computeTasks, inlineCompute, type OwnParts, trainingParts } from '../training/index.ts';
import { type CreateOptions, ownPartsOf } from './create-orchestrator.ts';

/** Threads for work of a training that is done beside it. @throws {TrainingError} for closures that would have to leave this thread. */
export function createComputePool(workers: number, own?: OwnParts): ComputePool {
  return workers === 1 ? inlineCompute(computeTasks(trainingParts(own))) : workerPool(workers, sourcesOf(own));
}

/** A process that takes trainings from the queue. @throws {ConditionError} for a URL or a secret that cannot be used. */
export function startTrainingWorker(
  config: OrchestratorConfig,
  options: Pick<CreateOptions, 'workers' | 'logger' | 'features' | 'labeler' | 'learner'> = {},
): ReturnType<typeof createTrainingWorker> {
  const { workers = coreCount(), logger = consoleLogger } = options;
  return createTrainingWorker(config, { workers, logger, own: ownPartsOf(options) });
}
