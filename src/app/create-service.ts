import { join } from 'node:path';
import type { OrchestratorConfig } from '../config/index.ts';
import type { WallClock } from '../core/index.ts';
import type { FeatureName } from '../domain/index.ts';
import { featureGuard, heldBarsGuard, type SignalLanes } from '../inference/index.ts';
import type { SignalService } from '../live/index.ts';
import { type AlertSender, type Journal, type Logger, type ModelRegistry, safeLogger } from '../ports/index.ts';
import {
  checkDataDirectory,
  consoleLogger,
  coreCount,
  removeLeftovers,
  sha256,
  systemClock,
} from '../runtime/index.ts';
import { labelerGuard, trainingParts } from '../training/index.ts';
import { startAlerts } from './alerts/start-alerts.ts';
import { type CreateOptions, createOrchestrator, ownPartsOf } from './create-orchestrator.ts';
import { startLanes } from './lanes/start-lanes.ts';
import { modelMaker } from './making/model-maker.ts';
import { modelFiles } from './model-files.ts';
import { loadModules } from './own-modules.ts';
import { borrowedClock, borrowedJournal } from './parts/borrowed.ts';
import { checkOptions } from './parts/check-options.ts';

/** Threads of a training inside a service: every core but the one that serves signals. */
export const SPARE_CORES = Math.max(1, coreCount() - 1);

/** What a service runs on; as {@link CreateOptions}, a part that is handed in is closed by whoever made it, after the service. */
export interface CreateServiceOptions extends CreateOptions {
  /** By default in `server.data_dir`. */
  readonly journal?: Journal;
  /** By default in `server.data_dir`. */
  readonly registry?: ModelRegistry;
  /** By default the clocks of the machine. */
  readonly clock?: WallClock;
  /** The file at `model_path` serves even where a champion is kept. */
  readonly isModelNamed?: boolean;
  /** The columns of a model at `model_path` that was trained elsewhere, and does not name them itself. */
  readonly modelColumns?: readonly FeatureName[] | undefined;
}

/**
 * The live service, in this process: a journal and models in `server.data_dir`. Its transports are the caller's. The modules
 * that the settings name are loaded, unless their definitions are handed in.
 *
 * @throws {JournalError} `JOURNAL_LOCKED` | `JOURNAL_DAMAGED`. @throws {DataError} when the directory cannot be used.
 * @throws {ConditionError} for a feature in the settings or an option that is not known, a part without one of its methods, and a
 * labeler that breaks a rule.
 */
export async function createSignalService(
  config: OrchestratorConfig,
  given: CreateServiceOptions = {},
): Promise<SignalService> {
  checkOptions(given);
  const options = { ...given, ...(await loadModules(config, given)) };
  const { isModelNamed = false, modelColumns, modelStore = modelFiles(config.limits.fileBytes) } = options;
  const clock = options.clock === undefined ? systemClock : borrowedClock(options.clock);
  const logger = safeLogger(options.logger ?? consoleLogger);
  const training = { isBackground: true, timeoutMs: config.retrain.timeoutSeconds * 1000 };
  // Loaded here, so that a program that only judges never reads the rooms of the service.
  const [{ fileModelRegistry, threadedDecoder }, live] = await Promise.all([
    import('../registry/index.ts'),
    import('../live/index.ts'),
  ]);
  const decodeModel =
    options.decodeModel ?? threadedDecoder(trainingParts(ownPartsOf(options)).learner, config.limits.treeLevels);
  const spare = { training, workers: SPARE_CORES };
  const orchestrator = createOrchestrator(config, { ...spare, ...options, decodeModel, logger });
  if (options.registry === undefined) checkDataDirectory(config.server.dataDir);
  const journal = await openOrBorrow(config, options, logger);
  const ports = {
    orchestrator,
    decodeModel: labelerGuard(
      heldBarsGuard(featureGuard(decodeModel, orchestrator.features), config.server.heldBars),
      orchestrator.labeler,
      ownPartsOf(options),
    ),
    journal,
    registry: options.registry ?? fileModelRegistry(modelsIn(config), { maxBytes: config.limits.fileBytes }),
    modelStore,
    clock,
    nowMs: () => clock.nowMs(),
    logger,
    sha256,
    makeModel: modelMaker(config),
    newId: () => crypto.randomUUID(),
  };
  let alerts: AlertSender | null = null;
  let lanes: SignalLanes | null = null;
  try {
    alerts = await startAlerts(config, logger);
    lanes = await startLanes(config, options, logger);
    return await live.SignalService.start(
      { ...ports, alerts, lanes },
      { isNamed: isModelNamed, features: modelColumns },
    );
  } catch (error) {
    await Promise.allSettled([orchestrator.stop(), journal.close(), alerts?.close(0), lanes?.close()]); // what failed first is the reason
    throw error;
  }
}

async function openOrBorrow(config: OrchestratorConfig, given: CreateServiceOptions, logger: Logger): Promise<Journal> {
  if (given.journal !== undefined) return borrowedJournal(given.journal);
  const { openJournal } = await import('../journal/index.ts');
  const journal = await openJournal({ directory: config.server.dataDir, ...config.journal, logger });
  await removeLeftovers(modelsIn(config)); // the directory is locked: nobody writes there
  return journal;
}

function modelsIn({ server }: OrchestratorConfig): string {
  return join(server.dataDir, 'models');
}
