import { glob, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DataError } from '../core/index.ts';

/**
 * The files that paths stand for: a file itself, the matches of a pattern (`bars-*.csv.gz`), the Parquet files of a directory,
 * as in a NautilusTrader catalog (`catalog/data/bar/<bar type>`, or any directory above it with one bar type only).
 *
 * @throws {DataError} FILE_NOT_FOUND where a pattern matches nothing, or no path is given; FILE_UNREADABLE for a directory without
 * Parquet files or with several bar types. A path that is no pattern is returned as it is, whether its file exists or not.
 */
export async function findBarFiles(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) found.push(...(await expandPath(path)));
  if (found.length === 0) throw new DataError('FILE_NOT_FOUND', 'no file of bars was named');
  return found;
}

async function expandPath(path: string): Promise<string[]> {
  const isDirectory = await stat(path).then(
    (info) => info.isDirectory(),
    () => null,
  );
  if (isDirectory === true) return findParquetFiles(path);
  if (isDirectory === false || !/[*?[{]/.test(path)) return [path];
  const matches: string[] = [];
  for await (const match of glob(path)) matches.push(match);
  if (matches.length === 0) throw new DataError('FILE_NOT_FOUND', `no file matches ${path}`);
  return matches.sort();
}

async function findParquetFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.parquet'))
    .map((entry) => join(entry.parentPath, entry.name));
  const bars = files.filter((file) => /(?:^|[\\/])data[\\/]bars?[\\/]/.test(file));
  const candidates = bars.length > 0 ? bars : files;
  const folders = [...new Set(candidates.map((file) => dirname(file)))].sort();
  if (folders.length === 0) {
    throw new DataError('FILE_UNREADABLE', `${directory} is a directory without Parquet files; name a file`);
  }
  if (folders.length > 1) {
    throw new DataError(
      'FILE_UNREADABLE',
      `${directory} holds ${folders.length} series (${folders.slice(0, 3).join(', ')}${folders.length > 3 ? ', ...' : ''}); name one of them`,
    );
  }
  return candidates.sort();
}
