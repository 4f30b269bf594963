import { join } from 'node:path';
import type { OrchestratorConfig } from '../../config/index.ts';
import type { ExportRequest } from '../../live/index.ts';
import type { MetaModel } from '../../model/index.ts';
import { readModel } from '../../model/onnx/index.ts';
import { consoleLogger, sha256 } from '../../runtime/index.ts';
import { trainingParts } from '../../training/index.ts';
import { ownPartsOf } from '../create-orchestrator.ts';
import { loadModules } from '../own-modules.ts';

/**
 * The recorded decisions of `server.data_dir` as the bytes of a file, also while a service writes to it.
 *
 * @returns their number. @throws {JournalError} where there is no journal, it is not as it was written, or of an older version.
 */
export async function* exportDecisions(
  config: OrchestratorConfig,
  request: ExportRequest,
): AsyncGenerator<Uint8Array, number> {
  const { learner } = trainingParts(ownPartsOf(await loadModules(config)));
  const directory = config.server.dataDir;
  const [{ readJournal }, { fileModelRegistry }, { DecisionExport, FeatureNames, KeptModels }] = await Promise.all([
    import('../../journal/index.ts'),
    import('../../registry/index.ts'),
    import('../../live/index.ts'),
  ]);
  const registry = fileModelRegistry(join(directory, 'models'));
  const decoding = { sha256, learner, treeLevels: config.limits.treeLevels };
  const decodeModel = async (bytes: Uint8Array): Promise<MetaModel> => readModel(bytes, decoding);
  const kept = new KeptModels({ registry, decodeModel, logger: consoleLogger });
  const names = new FeatureNames({ registry, find: (version) => kept.find(version) });
  const journal = readJournal(directory);
  try {
    return yield* new DecisionExport({ journal, names }).pieces(request);
  } finally {
    journal.close();
  }
}
