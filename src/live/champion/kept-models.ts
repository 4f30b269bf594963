import { DataError, ModelError } from '../../core/index.ts';
import type { MetaModel } from '../../model/index.ts';
import type { Logger, ModelBirth, ModelDecoder, ModelRegistry } from '../../ports/index.ts';

export interface KeptModelsOptions {
  readonly registry: ModelRegistry;
  readonly decodeModel: ModelDecoder;
  readonly logger: Logger;
}

/** The models of a registry, read and checked. */
export class KeptModels {
  readonly #options: KeptModelsOptions;

  constructor(options: KeptModelsOptions) {
    this.#options = options;
  }

  /** @throws {ModelError | DataError} when it is not there or may not serve. */
  async load(version: string): Promise<MetaModel> {
    const { registry, decodeModel } = this.#options;
    const model = await decodeModel(await registry.read(version));
    if (model.version === version) return model;
    throw new ModelError('MODEL_CORRUPT', `the file of ${version} holds ${model.version}: it was changed or renamed`);
  }

  /** {@link load}; null where the model is not there or may not serve. */
  async find(version: string): Promise<MetaModel | null> {
    try {
      return await this.load(version);
    } catch (error) {
      if (isModelFault(error)) return null;
      throw error;
    }
  }

  /** Keeps a new model; one that is kept already stays as it is. @throws {DataError} `FILE_UNWRITABLE`. */
  async add(model: MetaModel, bytes: Uint8Array, birth: ModelBirth): Promise<void> {
    const { origin, parent } = birth;
    await this.#options.registry.add(model.version, bytes, { origin, parent, metadata: model.metadata });
  }

  /** Removes the oldest models beyond `keep`, but not `spared`. What cannot be removed is tried again with the next model. */
  async prune(keep: number, spared: string): Promise<void> {
    const { registry, logger } = this.#options;
    try {
      const removed = await registry.prune(keep, spared);
      if (removed.length > 0) logger.info(`models no longer kept: ${removed.join(', ')}`);
    } catch (error) {
      logger.warn(`old models cannot be removed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** Whether an error says that a model is not there or may not serve; any other is a fault of the program or of the machine. */
export function isModelFault(error: unknown): error is ModelError | DataError {
  return error instanceof ModelError || error instanceof DataError;
}
