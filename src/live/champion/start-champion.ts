import type { FeatureName } from '../../domain/index.ts';
import type { Logger, ModelDecoder, ModelStore } from '../../ports/index.ts';
import type { Champion } from './champion.ts';
import { isModelFault } from './kept-models.ts';

export interface FirstModel {
  /** The file at `model_path` serves even where a champion is kept: it was named on purpose. */
  readonly isNamed: boolean;
  /** The columns of a forest that is not ours. */
  readonly features?: readonly FeatureName[] | undefined;
}

export interface StartChampionOptions {
  readonly modelPath: string;
  readonly modelStore: ModelStore;
  readonly decodeModel: ModelDecoder;
  readonly logger: Logger;
}

/** Lets the champion serve, or the file at `model_path` where there is none yet. Without either, none serves. */
export async function startChampion(
  champion: Champion,
  first: FirstModel,
  options: StartChampionOptions,
): Promise<void> {
  if (!first.isNamed && (await champion.resume())) return;
  try {
    await adoptFile(champion, first.features, options);
  } catch (error) {
    if (!isModelFault(error)) throw error;
    options.logger.warn(`${error.message}; signals get the default confidence until a model is there`);
    champion.serveNone(`no model serves (${error.code})`);
  }
}

/** A forest that is not ours serves from where it is, and is not kept. */
async function adoptFile(
  champion: Champion,
  features: readonly FeatureName[] | undefined,
  { modelPath, modelStore, decodeModel }: StartChampionOptions,
): Promise<void> {
  const bytes = await modelStore.read(modelPath);
  const model = await decodeModel(bytes, features);
  if (features === undefined) await champion.adopt(model, bytes);
  else champion.serveUnkept(model);
}
