import { join } from 'node:path';
import type { OrchestratorConfig } from '../../config/index.ts';
import type { RecomputedDecision } from '../../live/index.ts';
import { readModel } from '../../model/onnx/index.ts';
import { sha256, systemClock } from '../../runtime/index.ts';
import { trainingParts } from '../../training/index.ts';
import { type CreateOptions, ownPartsOf } from '../create-orchestrator.ts';
import { loadModules } from '../own-modules.ts';

/** Recorded decisions, to be taken again. */
export interface DecisionReader {
  /** Null when the journal does not know the signal. @throws {ModelError} when its model is not kept any more. */
  recompute(signalId: string): Promise<RecomputedDecision | null>;
  close(): void;
}

/** Reads the journal in `server.data_dir`, also while a service writes to it. @throws {JournalError} when there is none. */
export async function createDecisionReader(
  config: OrchestratorConfig,
  given: Pick<CreateOptions, 'features' | 'learner'> = {},
): Promise<DecisionReader> {
  const options = { ...given, ...(await loadModules(config, given)) };
  const { features, learner } = trainingParts(ownPartsOf(options));
  const directory = config.server.dataDir;
  const [{ readJournal }, { fileModelRegistry }, { recomputeDecision, recordedBars }] = await Promise.all([
    import('../../journal/index.ts'),
    import('../../registry/index.ts'),
    import('../../live/index.ts'),
  ]);
  const journal = readJournal(directory);
  const registry = fileModelRegistry(join(directory, 'models'));
  const recompute = async (signalId: string): Promise<RecomputedDecision | null> => {
    const recorded = await journal.findSignal(signalId);
    if (recorded === null) return null;
    const { settingsId, modelVersion } = recorded;
    const decoding = { sha256, learner, treeLevels: config.limits.treeLevels };
    const model = modelVersion === null ? null : readModel(await registry.read(modelVersion), decoding);
    const settings = (await journal.findSettings(settingsId)) ?? '{}';
    return recomputeDecision(recorded, await recordedBars(journal, recorded), settings, model, systemClock, features);
  };
  return { recompute, close: () => journal.close() };
}
