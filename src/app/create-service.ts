import { join } from 'node:path';
import type { OrchestratorConfig } from '../config/index.ts';
import type { FeatureName } from '../domain/index.ts';
import { featureGuard } from '../inference/index.ts';
import type { SignalService } from '../live/index.ts';
import { consoleLogger, coreCount, removeLeftovers, sha256, systemClock } from '../runtime/index.ts';
import { labelerGuard, trainingParts } from '../training/index.ts';
import { type CreateOptions, createOrchestrator, ownPartsOf } from './create-orchestrator.ts';

/** Threads of a training inside a service: every core but the one that serves signals. */
export const SPARE_CORES = Math.max(1, coreCount() - 1);

export interface CreateServiceOptions extends CreateOptions {
  /** The file at `model_path` serves even where a champion is kept. */
  readonly isModelNamed?: boolean;
  /** The columns of a forest that is not ours. */
  readonly modelColumns?: readonly FeatureName[] | undefined;
}

/**
 * The live service, in this process: a journal and models in `server.data_dir`. Its transports are the caller's.
 *
 * @throws {JournalError} `JOURNAL_LOCKED` | `JOURNAL_DAMAGED`. @throws {DataError} when the directory cannot be used.
 * @throws {ConditionError} for a feature in the settings that is not known, and a labeler that breaks a rule.
 */
export async function createSignalService(
  config: OrchestratorConfig,
  options: CreateServiceOptions = {},
): Promise<SignalService> {
  const { logger = consoleLogger, isModelNamed = false, modelColumns } = options;
  const { dataDir: directory } = config.server;
  const training = { isBackground: true, timeoutMs: config.retrain.timeoutSeconds * 1000 };
  // Loaded here, so that a program that only judges never reads the rooms of the service.
  const [{ openJournal }, { fileModelRegistry, fileModelStore, threadedDecoder }, live] = await Promise.all([
    import('../journal/index.ts'),
    import('../registry/index.ts'),
    import('../live/index.ts'),
  ]);
  const decodeModel = threadedDecoder(trainingParts(ownPartsOf(options)).learner);
  const spare = { training, decodeModel, workers: SPARE_CORES };
  const orchestrator = createOrchestrator(config, { ...spare, ...options, logger });
  const journal = await openJournal({ directory, ...config.journal, logger });
  const models = join(directory, 'models');
  await removeLeftovers(models); // the directory is locked: nobody writes there
  const ports = {
    orchestrator,
    decodeModel: labelerGuard(
      featureGuard(decodeModel, orchestrator.features),
      orchestrator.labeler,
      ownPartsOf(options),
    ),
    journal,
    registry: fileModelRegistry(models),
    modelStore: fileModelStore,
    clock: systemClock,
    nowMs: Date.now,
    logger,
    sha256,
    newId: () => crypto.randomUUID(),
  };
  try {
    return await live.SignalService.start(ports, { isNamed: isModelNamed, features: modelColumns });
  } catch (error) {
    await journal.close();
    throw error;
  }
}
