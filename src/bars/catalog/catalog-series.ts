import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { instrumentOfBarType, type Series } from '../../domain/index.ts';
import { withDuckDb } from '../parquet/duckdb.ts';
import { type CatalogFolder, findCatalogFiles } from './catalog-files.ts';
import { fileMetadata } from './file-metadata.ts';

/** Key of the bar type in a file of bars. */
const BAR_TYPE = 'bar_type';

/** One bar type in a catalog: a series of bars. */
export interface CatalogSeries extends Series {
  /** The bar type, which names the instrument too; the name of the directory where neither it nor the files say one. */
  readonly name: string;
  readonly path: string;
}

/**
 * The series of bars in a catalog of NautilusTrader, by name; empty where there are none. Files name their bar type; directories are named
 * after it without what a path cannot have, so `BTC/USDT` is only known from the file.
 *
 * @param directory - the catalog, or a directory inside it.
 */
export async function catalogSeries(directory: string): Promise<readonly CatalogSeries[]> {
  const { bars } = await findCatalogFiles(directory);
  if (bars.length === 0) return [];
  const named = await withDuckDb((connection) => Promise.all(bars.map((folder) => nameSeries(connection, folder))));
  return named.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The series of bars that paths name; null where they name no single one of a catalog. */
export async function seriesOfPaths(paths: readonly string[]): Promise<Series | null> {
  if (paths.length !== 1) return null;
  const isDirectory = await stat(paths[0]).then(
    (info) => info.isDirectory(),
    () => false, // whoever reads it says why it cannot be
  );
  const series = isDirectory ? await catalogSeries(paths[0]) : [];
  return series.length === 1 ? { instrumentId: series[0].instrumentId, barType: series[0].barType } : null;
}

async function nameSeries(connection: DuckDBConnection, { path, files }: CatalogFolder): Promise<CatalogSeries> {
  const written = await fileMetadata(connection, files[0], BAR_TYPE).catch(leftToTheReader);
  const name = written.get(BAR_TYPE) ?? basename(path);
  const instrumentId = instrumentOfBarType(name);
  if (instrumentId === null) return { name, path, instrumentId: name, barType: null };
  return { name, path, instrumentId, barType: name };
}

/** A file that is no Parquet fails when its bars are read, with a sentence on it. @throws what else it is. */
function leftToTheReader(error: unknown): ReadonlyMap<string, string> {
  if (error instanceof Error && 'code' in error && error.code === 'MISSING_PART') throw error;
  return new Map();
}
