import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConditionError, DataError } from '../../core/index.ts';
import type { ModuleSource, Own } from '../../domain/index.ts';
import { moduleHash } from './module-hash.ts';

/** Hash of every module as this thread loaded it first; the runtime never loads a module again. */
const LOADED = new Map<string, string>();

/** Start of a URL that names no file. */
const OTHER_URL = /^([a-z][a-z\d+.-]+:\/\/|(data|node|blob):)/i;

/**
 * Loads a definition and notes where it lies, so that a worker thread can load the same one.
 *
 * A `.ts` file and the `.js` file compiled from it are different modules, with different hashes.
 *
 * @param module - URL of a file (as text or as a `URL`), or its path; a relative path is taken from the working directory.
 * @param exportName - name of the export that holds the definition.
 * @throws {DataError} when the file cannot be read or loaded, has no such export, or has changed since this thread loaded it.
 * @throws {ConditionError} for a URL of another kind, such as `https:`.
 */
export async function fromModule<T>(
  module: string | { readonly href: string },
  exportName = 'default',
): Promise<Own<T>> {
  const url = urlOf(module);
  const source: ModuleSource = { module: url, exportName, hash: moduleHash(url) };
  return { value: (await loadExport(source)) as T, source };
}

/**
 * Loads a definition again, and only while its files are what they were.
 *
 * @throws {DataError} as {@link fromModule}, and when its hash differs.
 */
export async function loadModule(source: ModuleSource): Promise<unknown> {
  if (moduleHash(source.module) !== source.hash) throw changed(source.module);
  return loadExport(source);
}

function urlOf(module: string | { readonly href: string }): string {
  const given = typeof module === 'string' ? module : module.href;
  if (given.startsWith('file:')) return new URL(given).href;
  if (typeof module !== 'string' || OTHER_URL.test(given))
    throw new ConditionError('module', 'the path or the URL of a file (code is loaded of files only)', given);
  return pathToFileURL(resolve(given)).href;
}

async function loadExport({ module, exportName, hash }: ModuleSource): Promise<unknown> {
  if ((LOADED.get(module) ?? hash) !== hash) throw changed(module);
  LOADED.set(module, hash);
  const loaded = await load(module);
  if (Object.hasOwn(loaded, exportName)) return loaded[exportName];
  const names = Object.keys(loaded).sort().join(', ') || 'nothing';
  throw new DataError('FILE_UNREADABLE', `${module} has no export "${exportName}"; it exports ${names}`);
}

async function load(module: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(module)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError('FILE_UNREADABLE', `cannot load ${module}: ${reason}`, { cause });
  }
}

function changed(module: string): DataError {
  return new DataError(
    'FILE_UNREADABLE',
    `${module} or a file it imports has changed since it was loaded; start again`,
  );
}
