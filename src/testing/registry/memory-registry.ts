import { ModelError } from '../../core/index.ts';
import type { ModelMetadata } from '../../model/index.ts';
import { readMetadata } from '../../model/onnx/index.ts';
import {
  type ChampionMove,
  type ChampionPointer,
  describeModel,
  isSameChampion,
  type ModelManifest,
  type ModelQuarantine,
  type ModelRegistry,
  type NewModel,
  type ShadowPointer,
} from '../../ports/index.ts';
import { sha256 } from '../../runtime/index.ts';

/** Allowed versions, as in files. */
const VERSION = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/;

/** What a registry in memory holds. */
export interface MemoryStorage {
  readonly models: Map<string, Uint8Array>;
  readonly manifests: Map<string, ModelManifest>;
  readonly moves: ChampionMove[];
  champion: ChampionPointer | null;
  shadow: ShadowPointer | null;
  nTrials: number;
}

/**
 * A registry in memory, for tests of what uses one: it keeps the port's promises as long as the process lives.
 *
 * @see {@link MemoryJournal}
 */
export class MemoryRegistry implements ModelRegistry {
  readonly #nowMs: () => number;
  #storage: MemoryStorage = {
    models: new Map(),
    manifests: new Map(),
    moves: [],
    champion: null,
    shadow: null,
    nTrials: 0,
  };

  /** @param nowMs - wall clock, UNIX milliseconds. */
  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
  }

  /** Another registry on the same storage. */
  reopen(): MemoryRegistry {
    const again = new MemoryRegistry(this.#nowMs);
    again.#storage = this.#storage;
    return again;
  }

  /** What is held, for tests that look into it. */
  protected get storage(): MemoryStorage {
    return this.#storage;
  }

  async list(): Promise<readonly string[]> {
    return [...this.#storage.models.keys()];
  }

  async read(version: string): Promise<Uint8Array> {
    return Uint8Array.from(this.#bytesOf(version));
  }

  async manifest(version: string): Promise<ModelManifest> {
    const known = this.#storage.manifests.get(version);
    if (known !== undefined) return known;
    const addition = { createdMs: this.#nowMs(), parent: null, trial: null, origin: 'imported' } as const;
    return describeModel(version, metadataOf(this.#bytesOf(version)), addition);
  }

  async add(version: string, bytes: Uint8Array, known?: NewModel): Promise<void> {
    if (!VERSION.test(version)) throw unknownModel(version);
    const { models, manifests } = this.#storage;
    if (models.has(version)) return;
    if (!manifests.has(version)) {
      const { origin = 'imported', parent = null, metadata = metadataOf(bytes) } = known ?? {};
      const trial = ++this.#storage.nTrials;
      manifests.set(version, describeModel(version, metadata, { createdMs: this.#nowMs(), parent, trial, origin }));
    }
    models.set(version, Uint8Array.from(bytes));
  }

  async champion(): Promise<ChampionPointer | null> {
    return this.#storage.champion;
  }

  async setChampion(pointer: ChampionPointer, why: string): Promise<void> {
    this.#bytesOf(pointer.version);
    const before = this.#storage.champion;
    if (before !== null && isSameChampion(before, pointer)) return;
    this.#storage.champion = { ...pointer };
    this.#storage.moves.push({ ...pointer, why, atMs: this.#nowMs() });
  }

  async history(): Promise<readonly ChampionMove[]> {
    return [...this.#storage.moves];
  }

  async quarantineOf(version: string): Promise<ModelQuarantine | null> {
    if (!VERSION.test(version)) throw unknownModel(version);
    return this.#storage.manifests.get(version)?.quarantined ?? null;
  }

  async quarantine(version: string, reason: string): Promise<void> {
    const known = await this.manifest(version);
    if (known.quarantined !== null) return;
    this.#storage.manifests.set(version, { ...known, quarantined: { reason, atMs: this.#nowMs() } });
  }

  async shadow(): Promise<ShadowPointer | null> {
    return this.#storage.shadow;
  }

  async setShadow(shadow: ShadowPointer | null): Promise<void> {
    this.#storage.shadow = shadow;
  }

  async prune(keep: number, spared: string): Promise<readonly string[]> {
    const { models, manifests, champion, shadow } = this.#storage;
    const stays = new Set([champion?.version, champion?.predecessor, shadow?.version, spared]);
    const removable = [...models.keys()].filter((version) => !stays.has(version));
    const removed = removable.slice(0, Math.max(0, models.size - keep));
    for (const version of removed) {
      models.delete(version);
      if (manifests.get(version)?.quarantined === null) manifests.delete(version);
    }
    return removed;
  }

  #bytesOf(version: string): Uint8Array {
    const bytes = this.#storage.models.get(version);
    if (bytes === undefined) throw unknownModel(version);
    return bytes;
  }
}

function unknownModel(version: string): ModelError {
  return new ModelError('MODEL_NOT_FOUND', `no model ${JSON.stringify(version)} is kept`);
}

/** What a file says of its model; null for bytes that are none. */
function metadataOf(bytes: Uint8Array): ModelMetadata | null {
  try {
    return readMetadata(bytes, { sha256 });
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}
