import { DEFAULT_LIMITS, type FeatureName, type LimitSettings, type Own } from '../domain/index.ts';
import { FeatureRegistry } from '../features/index.ts';
import type { Learner, MetaModel } from '../model/index.ts';
import { readModel } from '../model/onnx/index.ts';
import { fileModelStore } from '../registry/index.ts';
import { sha256 } from '../runtime/index.ts';

/**
 * Reads a model file and checks that it may serve.
 *
 * @param featureNames - columns of a model that was trained elsewhere.
 * @param learner - the caller's, for a model that no built-in learner fitted. @throws {ModelError | DataError}
 * @throws {ConditionError} for one of them that is not known.
 */
export async function readModelFile(
  path: string,
  featureNames?: readonly FeatureName[],
  { fileBytes, treeLevels }: Pick<LimitSettings, 'fileBytes' | 'treeLevels'> = DEFAULT_LIMITS,
  learner?: Own<Learner>,
): Promise<{ readonly model: MetaModel; readonly nBytes: number }> {
  if (featureNames !== undefined) new FeatureRegistry().resolve(featureNames, () => 'features');
  const bytes = await fileModelStore(fileBytes).read(path);
  const model = readModel(bytes, {
    sha256,
    treeLevels,
    ...(featureNames && { featureNames }),
    ...(learner && { learner }),
  });
  return { model, nBytes: bytes.length };
}
