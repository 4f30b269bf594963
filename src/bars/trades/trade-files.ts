import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DataError } from '../../core/index.ts';
import { DEFAULT_LIMITS } from '../../domain/index.ts';
import { matchesOf } from '../bar-files.ts';
import { withPlainFile } from '../containers/plain-file.ts';
import type { FileLimits } from '../file-bounds.ts';
import type { ReadOptions } from '../read-options.ts';
import { countsTrades } from './layout/headerless.ts';
import { sniffTrades } from './layout/sniff-trades.ts';
import { readCsvTrades } from './reading/csv-trades.ts';
import type { FileTrades, ReadTradesRequest } from './reading/file-trades.ts';
import { readParquetTrades } from './reading/parquet-trades.ts';
import type { FlowFile } from './reading/trade-flow.ts';

/** A file of trades may have any size, since only a stretch of it is in memory; what is packed may unpack to a hundred times its size. */
const LIMITS: FileLimits = { ...DEFAULT_LIMITS, fileBytes: Infinity, unpackedBytes: Infinity };

/** What is asked of one file. */
export interface TradeFileRequest extends Omit<ReadTradesRequest, 'name'>, ReadOptions {
  /** Called before the first trade. */
  readonly onOpen: (file: FlowFile) => void;
}

/**
 * The files that paths stand for, in the order of the paths: a file itself, the matches of a pattern by name, the Parquet files of a directory.
 *
 * @throws {DataError} FILE_NOT_FOUND, FILE_UNREADABLE for a directory without Parquet files.
 */
export async function findTradeFiles(paths: readonly string[]): Promise<{ path: string; size: number }[]> {
  const found: { path: string; size: number }[] = [];
  for (const path of paths) {
    const info = await stat(path).catch(() => null); // a pattern, or a file whose absence is said below
    const files = info?.isDirectory() ? await parquetFiles(path) : info === null ? await matchesOf(path) : [path];
    for (const file of files) found.push({ path: file, size: await sizeOf(file) });
  }
  return found;
}

async function parquetFiles(directory: string): Promise<string[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.parquet')).sort();
  if (names.length > 0) return names.map((name) => join(directory, name));
  throw new DataError(
    'FILE_UNREADABLE',
    `${directory} is a directory without Parquet files; name the files, or a pattern`,
  );
}

async function sizeOf(path: string): Promise<number> {
  const info = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new DataError('FILE_NOT_FOUND', `${path} does not exist`, { cause });
  });
  return info.size;
}

/** Reads the trades of one file: CSV or Parquet, as it is, gzipped, or alone in a zip. @throws {DataError} */
export function readTradeFile(path: string, request: TradeFileRequest): Promise<FileTrades> {
  return withPlainFile(
    path,
    LIMITS,
    async ({ file, notes }) => {
      const layout = await sniffTrades(path, file, LIMITS, request);
      const isDated = /^\d{8}_/.test(basename(path));
      const named = { ...request, name: isDated ? path : (notes[0] ?? path) };
      if (layout.format === 'parquet') {
        request.onOpen({ path, unit: 'row', countsTrades: false });
        const read = await readParquetTrades(layout, named);
        return { ...read, recognised: [...notes, ...read.recognised] };
      }
      request.onOpen({ path, unit: 'line', countsTrades: countsTrades(layout.columnNames, layout.vendor) });
      const read = await readCsvTrades(layout, named);
      return { ...read, recognised: [...notes, ...read.recognised] };
    },
    'trades',
  );
}
