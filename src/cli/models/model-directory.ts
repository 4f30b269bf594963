import { openModels } from '../../app/index.ts';
import { ConditionError, ModelError } from '../../core/index.ts';
import type { ChampionMove, ChampionPointer, ModelManifest, ModelRegistry, ShadowPointer } from '../../ports/index.ts';

/** Which model serves, and which stands in its shadow. */
export interface Standing {
  readonly champion: ChampionPointer | null;
  readonly shadow: ShadowPointer | null;
}

/** The models of a data directory, and which of them serves. */
export interface ModelDirectory extends Standing {
  readonly directory: string;
  readonly registry: ModelRegistry;
  readonly versions: readonly string[];
}

/** @throws {ModelError} `MODEL_NOT_FOUND` where no model is kept, or there is no such directory. */
export async function openModelDirectory(directory: string): Promise<ModelDirectory> {
  const registry = openModels(directory);
  const versions = await registry.list();
  if (versions.length === 0) {
    throw new ModelError('MODEL_NOT_FOUND', `no models are kept in ${directory}; a service keeps them, see ml4t serve`);
  }
  const [champion, shadow] = await Promise.all([registry.champion(), registry.shadow()]);
  return { directory, registry, versions, champion, shadow };
}

/**
 * The one version that begins with `prefix`; `m-` may be left out. It is only compared with what is there, so it is never a path.
 *
 * @throws {ModelError} `MODEL_NOT_FOUND`. @throws {ConditionError} when several do.
 */
export function versionOf(prefix: string, { versions, directory }: ModelDirectory): string {
  if (versions.includes(prefix)) return prefix;
  if (prefix === '') throw new ConditionError('version', 'the beginning of a version', prefix);
  const found = versions.filter((version) => version.startsWith(prefix) || version.startsWith(`m-${prefix}`));
  if (found.length === 1) return found[0];
  if (found.length === 0) {
    throw new ModelError('MODEL_NOT_FOUND', `${directory} keeps no model whose version begins with ${prefix}`);
  }
  throw new ConditionError('version', `the beginning of one version, not of ${found.join(' and ')}`, prefix);
}

/** The role of a version; null for none. The column and the key `serves` show it. */
export function roleOf(version: string, { champion, shadow }: Standing): 'champion' | 'predecessor' | 'shadow' | null {
  if (champion?.version === version) return 'champion';
  if (shadow?.version === version && shadow.champion === champion?.version) return 'shadow';
  return champion?.predecessor === version ? 'predecessor' : null;
}

/** Manifests, the newest first. */
export async function manifestsOf({ registry, versions }: ModelDirectory): Promise<readonly ModelManifest[]> {
  return Promise.all([...versions].reverse().map((version) => registry.manifest(version)));
}

/** The moves that made a version the champion. */
export async function movesTo({ registry }: ModelDirectory, version: string): Promise<readonly ChampionMove[]> {
  return (await registry.history()).filter((move) => move.version === version);
}
