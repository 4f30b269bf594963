import { glob, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DataError } from '../core/index.ts';
import { findCatalogFiles, otherKinds } from './catalog/catalog-files.ts';
import { catalogSeries } from './catalog/catalog-series.ts';

/**
 * The files that paths stand for: a file itself, the matches of a pattern (`bars-*.csv.gz`), the Parquet files of a directory,
 * as in a NautilusTrader catalog (`catalog/data/bar/<bar type>`, or any directory above it with one bar type only), of 1.x or 2.x.
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

async function expandPath(path: string): Promise<readonly string[]> {
  const isDirectory = await stat(path).then(
    (info) => info.isDirectory(),
    () => null,
  );
  if (isDirectory === true) return findParquetFiles(path);
  return isDirectory === false ? [path] : matchesOf(path);
}

/** The files that a pattern stands for, by name; what is no pattern stands for itself. @throws {DataError} FILE_NOT_FOUND */
export async function matchesOf(path: string): Promise<string[]> {
  if (!/[*?[{]/.test(path)) return [path];
  const matches: string[] = [];
  for await (const match of glob(path)) matches.push(match);
  if (matches.length === 0) throw new DataError('FILE_NOT_FOUND', `no file matches ${path}`);
  return matches.sort();
}

async function findParquetFiles(directory: string): Promise<readonly string[]> {
  const found = await findCatalogFiles(directory);
  if (found.bars.length === 1) return found.bars[0].files;
  if (found.bars.length > 1) throw await severalSeries(directory);
  const kinds = otherKinds(found);
  if (kinds !== null) {
    throw new DataError(
      'FILE_UNREADABLE',
      `${directory} is a catalog without bars: it has ${kinds}; write bars into it`,
    );
  }
  const folders = [...new Set(found.all.map((file) => dirname(file)))].sort();
  if (folders.length === 0) {
    throw new DataError('FILE_UNREADABLE', `${directory} is a directory without Parquet files; name a file`);
  }
  if (folders.length > 1) {
    throw new DataError(
      'FILE_UNREADABLE',
      `${directory} holds ${folders.length} series (${listed(folders)}); name one of them`,
    );
  }
  return found.all;
}

async function severalSeries(directory: string): Promise<DataError> {
  const series = await catalogSeries(directory);
  const names = listed(series.map(({ name }) => name));
  const remedy = `name one of them, such as ${series[0].path}, or say --universe ${directory} for all`;
  return new DataError('FILE_UNREADABLE', `${directory} holds ${series.length} series (${names}); ${remedy}`);
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', ...' : ''}`;
}
