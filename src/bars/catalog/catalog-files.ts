import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';

const BARS = 'bars';
const SIGNALS = 'TradeSignal';

/** Parquet files of one directory. */
export interface CatalogFolder {
  readonly path: string;
  /** In the order of their names, which NautilusTrader makes from their times. */
  readonly files: readonly string[];
}

/** What a directory of NautilusTrader's ParquetDataCatalog holds, of 1.x or of 2.x. */
export interface CatalogFiles {
  /** Directories of bars, each of which is one bar type, by name: `data/bar/<bar type>` of 1.x, `data/bars/<bar type>` of 2.x. */
  readonly bars: readonly CatalogFolder[];
  /** Files of `TradeSignal`, by name: `data/custom_trade_signal/…` of 1.x, `data/custom/TradeSignal/…` of 2.x. */
  readonly signals: readonly string[];
  /** Directories of all other kinds of data, such as `quote_tick` and `custom/EnrichedSignal`, by name. */
  readonly others: readonly string[];
  /** Every Parquet file, by name. */
  readonly all: readonly string[];
}

/** Directories that only a catalog has. */
const OF_CATALOGS =
  /^(custom.*|quote_tick|quotes|trade_tick|trades|order_.*|(mark|index)_price.*|instruments?|currency_pair|crypto_.*|equity|futures_.*|option_.*)$/;

/** What a catalog holds that is no bars, for a sentence; null for a directory that is no catalog, or has nothing else. */
export function otherKinds({ signals, others }: Pick<CatalogFiles, 'signals' | 'others'>): string | null {
  const kinds = [...(signals.length > 0 ? [SIGNALS] : []), ...others];
  return signals.length > 0 || others.some((kind) => OF_CATALOGS.test(kind)) ? kinds.join(', ') : null;
}

/**
 * Looks through a directory for what a catalog holds.
 *
 * @param directory - the catalog, or a directory inside it.
 */
export async function findCatalogFiles(directory: string): Promise<CatalogFiles> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const all = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.parquet'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const kinds = Map.groupBy(all, kindOf);
  const bars = Map.groupBy(kinds.get(BARS) ?? [], dirname);
  return {
    bars: [...bars].map(([path, files]) => ({ path, files })).sort((a, b) => (a.path < b.path ? -1 : 1)),
    signals: kinds.get(SIGNALS) ?? [],
    others: [...kinds.keys()].filter((kind) => kind !== null && kind !== BARS && kind !== SIGNALS).sort() as string[],
    all,
  };
}

/** What a file is of; null where it does not lie as in a catalog. */
function kindOf(file: string): string | null {
  const folders = dirname(resolve(file)).split(sep);
  if (/^bars?$/.test(basename(dirname(dirname(file))))) return BARS;
  const [kind, type] = folders.slice(folders.lastIndexOf('data') + 1);
  if (!folders.includes('data') || kind === undefined) return null;
  if (kind === 'custom_trade_signal' || (kind === 'custom' && type === 'TradeSignal')) return SIGNALS;
  return kind === 'custom' && type !== undefined ? `${kind}/${type}` : kind;
}
