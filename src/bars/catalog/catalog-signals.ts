import { ConditionError, DataError } from '../../core/index.ts';
import { type ColumnValues, instrumentOfBarType, type Series, wholeBarType } from '../../domain/index.ts';
import { type NamedValues, readFeaturesText } from '../../wire/index.ts';
import { orderRows } from '../bar-rows.ts';
import { NOTHING_WANTED, ROLE_OF_SIGNAL, type WantedColumns } from '../columns/find-columns.ts';
import type { FileLimits } from '../file-bounds.ts';
import type { ReadOptions } from '../read-options.ts';
import type { SignalFile } from '../rows/signal-file.ts';
import { findCatalogFiles, otherKinds } from './catalog-files.ts';
import { readSignalRows, type SignalRow } from './signal-rows.ts';

export interface CatalogSignalOptions extends Pick<ReadOptions, 'sort' | 'dedupe' | 'symbol'> {
  /** The series of the bars; null where they are of no catalog. */
  readonly series: Series | null;
  readonly wanted?: WantedColumns;
}

/**
 * Reads the `TradeSignal`s in a catalog of NautilusTrader that are of one series: of its instrument, and of its bar type where they
 * name one. Bars of no catalog are of any: then the signals must be of one series, or `symbol` says of which instrument.
 *
 * @throws {DataError} FILE_UNREADABLE for a directory without signals, EMPTY_FILE for none of the series, UNKNOWN_FORMAT for several.
 */
export async function readCatalogSignals(
  directory: string,
  options: CatalogSignalOptions,
  limits?: FileLimits,
): Promise<SignalFile> {
  const found = await findCatalogFiles(directory);
  if (found.signals.length === 0) {
    const kinds = otherKinds(found);
    const has = kinds === null ? '' : `: it has ${kinds}`;
    const remedy = 'write the class of docs/nautilus.md into a catalog, or name a file';
    throw new DataError('FILE_UNREADABLE', `${directory} holds no TradeSignal${has}; ${remedy}`);
  }
  const all: SignalRow[] = [];
  for (const file of found.signals) all.push(...(await readSignalRows(file, limits)));
  const rows = pickRows(directory, all, options).sort((a, b) => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0));
  const { values, unusedColumns } = valuesOf(rows, options.wanted ?? NOTHING_WANTED);
  const fetched = {
    time: BigInt64Array.from(rows, ({ ts }) => ts),
    timeKind: 'iso-8601' as const,
    numbers: {},
    values,
    side: Int8Array.from(rows, ({ side }) => side),
    symbols: null,
  };
  const ordered = orderRows(fetched, { sort: options.sort, dedupe: options.dedupe });
  if (ordered.fault !== null) {
    const { index, field, rule, received } = ordered.fault;
    const name = field === 'tsEvent' ? 'ts_event' : field;
    throw new DataError('BAD_ROW', `${rows[index].where}: ${name} must be ${rule}, was ${received}`);
  }
  return {
    tsEvent: ordered.time,
    side: ordered.side ?? fetched.side,
    values: ordered.values,
    path: directory,
    names: ['ts_event', 'signal', ...values.keys(), ...unusedColumns],
    unusedColumns,
    stampedAt: 'close',
    namesSeries: rows.every(({ barType }) => barType !== null),
  };
}

function pickRows(directory: string, all: readonly SignalRow[], { series, symbol }: CatalogSignalOptions): SignalRow[] {
  const rows =
    series === null
      ? all.filter(({ instrumentId }) => symbol === undefined || instrumentId === symbol)
      : all.filter((row) => isOf(row, series));
  const names = [...Map.groupBy(all, nameOf)].map(([name, { length }]) => `${name} (${length})`).sort();
  const listed = `${names.slice(0, 5).join(', ')}${names.length > 5 ? `, and ${names.length - 5} more` : ''}`;
  if (rows.length === 0) {
    const wanted = series === null ? (symbol ?? 'any series') : (series.barType ?? series.instrumentId);
    throw new DataError('EMPTY_FILE', `${directory} holds no signals of ${wanted}: it has ${listed || 'none'}`);
  }
  const nSeries = new Set(rows.map(nameOf)).size;
  if (series === null && nSeries > 1) {
    const remedy = 'name bars of a catalog, or an instrument by --symbol';
    throw new DataError('UNKNOWN_FORMAT', `${directory} holds signals of several series (${listed}); ${remedy}`);
  }
  return rows;
}

/** Whether a signal is of a series. One that names no bar type is of every series of its instrument. */
function isOf({ instrumentId, barType }: SignalRow, series: Series): boolean {
  if (instrumentId !== null && instrumentId !== series.instrumentId) return false;
  if (barType === null || series.barType === null) return true;
  return barType === series.barType || wholeBarType(series.instrumentId, barType) === series.barType;
}

/** The series that a signal names. */
function nameOf({ instrumentId, barType }: SignalRow): string {
  if (barType === null || instrumentId === null) return barType ?? instrumentId ?? 'no instrument';
  return instrumentOfBarType(barType) === null ? wholeBarType(instrumentId, barType) : barType;
}

/** The wanted columns, out of `features` where that has the name, else of the class's own fields. */
function valuesOf(
  rows: readonly SignalRow[],
  { columns, ofSignals }: WantedColumns,
): { readonly values: ColumnValues; readonly unusedColumns: readonly string[] } {
  const sent = rows.map((row): NamedValues => ({ ...row.numbers, ...featuresOf(row) }));
  const names = new Set(sent.flatMap((each) => Object.keys(each)));
  const wanted = columns.filter((name) => !ROLE_OF_SIGNAL.has(name) && names.has(name));
  const column = (valueAt: (k: number) => number): Float64Array => Float64Array.from(rows, (_, k) => valueAt(k));
  const known = new Map(wanted.map((name) => [name, column((k) => sent[k][name] ?? Number.NaN)]));
  for (const [name, field] of ROLE_OF_SIGNAL) {
    const isWanted = ofSignals.includes(name) || columns.includes(name);
    const isThere = rows.some((row) => !Number.isNaN(row[field]));
    if (!isWanted || !isThere) continue;
    const values = column((k) => rows[k][field]);
    known.set(name, values);
  }
  return { values: known, unusedColumns: [...names].filter((name) => !wanted.includes(name)).sort() };
}

/** @throws {DataError} BAD_ROW for a text that is no object of numbers by name. */
function featuresOf({ features, where }: SignalRow): NamedValues {
  try {
    return readFeaturesText(features) ?? {};
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    throw new DataError('BAD_ROW', `${where}: ${error.message}`, { cause: error });
  }
}
