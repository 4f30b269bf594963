import { OrchestratorConfig } from '../config/index.ts';
import { ModelError } from '../core/index.ts';
import type { FeatureName } from '../domain/index.ts';
import type { ML4TOrchestrator } from '../orchestrator/index.ts';
import type { SettingsOptions } from './options.ts';

/**
 * Loads the model of a command that judges signals. A file that was named must be there and sound: who names a model does not want the
 * default answers. Without a name and without a file at the default path every answer is the default, and says so.
 *
 * @throws {ModelError | DataError} for a named file that is missing, damaged or may not serve.
 */
export async function startModel(
  orchestrator: ML4TOrchestrator,
  { model, features }: Pick<SettingsOptions, 'model' | 'features'>,
): Promise<void> {
  const { modelPath } = orchestrator.config;
  const columns = features as readonly FeatureName[] | undefined;
  const isNamed = model !== undefined || modelPath !== OrchestratorConfig().modelPath;
  if (!isNamed) return orchestrator.start(columns);
  try {
    await orchestrator.swapModel(modelPath, columns);
  } catch (error) {
    throw withRemedy(error, modelPath);
  }
}

function withRemedy(error: unknown, path: string): unknown {
  if (!(error instanceof ModelError && (error.code === 'MODEL_NOT_FOUND' || error.code === 'MODEL_CORRUPT')))
    return error;
  const remedy = `name the file that ml4t train wrote, or train it: ml4t train BARS --model ${path}`;
  return new ModelError(error.code, `${error.message}; ${remedy}`, { cause: error });
}
