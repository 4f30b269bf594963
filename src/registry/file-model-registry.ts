import { mkdir, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelError } from '../core/index.ts';
import { DEFAULT_LIMITS } from '../domain/index.ts';
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
} from '../ports/index.ts';
import { OneAtATime, writeFileAtomic } from '../runtime/index.ts';
import { championFileAt } from './champion-file.ts';
import { championLog } from './champion-log.ts';
import { fileModelStore } from './file-model-store.ts';
import { deriveManifest, manifestBytes, metadataOf, readManifest } from './manifest-file.ts';
import { shadowFile } from './shadow-file.ts';
import { countTrial } from './trial-count.ts';

/** Allowed versions: names of files, which can never be paths. */
const VERSION = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/;
const PRIVATE_DIRECTORY = 0o700;
const MODEL = '.onnx';
const MANIFEST = '.json';

export interface FileRegistryOptions {
  /** Wall clock, UNIX milliseconds. */
  readonly nowMs?: () => number;
  /** Maximum size of a model file that is read. */
  readonly maxBytes?: number;
}

/**
 * Keeps models as files in one directory: `<version>.onnx` with its manifest `<version>.json`; `champion`, which names the model
 * that serves, the one before it and what is proven of it; `champion.log`, its moves; `shadow`, which names the model that is tried beside the
 * champion; and `trials`, the number of models ever added. The manifest is written before the model, so that every listed
 * model is complete and described, whatever is interrupted.
 */
export function fileModelRegistry(
  directory: string,
  { nowMs = Date.now, maxBytes = DEFAULT_LIMITS.fileBytes }: FileRegistryOptions = {},
): ModelRegistry {
  const championFile = join(directory, 'champion');
  const pointerFile = championFileAt(championFile);
  const log = championLog(join(directory, 'champion.log'));
  const shadow = shadowFile(join(directory, 'shadow'));
  // Changes one at a time, so that a model cannot be removed between the check that it exists and its promotion.
  const changes = new OneAtATime();
  const pathOf = (version: string, suffix: string): string => {
    if (!VERSION.test(version)) throw unknownModel(version);
    return join(directory, version + suffix);
  };

  async function list(): Promise<readonly string[]> {
    const known = await namesWith(directory, MODEL);
    const aged = await Promise.all(known.map((version) => ageOf(version, pathOf(version, MODEL))));
    const sorted = aged.flatMap((one) => one ?? []).sort((a, b) => a.at - b.at || a.version.localeCompare(b.version));
    return sorted.map(({ version }) => version);
  }

  async function read(version: string): Promise<Uint8Array> {
    const path = pathOf(version, MODEL);
    try {
      return await fileModelStore(maxBytes).read(path);
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      throw unknownModel(version, error);
    }
  }

  async function manifest(version: string): Promise<ModelManifest> {
    const known = await readManifest(version, pathOf(version, MANIFEST));
    return known ?? deriveManifest(version, pathOf(version, MODEL), await read(version));
  }

  async function add(version: string, bytes: Uint8Array, known?: NewModel): Promise<void> {
    const path = pathOf(version, MODEL);
    if (await isThere(path)) return;
    await makeDirectory(directory);
    if ((await readManifest(version, pathOf(version, MANIFEST))) === null) {
      const trial = await countTrial(join(directory, 'trials'), (await namesWith(directory, MODEL)).length);
      const { origin = 'imported', parent = null, metadata = metadataOf(bytes) } = known ?? {};
      const described = describeModel(version, metadata, { createdMs: nowMs(), parent, trial, origin });
      await writeFileAtomic(pathOf(version, MANIFEST), manifestBytes(described));
    }
    await writeFileAtomic(path, bytes);
  }

  async function setChampion(pointer: ChampionPointer, why: string): Promise<void> {
    const { version } = pointer;
    if (!(await isThere(pathOf(version, MODEL)))) throw unknownModel(version);
    const before = await pointerFile.read().catch(() => null); // a damaged file is replaced
    if (before !== null && isSameChampion(before, pointer)) return;
    await pointerFile.write(pointer);
    const move: ChampionMove = { ...pointer, why, atMs: nowMs() };
    await log.append(before, move).catch(() => undefined); // the champion has moved; the next move adds a missing line
  }

  async function setShadow(pointer: ShadowPointer | null): Promise<void> {
    if (pointer !== null) await makeDirectory(directory);
    await shadow.write(pointer);
  }

  async function quarantineOf(version: string): Promise<ModelQuarantine | null> {
    return (await readManifest(version, pathOf(version, MANIFEST)))?.quarantined ?? null;
  }

  async function quarantine(version: string, reason: string): Promise<void> {
    const known = await manifest(version);
    if (known.quarantined !== null) return;
    const quarantined = { reason, atMs: nowMs() };
    await writeFileAtomic(pathOf(version, MANIFEST), manifestBytes({ ...known, quarantined }));
  }

  async function prune(keep: number, spared: string): Promise<readonly string[]> {
    const pointer = await pointerFile.read();
    const versions = await list();
    const stays = new Set([pointer?.version, pointer?.predecessor, (await shadow.read())?.version, spared]);
    const removed = versions.filter((version) => !stays.has(version)).slice(0, Math.max(0, versions.length - keep));
    for (const version of removed) {
      await unlink(pathOf(version, MODEL));
      if ((await quarantineOf(version)) === null) await unlink(pathOf(version, MANIFEST)).catch(() => undefined); // it may have had none
    }
    return removed;
  }

  return {
    list,
    read,
    manifest,
    champion: pointerFile.read,
    quarantineOf,
    history: log.read,
    shadow: shadow.read,
    add: (version, bytes, known) => changes.run(() => add(version, bytes, known)),
    setChampion: (pointer, why) => changes.run(() => setChampion(pointer, why)),
    setShadow: (pointer) => changes.run(() => setShadow(pointer)),
    quarantine: (version, reason) => changes.run(() => quarantine(version, reason)),
    prune: (keep, spared) => changes.run(() => prune(keep, spared)),
  };
}

function unknownModel(version: string, cause?: unknown): ModelError {
  return new ModelError('MODEL_NOT_FOUND', `no model has the version ${version.slice(0, 64)}`, { cause });
}

async function makeDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: PRIVATE_DIRECTORY }).catch(() => undefined); // the write that follows reports the reason
}

async function namesWith(directory: string, suffix: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch(() => []);
  const stems = names.filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length));
  return stems.filter((stem) => VERSION.test(stem));
}

/** @returns null for a model that was removed meanwhile. */
async function ageOf(version: string, path: string): Promise<{ readonly version: string; readonly at: number } | null> {
  return stat(path).then(
    ({ mtimeMs }) => ({ version, at: mtimeMs }),
    () => null,
  );
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
