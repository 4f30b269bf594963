import type { OrchestratorConfig } from '../config/index.ts';
import { TrainingError } from '../core/index.ts';
import type { Logger } from '../ports/index.ts';
import { requireParts } from '../runtime/index.ts';
import type { OwnParts, Trainer } from '../training/index.ts';
import { workerTrainer } from './worker-trainer.ts';

export interface CreateTrainerOptions {
  /** Worker threads of a training. */
  readonly workers: number;
  readonly logger: Logger;
  /** Maximum duration of a training, milliseconds; by default none. */
  readonly timeoutMs?: number;
}

/**
 * Makes the trainer that `trainer.kind` names: threads of this process, or worker processes that share a queue in Redis.
 *
 * @throws {Ml4tError} `MISSING_PART` where the packages of the queue are not installed.
 */
export function createTrainer(config: OrchestratorConfig, options: CreateTrainerOptions): Trainer {
  if (config.trainer.kind === 'threads') return workerTrainer(options);
  requireParts(['queue']);
  let trainer: Promise<Trainer> | null = null; // BullMQ is loaded with the first training
  let isClosed = false;
  const open = async (): Promise<Trainer> => {
    const { QueueTrainer } = await import('./bullmq/index.ts');
    return new QueueTrainer({ config, ...options });
  };
  return {
    async train(request, onProgress, signal) {
      if (isClosed) throw new TrainingError('TRAINING_FAILED', 'the training was stopped');
      trainer ??= open();
      const opening = trainer;
      opening.catch(() => {
        if (trainer === opening) trainer = null; // what could not be used may be mended before the next training
      });
      return (await opening).train(request, onProgress, signal);
    },
    close: async () => {
      isClosed = true;
      const opened = await trainer?.catch(() => null); // what never opened needs no end
      await opened?.close();
    },
  };
}

/**
 * Starts a worker for the queue of trainings.
 *
 * @param options.own - definitions beside the built-in ones; a training that needs others is refused.
 * @throws {ConditionError} for a URL or a secret that cannot be used. @throws {TrainingError} for definitions that are closures.
 * @throws {Ml4tError} `MISSING_PART` without the packages.
 */
export async function createTrainingWorker(
  config: OrchestratorConfig,
  { workers, logger, own }: Pick<CreateTrainerOptions, 'workers' | 'logger'> & { readonly own?: OwnParts },
): Promise<{ close(deadlineMs: number): Promise<void> }> {
  requireParts(['queue']);
  const { TrainingWorker } = await import('./bullmq/index.ts');
  return new TrainingWorker({ config, threads: workers, logger, ...(own && { own }) });
}
