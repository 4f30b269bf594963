import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { catalogSeries, type ReadBarsOptions, readSymbols } from '../../bars/index.ts';
import { ConditionError, DataError } from '../../core/index.ts';
import type { Series } from '../../domain/index.ts';
import { systemFault } from '../../runtime/index.ts';

const ENDINGS = ['.csv', '.csv.gz', '.parquet', '.zip', '.feather', '.arrow', '.json', '.json.gz'] as const;

/** The bars of one instrument: a file, a directory of Parquet files, or the rows of one symbol. */
export interface UniverseFile {
  readonly instrument: string;
  readonly path: string;
  /** The symbol of its rows, in a file of several. */
  readonly symbol?: string;
  /** What a catalog says of it; its name has the bar type too. */
  readonly series?: Series;
}

/**
 * The instruments of a universe, in the order of their names: each file of a directory, each series of a NautilusTrader
 * catalog by its instrument and bar type, each symbol of a file that holds several.
 *
 * @param path - a directory or a file.
 * @throws {DataError | ConditionError} when there is no file, or when two instruments have one name.
 */
export async function universeFiles(path: string, options: ReadBarsOptions = {}): Promise<readonly UniverseFile[]> {
  const found: UniverseFile[] = [];
  for (const file of await filesOf(path)) found.push(...(await bySymbol(file, options)));
  found.sort((a, b) => (a.instrument < b.instrument ? -1 : 1));
  const names = found.map(({ instrument }) => modelFileName(instrument));
  const twice = found.find((_, k) => names.indexOf(names[k]) !== k);
  if (twice !== undefined) {
    throw new ConditionError('--universe', 'a directory with one file an instrument', `two of ${twice.instrument}`);
  }
  return found;
}

/** The name of an instrument's model file: `BTC/USDT` becomes `BTC-USDT.onnx`. */
export function modelFileName(instrument: string): string {
  return `${instrument.replace(/[/\\:*?"<>|]/g, '-')}.onnx`;
}

async function filesOf(path: string): Promise<UniverseFile[]> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new DataError('FILE_NOT_FOUND', `cannot look into ${path}: ${systemFault(error)}`);
  });
  if (!info.isDirectory()) return [{ instrument: instrumentOf(basename(path)) ?? basename(path), path }];
  const entries = await readdir(path, { withFileTypes: true });
  const files = entries.flatMap((entry): UniverseFile[] => {
    const instrument = instrumentOf(entry.name);
    if (instrument === null || entry.isDirectory() || entry.name.startsWith('.')) return [];
    return [{ instrument, path: join(path, entry.name) }];
  });
  if (files.length > 0) return files;
  const series = await catalogSeries(path);
  if (series.length > 0)
    return series.map(({ name, path: folder, instrumentId, barType }) => ({
      instrument: name,
      path: folder,
      series: { instrumentId, barType },
    }));
  throw new DataError('FILE_NOT_FOUND', `${path} holds no file of bars (${ENDINGS.join(', ')}), and is no catalog`);
}

function instrumentOf(name: string): string | null {
  const ending = ENDINGS.find((each) => name.toLowerCase().endsWith(each));
  return ending === undefined ? null : name.slice(0, -ending.length);
}

async function bySymbol(file: UniverseFile, options: ReadBarsOptions): Promise<readonly UniverseFile[]> {
  if (options.symbol !== undefined || (await stat(file.path)).isDirectory()) return [file];
  // A file that cannot be read fails by itself when its instrument is trained on.
  const symbols = await readSymbols(file.path, options, options.limits).catch((error: unknown) => {
    if (error instanceof DataError) return [];
    throw error;
  });
  return symbols.length < 2 ? [file] : symbols.map((symbol) => ({ ...file, instrument: symbol, symbol }));
}
