import type { ChampionPointer, Logger, ModelManifest, ModelRegistry } from '../../ports/index.ts';
import type { ModelSummary, ShadowStatus } from '../service-api.ts';
import type { Champion } from './champion.ts';
import { isModelFault } from './kept-models.ts';
import { claimsOf } from './shown-claims.ts';

export interface ModelListOptions {
  readonly registry: ModelRegistry;
  readonly champion: Champion;
  readonly shadow: { readonly status: ShadowStatus | null };
  readonly logger: Logger;
}

/** Describes the models of a registry by their manifests: to read the models themselves would take milliseconds each. */
export class ModelList {
  readonly #options: ModelListOptions;

  constructor(options: ModelListOptions) {
    this.#options = options;
  }

  /** Every kept model that can be read, oldest first. */
  async list(): Promise<readonly ModelSummary[]> {
    const versions = await this.#options.registry.list();
    const summaries = await Promise.all(versions.map((version) => this.#summarize(version)));
    return summaries.filter((summary) => summary !== null);
  }

  /** The champion that a move made. @throws {ModelError} `MODEL_NOT_FOUND`. */
  async describe(pointer: ChampionPointer): Promise<ModelSummary> {
    return this.#describe(await this.#options.registry.manifest(pointer.version), pointer);
  }

  async #summarize(version: string): Promise<ModelSummary | null> {
    const { registry, champion, logger } = this.#options;
    try {
      return this.#describe(await registry.manifest(version), champion.pointer);
    } catch (error) {
      if (!isModelFault(error)) throw error;
      logger.warn(`the kept model ${version} cannot be read: ${error.message}`);
      return null;
    }
  }

  #describe(manifest: ModelManifest, pointer: ChampionPointer | null): ModelSummary {
    const { version, metrics, nSamples, lastBarTs } = manifest;
    const { accuracy = null, auc = null } = metrics;
    return {
      version,
      ...claimsOf(manifest),
      accuracy,
      auc,
      nSamples,
      lastBarTs,
      isChampion: pointer?.version === version,
      isPredecessor: pointer?.predecessor === version,
      isShadow: this.#options.shadow.status?.version === version,
    };
  }
}
