import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError } from '../../core/index.ts';
import { readWholeSync } from '../files/read-whole.ts';
import { sha256 } from '../sha256.ts';

/** A literal that begins with a dot, after `from`, `import`, `import(`, `require(` or `new URL(`; the text after `?` or `#` is not part of the file. */
const RELATIVE_IMPORT =
  /\b(?:from|import|require|URL)\s*\(?\s*(?:"(\.{1,2}\/[^"?#\n]+)|'(\.{1,2}\/[^'?#\n]+)|`(\.{1,2}\/[^`?#$\n]+))/g;
/** Maximum size of one file of a module, bytes; it may name data beside it. */
const MAX_MODULE_BYTES = 2 ** 28;
const CODE = new Set(['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']);

/**
 * SHA-256 over a file, its relative imports and the files beside it that it names by `new URL('./…', import.meta.url)`, transitively. It is the same wherever the files lie, and changes with any byte of
 * any of them. Packages, and imports whose name is computed, are not part of it.
 *
 * @param file - path or file URL.
 * @returns 64 lower-case hexadecimal characters.
 * @throws {DataError} `FILE_NOT_FOUND` | `FILE_UNREADABLE` when the file itself cannot be read.
 */
export function moduleHash(file: string | URL): string {
  const entry = realPathOf(file);
  const contents = new Map<string, Buffer>();
  const open = [entry];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (contents.has(path)) continue;
    const bytes = readWholeSync(path, MAX_MODULE_BYTES);
    contents.set(path, bytes);
    if (CODE.has(extname(path))) open.push(...relativeImports(path, bytes.toString('utf8')));
  }
  const lines = Array.from(contents, ([path, bytes]) => `${nameFrom(entry, path)}\n${sha256(bytes)}\n`).sort();
  return sha256(lines.join(''));
}

function realPathOf(file: string | URL): string {
  try {
    const path = realpathSync(fileURLToPath(file));
    readWholeSync(path, MAX_MODULE_BYTES);
    return path;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new DataError(
      code === 'ENOENT' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE',
      `cannot read the module ${file}: ${message}`,
    );
  }
}

/** Paths that a source names. A file that does not exist is left out, because a comment may name it; a real import of it fails by itself. */
function relativeImports(path: string, source: string): string[] {
  const { resolve } = createRequire(path);
  return [...source.matchAll(RELATIVE_IMPORT)].flatMap(([, double, single, template]) => {
    const name = double ?? single ?? template ?? '';
    const found = namesOf(name).map((each) => resolved(resolve, each));
    return found.find((path) => path !== null) ?? [];
  });
}

/** What a name may stand for: itself, its text where it is an encoded URL, and the source that Bun or tsx load for a `.js`. */
function namesOf(name: string): string[] {
  return [name, decoded(name), name.replace(/\.([mc]?)js$/, '.$1ts')];
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function resolved(resolve: (name: string) => string, name: string): string | null {
  try {
    return resolve(name);
  } catch {
    return null;
  }
}

/** Name of a file as seen from the entry; the entry's own name does not count. */
function nameFrom(entry: string, path: string): string {
  return path === entry ? '' : relative(dirname(entry), path).split(sep).join('/');
}
