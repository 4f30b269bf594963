import { availableParallelism } from 'node:os';
import type { OrchestratorConfig } from '../config/index.ts';
import { consoleLogger } from '../runtime/index.ts';
import { createTrainingWorker, workerPool } from '../trainer/index.ts';
import { type ComputePool, inlineCompute } from '../training/index.ts';
import type { CreateOptions } from './create-orchestrator.ts';

/** Threads for work of a training that is done beside it. */
export function createComputePool(workers: number): ComputePool {
  return workers === 1 ? inlineCompute() : workerPool(workers);
}

/** A process that takes trainings from the queue. @throws {ConditionError} for a URL or a secret that cannot be used. */
export function startTrainingWorker(
  config: OrchestratorConfig,
  { workers = availableParallelism(), logger = consoleLogger }: Pick<CreateOptions, 'workers' | 'logger'> = {},
): ReturnType<typeof createTrainingWorker> {
  return createTrainingWorker(config, { workers, logger });
}
