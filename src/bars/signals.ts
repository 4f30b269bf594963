import { stat } from 'node:fs/promises';
import { DataError, formatIsoNanos } from '../core/index.ts';
import type { BarSeries, ColumnValues, Series } from '../domain/index.ts';
import { sharedFloats } from '../math/index.ts';
import { type OrderedRows, orderRows } from './bar-rows.ts';
import { readCatalogSignals } from './catalog/catalog-signals.ts';
import { type Role, type Roles, resolveRoles, SIGNAL_ROLES, stampOf } from './column-roles.ts';
import { findColumns, NOTHING_WANTED, unusedNames, type WantedColumns } from './columns/find-columns.ts';
import { withPlainFile } from './containers/plain-file.ts';
import { visitRecords } from './csv/csv-stream.ts';
import type { CsvLayout, ParquetLayout } from './csv/layouts.ts';
import { isNumeric } from './csv/read-csv.ts';
import { RowColumns } from './csv/row-columns.ts';
import { rowFault, zonedRule } from './csv/row-fault.ts';
import { fileTexts } from './csv/times/file-texts.ts';
import { clockColumn } from './csv/times/time-column.ts';
import { isWrittenTime } from './csv/times/vendor-time.ts';
import type { FileLimits } from './file-bounds.ts';
import { sniffFile } from './file-layout.ts';
import { readParquetRows } from './parquet/parquet-rows.ts';
import type { ReadOptions } from './read-options.ts';
import type { SignalColumn, SignalFile } from './rows/signal-file.ts';

/** What is read of a file of signals. */
const READ_ROLES: readonly Role[] = [...SIGNAL_ROLES, 'symbol', 'strength', 'probability'];

type SignalOptions = Pick<ReadOptions, 'rename' | 'timeFormat' | 'tz' | 'sort' | 'dedupe' | 'symbol'> & {
  /** Columns that are read beside the signals; by default none. */
  readonly wanted?: WantedColumns;
  /** The series of the bars, whose signals are read out of a catalog; by default its only one. */
  readonly series?: Series | null;
};

/**
 * Reads a file of signals: a time column and `signal` or `side` (-1, 0, 1, BUY, SELL, FLAT); in the formats and
 * containers of bars. Of a directory, which is a catalog of NautilusTrader, its `TradeSignal`s.
 *
 * @param options - as for bars. What they say of columns that are not here is ignored; times of another form than `timeFormat` are
 * read as without it, because the file need not come from where the bars come from.
 * @throws {DataError} naming the file, and for a bad row its line, the broken rule and the value.
 */
export async function readSignals(path: string, options: SignalOptions = {}, limits?: FileLimits): Promise<SignalFile> {
  const isDirectory = await stat(path).then(
    (info) => info.isDirectory(),
    () => false, // whoever reads it says why it cannot be
  );
  if (isDirectory) return readCatalogSignals(path, { ...options, series: options.series ?? null }, limits);
  return withPlainFile(path, limits, async ({ file }) => {
    const naming = { rename: options.rename, elsewhere: Object.keys(options.rename ?? {}) };
    const layout = await sniffFile(path, limits, naming, file);
    return layout.format === 'csv' ? readFromCsv(layout, options) : readFromParquet(layout, options);
  });
}

async function readFromParquet(layout: ParquetLayout, options: SignalOptions): Promise<SignalFile> {
  const { wanted = NOTHING_WANTED, tz, rename } = options;
  const request = {
    required: SIGNAL_ROLES,
    read: READ_ROLES,
    noun: 'signals',
    check: (rows: Parameters<typeof orderRows>[0]) =>
      orderRows(rows, { ...options, symbol: rows.symbols === null ? undefined : options.symbol }),
  };
  const read = await readParquetRows(layout, request, {
    rename,
    elsewhere: Object.keys(rename ?? {}),
    tz,
    stamp: 'close',
    wanted,
    onRows: () => undefined,
  });
  const { rows, roles, names, written, unusedColumns } = read;
  return {
    ...columnsOf(rows),
    path: layout.path,
    names: written,
    unusedColumns,
    stampedAt: stampOf(names, roles),
  };
}

function columnsOf({ time, side, values }: OrderedRows & { readonly fault: null }): SignalColumn {
  if (side === null) throw new Error('unreachable: the column of sides was resolved');
  return { tsEvent: time, side, values };
}

async function readFromCsv(layout: CsvLayout, options: SignalOptions): Promise<SignalFile> {
  const { path, columnNames, writtenNames } = layout;
  const clock = clockColumn(columnNames, layout.firstRow);
  const names = columnNames.map((name, j) => (j === clock ? 'time of day' : name));
  const isIndex = (j: number): boolean => isWrittenTime(layout.firstRow?.[j] ?? '');
  const resolved = resolveRoles(path, names, SIGNAL_ROLES, 'close', isIndex);
  const { time = 0, symbol } = resolved;
  const roles: Roles = Object.fromEntries(
    Object.entries(resolved).filter(([role]) => READ_ROLES.includes(role as Role)),
  );
  const values = findColumns(path, columnNames, roles, options.wanted ?? NOTHING_WANTED);
  const texts = await fileTexts(layout, { time, clock }, options);
  const columns = new RowColumns(layout, { roles, time: { time, clock }, values }, texts);
  await visitRecords(layout, (record) => columns.add(record));
  if (columns.nRows === 0) throw new DataError('EMPTY_FILE', `${path} has a header but no signals`);
  const symbolOption = symbol === undefined ? {} : { symbol: options.symbol };
  const rows = orderRows(columns.finish(), { sort: options.sort, dedupe: options.dedupe, ...symbolOption });
  if (rows.fault !== null) {
    const rule = zonedRule(rows.fault, texts.isUtc);
    throw await rowFault(layout, roles, columns, { ...rows.fault, rule });
  }
  return {
    ...columnsOf(rows),
    path,
    names: writtenNames,
    unusedColumns: unusedNames(names, roles, values, (j) => j !== clock && isNumeric(layout, j)),
    stampedAt: stampOf(columnNames, roles),
  };
}

/** Signals at the bars that they stand at. */
export interface AlignedSignals {
  /** (nBars,) -1, 0 or 1; 0 where there is no signal. */
  readonly side: Int8Array;
  /** (nBars,) of each column that came with the signals, on shared memory; NaN where there is no signal, or no value. */
  readonly values: ColumnValues;
}

/**
 * The signal at exactly the time of each bar.
 *
 * @param shiftNs - added to every time of the signals.
 * @throws {DataError} BAD_ROW when a signal matches no bar, naming the first such and how many there are.
 */
export function alignSignals(
  bars: BarSeries,
  signals: SignalColumn & Pick<SignalFile, 'namesSeries'>,
  shiftNs = 0n,
): AlignedSignals {
  const at = barsOfSignals(bars, signals, shiftNs);
  const side = new Int8Array(bars.length);
  at.forEach((bar, k) => {
    side[bar] = signals.side[k];
  });
  const aligned = (values: Float64Array): Float64Array => {
    const column = sharedFloats(bars.length).fill(Number.NaN);
    at.forEach((bar, k) => {
      column[bar] = values[k];
    });
    return column;
  };
  return { side, values: new Map(Array.from(signals.values, ([name, values]) => [name, aligned(values)])) };
}

/** (nSignals,) the bar of each. @throws {DataError} BAD_ROW */
function barsOfSignals(
  bars: BarSeries,
  { tsEvent, namesSeries = true }: Pick<SignalFile, 'tsEvent' | 'namesSeries'>,
  shiftNs: bigint,
): Int32Array {
  const at = new Int32Array(tsEvent.length);
  let i = 0;
  let nLost = 0;
  let firstLost: bigint | null = null;
  let barAfter = 0;
  for (let k = 0; k < tsEvent.length; k++) {
    const ts = tsEvent[k] + shiftNs;
    while (i < bars.length && bars.tsEvent[i] < ts) i++;
    at[k] = i;
    if (i < bars.length && bars.tsEvent[i] === ts) continue;
    if (firstLost === null) [firstLost, barAfter] = [ts, i];
    nLost++;
  }
  if (firstLost !== null) {
    const hint = namesSeries ? '' : '; where they are of another bar type, name it in TradeSignal.bar_type';
    throw new DataError(
      'BAD_ROW',
      `${nLost} of ${tsEvent.length} signals must have the time of a bar and do not, the first at ${formatIsoNanos(firstLost)} (${firstLost})${closestTo(firstLost, bars, barAfter)}${hint}`,
    );
  }
  return at;
}

/** Where the bars lie beside a time that is none of theirs. @param after - the first bar after it. */
function closestTo(ts: bigint, { tsEvent, length }: BarSeries, after: number): string {
  const before = after > 0 && (after === length || ts - tsEvent[after - 1] <= tsEvent[after] - ts);
  const closest = tsEvent[before ? after - 1 : after];
  const [by, where] = before ? [ts - closest, 'before'] : [closest - ts, 'after'];
  const range = `${formatIsoNanos(tsEvent[0])} to ${formatIsoNanos(tsEvent[length - 1])}`;
  return `; the closest bar is ${Number(by) / 1e9} s ${where} it, of bars from ${range}`;
}
