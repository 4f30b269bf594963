import { openModels } from '../../app/index.ts';
import { ConditionError, ModelError } from '../../core/index.ts';
import { MetaModel } from '../../model/index.ts';
import type { ChampionMove, ChampionPointer, ModelManifest, ModelRegistry, ShadowPointer } from '../../ports/index.ts';
import { sha256 } from '../../runtime/index.ts';

/** Which model serves, and which stands in its shadow. */
export interface Standing {
  readonly champion: ChampionPointer | null;
  readonly shadow: ShadowPointer | null;
}

/** The models of a data directory, and which of them serves. */
export interface KeptModels extends Standing {
  readonly directory: string;
  readonly registry: ModelRegistry;
  readonly versions: readonly string[];
}

/** @throws {ModelError} `MODEL_NOT_FOUND` where no model is kept, or there is no such directory. */
export async function keptModels(directory: string): Promise<KeptModels> {
  const registry = openModels(directory);
  const versions = await registry.list();
  if (versions.length === 0) {
    throw new ModelError('MODEL_NOT_FOUND', `no models are kept in ${directory}; a service keeps them, see ml4t serve`);
  }
  const [champion, shadow] = await Promise.all([registry.champion(), registry.shadow()]);
  return { directory, registry, versions, champion, shadow };
}

/**
 * The one version that begins so; `m-` may be left out. It is only ever compared with what is there, so it is never a path.
 *
 * @throws {ModelError} `MODEL_NOT_FOUND`. @throws {ConditionError} when several do.
 */
export function versionOf(prefix: string, { versions, directory }: KeptModels): string {
  if (versions.includes(prefix)) return prefix;
  const found = versions.filter((version) => version.startsWith(prefix) || version.startsWith(`m-${prefix}`));
  if (found.length === 1) return found[0];
  if (found.length === 0 || prefix === '') {
    throw new ModelError('MODEL_NOT_FOUND', `${directory} keeps no model whose version begins with ${prefix || '""'}`);
  }
  throw new ConditionError('version', `the beginning of one version, not of ${found.join(' and ')}`, prefix);
}

/** What `serves` in a table and in JSON means: the champion, the one before it, the one that may follow, or none. */
export function roleOf(version: string, { champion, shadow }: Standing): 'champion' | 'predecessor' | 'shadow' | null {
  if (champion?.version === version) return 'champion';
  if (shadow?.version === version && shadow.champion === champion?.version) return 'shadow';
  return champion?.predecessor === version ? 'predecessor' : null;
}

/** Manifests, the newest first. */
export async function manifestsOf({ registry, versions }: KeptModels): Promise<readonly ModelManifest[]> {
  return Promise.all([...versions].reverse().map((version) => registry.manifest(version)));
}

/** @throws {ModelError} when it may not serve. */
export async function loadModel({ registry }: KeptModels, version: string): Promise<MetaModel> {
  const model = MetaModel.decode(await registry.read(version), { sha256 });
  if (model.version === version) return model;
  throw new ModelError('MODEL_CORRUPT', `the file of ${version} holds ${model.version}: it was changed or renamed`);
}

/** The moves that made a version the champion. */
export async function movesTo({ registry }: KeptModels, version: string): Promise<readonly ChampionMove[]> {
  return (await registry.history()).filter((move) => move.version === version);
}
