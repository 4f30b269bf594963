import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError, ModelError } from '../../core/index.ts';
import type { ChampionPointer, ModelRegistry } from '../../ports/index.ts';
import { writeFileAtomic } from '../files/atomic-write.ts';
import { fileModelStore } from './file-model-store.ts';

/** What may stand in a version, so that it can never be a path. */
const VERSION = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/;
const PRIVATE_DIRECTORY = 0o700;
const SUFFIX = '.onnx';
const CHAMPION = 'champion';

/**
 * Keeps models as files in one directory, `<version>.onnx`, and beside them the file `champion`, which names the one that
 * serves and the one before it.
 */
export function fileModelRegistry(directory: string): ModelRegistry {
  const fileOf = (version: string): string => {
    if (!VERSION.test(version))
      throw new ModelError('MODEL_NOT_FOUND', `no model has the version ${version.slice(0, 64)}`);
    return join(directory, version + SUFFIX);
  };
  const championFile = join(directory, CHAMPION);

  async function write(path: string, bytes: Uint8Array): Promise<void> {
    await mkdir(directory, { recursive: true, mode: PRIVATE_DIRECTORY }).catch(() => undefined); // the write says why not
    await writeFileAtomic(path, bytes);
  }

  async function list(): Promise<readonly string[]> {
    const names = await readdir(directory).catch(() => []);
    const versions = names.filter((name) => name.endsWith(SUFFIX)).map((name) => name.slice(0, -SUFFIX.length));
    const known = versions.filter((version) => VERSION.test(version));
    const aged = await Promise.all(
      known.map(async (version) => ({ version, at: (await stat(fileOf(version))).mtimeMs })),
    );
    return aged.sort((a, b) => a.at - b.at || a.version.localeCompare(b.version)).map(({ version }) => version);
  }

  async function read(version: string): Promise<Uint8Array> {
    const path = fileOf(version);
    try {
      return await fileModelStore.read(path);
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      throw new ModelError('MODEL_NOT_FOUND', `no model has the version ${version}`, { cause: error });
    }
  }

  async function add(version: string, bytes: Uint8Array): Promise<void> {
    const path = fileOf(version);
    const isKept = await stat(path).then(
      () => true,
      () => false,
    );
    if (!isKept) await write(path, bytes);
  }

  async function champion(): Promise<ChampionPointer | null> {
    const text = await readFile(championFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw new DataError('FILE_UNREADABLE', `cannot read ${championFile}: ${error.message}`);
    });
    return text === null ? null : parsePointer(text, championFile);
  }

  async function setChampion(pointer: ChampionPointer): Promise<void> {
    fileOf(pointer.version);
    await write(championFile, new TextEncoder().encode(`${JSON.stringify(pointer)}\n`));
  }

  return { list, read, add, champion, setChampion };
}

function parsePointer(text: string, path: string): ChampionPointer {
  try {
    const { version, predecessor } = JSON.parse(text) as Record<string, unknown>;
    if (typeof version === 'string' && (typeof predecessor === 'string' || predecessor === null)) {
      return { version, predecessor };
    }
  } catch {
    // Told below: the file is not what we wrote.
  }
  throw new DataError('FILE_UNREADABLE', `${path} does not name a model; remove it to start without one`);
}
