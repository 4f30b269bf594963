import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError } from '../../core/index.ts';
import { sha256 } from '../sha256.ts';

/** A literal that begins with a dot, after `from`, `import`, `import(` or `require(`; the text after `?` or `#` is not part of the file. */
const RELATIVE_IMPORT =
  /\b(?:from|import|require)\s*\(?\s*(?:"(\.{1,2}\/[^"?#\n]+)|'(\.{1,2}\/[^'?#\n]+)|`(\.{1,2}\/[^`?#$\n]+))/g;
const CODE = new Set(['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']);

/**
 * SHA-256 over a file and its relative imports, transitively. It is the same wherever the files lie, and changes with any byte of
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
    const bytes = readFileSync(path);
    contents.set(path, bytes);
    if (CODE.has(extname(path))) open.push(...relativeImports(path, bytes.toString('utf8')));
  }
  const lines = Array.from(contents, ([path, bytes]) => `${nameFrom(entry, path)}\n${sha256(bytes)}\n`).sort();
  return sha256(new TextEncoder().encode(lines.join('')));
}

function realPathOf(file: string | URL): string {
  try {
    const path = realpathSync(fileURLToPath(file));
    readFileSync(path);
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
    try {
      return [resolve(double ?? single ?? template ?? '')];
    } catch {
      return [];
    }
  });
}

/** Name of a file as seen from the entry; the entry's own name does not count. */
function nameFrom(entry: string, path: string): string {
  return path === entry ? '' : relative(dirname(entry), path).split(sep).join('/');
}
