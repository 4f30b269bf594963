import { DataError, ModelError, ServiceError } from '../../core/index.ts';
import type { FeatureName } from '../../domain/index.ts';
import type { MetaModel } from '../../model/index.ts';
import type { ML4TOrchestrator } from '../../orchestrator/index.ts';
import type {
  ChampionPointer,
  Journal,
  Logger,
  ModelDecoder,
  ModelEntry,
  ModelManifest,
  ModelRegistry,
  ModelStore,
} from '../../ports/index.ts';
import type { EventStream } from '../event-stream.ts';
import type { ModelSummary } from '../service-api.ts';

export interface ChampionOptions {
  readonly orchestrator: ML4TOrchestrator;
  readonly registry: ModelRegistry;
  readonly modelStore: ModelStore;
  readonly journal: Journal;
  readonly feed: EventStream;
  readonly logger: Logger;
  readonly nowMs: () => number;
  readonly decodeModel: ModelDecoder;
  /** The model that is asked in silence; null for none. */
  readonly shadowVersion: () => string | null;
  /** Another model serves now. */
  readonly onSwap: () => void;
}

export interface FirstModel {
  /** The file at `model_path` serves even where a champion is kept: it was named on purpose. */
  readonly isNamed: boolean;
  /** The columns of a forest that is not ours. */
  readonly features?: readonly FeatureName[] | undefined;
}

/** The models a service keeps, which of them serves, and the way back. */
export class Champion {
  readonly #options: ChampionOptions;
  #pointer: ChampionPointer | null = null;
  #last: Promise<unknown> = Promise.resolve();
  /** Why no model serves; in every answer, so without the paths of this machine. */
  reason: string | null = 'no model serves';

  constructor(options: ChampionOptions) {
    this.#options = options;
  }

  /** Lets the champion serve, or the file at `model_path` where there is none yet. Without either, none serves. */
  async start(first: FirstModel): Promise<void> {
    const { registry, logger } = this.#options;
    this.#pointer = await registry.champion();
    if (this.#pointer !== null && !first.isNamed && (await this.#tryChampion(this.#pointer))) return;
    try {
      await this.#adopt(first.features);
    } catch (error) {
      if (!(error instanceof ModelError || error instanceof DataError)) throw error;
      this.reason = `no model serves (${error.code})`;
      logger.warn(`${error.message}; signals get the default confidence until a model is there`);
      this.#options.orchestrator.inferenceLoop.noteMissingModel(this.reason);
      this.#record({ version: null, event: 'none', reason: this.reason, predecessor: null });
    }
  }

  async list(): Promise<readonly ModelSummary[]> {
    const versions = await this.#options.registry.list();
    const summaries = await Promise.all(versions.map((version) => this.#summarize(version)));
    return summaries.filter((summary) => summary !== null);
  }

  /**
   * @param isForced - also one that was taken back. @throws {ModelError} `MODEL_QUARANTINED`; else as the model's file deserves.
   */
  promote(version: string, isForced: boolean): Promise<ModelSummary> {
    return this.#inTurn(async () => {
      await this.#promote(version, isForced);
      return this.#describe(await this.#options.registry.manifest(version));
    });
  }

  /**
   * Lets a model serve in place of the champion it was compared with, and of no other: one that came meanwhile stays.
   *
   * @returns whether it serves. @throws {ModelError} as {@link promote}.
   */
  promoteOver(champion: string, version: string): Promise<boolean> {
    return this.#inTurn(async () => {
      if (this.#servingVersion !== champion) return false;
      await this.#promote(version, false);
      return true;
    });
  }

  async #promote(version: string, isForced: boolean): Promise<void> {
    const quarantined = await this.#options.registry.quarantineOf(version);
    if (quarantined !== null && !isForced) {
      throw new ModelError('MODEL_QUARANTINED', `the model ${version} may not be promoted: ${quarantined.reason}`);
    }
    const model = await this.#load(version);
    const isSame = this.#pointer?.version === version;
    const why = quarantined === null ? 'promoted' : 'promoted by force';
    await this.#serve(model, isSame ? (this.#pointer?.predecessor ?? null) : this.#predecessor(), why);
  }

  /** Lets the model before the serving one serve again. @param reason - why; the one taken back is quarantined with it. */
  rollback(version: string, reason: string): Promise<ModelSummary> {
    return this.#inTurn(() => this.#rollback(version, reason));
  }

  async #rollback(version: string, reason: string): Promise<ModelSummary> {
    const pointer = this.#pointer;
    if (pointer === null || pointer.version !== version || pointer.predecessor === null) {
      const serving = pointer === null ? 'none' : `${pointer.version}, before it ${pointer.predecessor ?? 'none'}`;
      throw new ServiceError(
        'NO_PREDECESSOR',
        `only the serving model can be rolled back to the one before it; serving: ${serving}`,
      );
    }
    const model = await this.#load(pointer.predecessor);
    await this.#quarantine(version, reason);
    await this.#serve(model, null, `${version} was rolled back: ${reason}`);
    return this.#describe(await this.#options.registry.manifest(model.version));
  }

  /** The model before the serving one, when that is `version`; null where there is none, or it may not serve. */
  async predecessorOf(version: string): Promise<MetaModel | null> {
    if (this.#pointer?.version !== version || this.#pointer.predecessor === null) return null;
    return this.find(this.#pointer.predecessor);
  }

  /** A kept model; null where it is not there, or may not serve. */
  async find(version: string): Promise<MetaModel | null> {
    try {
      return await this.#load(version);
    } catch (error) {
      if (!(error instanceof ModelError || error instanceof DataError)) throw error;
      return null;
    }
  }

  /**
   * Keeps a new model, and removes the oldest beyond `models.keep`. It serves at once only where none does.
   *
   * @returns whether it serves now for that reason.
   */
  async keep(model: MetaModel, bytes: Uint8Array): Promise<boolean> {
    const birth = { origin: 'retrained', parent: this.#servingVersion, metadata: model.metadata } as const;
    await this.#options.registry.add(model.version, bytes, birth);
    const isServing = await this.#inTurn(async () => {
      if (this.#servingVersion !== null) return false;
      await this.#serve(model, null, 'no model served');
      return true;
    });
    await this.#prune(model.version);
    return isServing;
  }

  get #servingVersion(): string | null {
    return this.#options.orchestrator.inferenceLoop.model?.version ?? null;
  }

  /** One change of the champion after the other: what was looked at before a promotion still holds when it is made. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work);
    this.#last = next.catch(() => undefined);
    return next;
  }

  /** What cannot be removed stays, and is tried again with the next model. */
  async #prune(spared: string): Promise<void> {
    const { registry, orchestrator, logger } = this.#options;
    try {
      const removed = await registry.prune(orchestrator.config.models.keep, spared);
      if (removed.length > 0) logger.info(`models no longer kept: ${removed.join(', ')}`);
    } catch (error) {
      logger.warn(`old models cannot be removed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** A bad model must go even where this cannot be written down. */
  async #quarantine(version: string, reason: string): Promise<void> {
    try {
      await this.#options.registry.quarantine(version, reason);
    } catch (error) {
      this.#options.logger.warn(`${version} cannot be quarantined: ${error instanceof Error ? error.message : error}`);
    }
  }

  async #tryChampion({ version, predecessor }: ChampionPointer): Promise<boolean> {
    try {
      await this.#serve(await this.#load(version), predecessor, 'the champion before it may not serve');
      return true;
    } catch (error) {
      if (!(error instanceof ModelError || error instanceof DataError)) throw error;
      this.#options.logger.warn(`the champion ${version} may not serve: ${error.message}`);
      return predecessor === null ? false : this.#tryChampion({ version: predecessor, predecessor: null });
    }
  }

  /** Takes the file at `model_path` in. A forest that is not ours serves from there, and is not kept. */
  async #adopt(features?: readonly FeatureName[]): Promise<void> {
    const { orchestrator, registry, modelStore, decodeModel } = this.#options;
    const bytes = await modelStore.read(orchestrator.config.modelPath);
    const model = await decodeModel(bytes, features);
    if (features !== undefined) return this.#swap(model, null, 'adopted from model_path');
    await registry.add(model.version, bytes, { origin: 'adopted', parent: null, metadata: model.metadata });
    const isSame = this.#pointer?.version === model.version;
    const predecessor = isSame ? (this.#pointer?.predecessor ?? null) : this.#predecessor();
    await this.#serve(model, predecessor, 'adopted from model_path');
  }

  #predecessor(): string | null {
    return this.#pointer?.version ?? null;
  }

  async #load(version: string): Promise<MetaModel> {
    const model = await this.#options.decodeModel(await this.#options.registry.read(version));
    if (model.version === version) return model;
    throw new ModelError('MODEL_CORRUPT', `the file of ${version} holds ${model.version}: it was changed or renamed`);
  }

  /** The pointer first: after a crash in between, the new model serves as it was asked for. */
  async #serve(model: MetaModel, predecessor: string | null, why: string): Promise<void> {
    const pointer = { version: model.version, predecessor };
    await this.#options.registry.setChampion(pointer, why);
    this.#pointer = pointer;
    this.#swap(model, predecessor, why);
  }

  #swap(model: MetaModel, predecessor: string | null, why: string): void {
    this.#options.orchestrator.inferenceLoop.swapModel(model);
    this.reason = null;
    this.#record({ version: model.version, event: 'serves', reason: why, predecessor });
    this.#options.onSwap();
  }

  #record(entry: Pick<ModelEntry, 'version' | 'event' | 'reason' | 'predecessor'>): void {
    const { journal, feed, nowMs } = this.#options;
    // The journal's own status says when it cannot be written.
    journal.append({ kind: 'model', ...entry, atMs: nowMs() }, false).catch(() => undefined);
    const event = entry.event === 'none' ? entry.reason : entry.event;
    feed.publishState({ what: 'model', model_version: entry.version, event });
  }

  /** From the manifest: to read the model itself would take milliseconds. */
  async #summarize(version: string): Promise<ModelSummary | null> {
    try {
      return this.#describe(await this.#options.registry.manifest(version));
    } catch (error) {
      if (!(error instanceof ModelError || error instanceof DataError)) throw error;
      this.#options.logger.warn(`the kept model ${version} cannot be read: ${error.message}`);
      return null;
    }
  }

  #describe({ version, verdict, metrics, nSamples, lastBarTs }: ModelManifest): ModelSummary {
    const { accuracy = null, auc = null } = metrics;
    return {
      ...{ version, verdict, accuracy, auc, nSamples, lastBarTs },
      isChampion: this.#pointer?.version === version,
      isPredecessor: this.#pointer?.predecessor === version,
      isShadow: this.#options.shadowVersion() === version,
    };
  }
}
