import { DataError, formatIsoNanos } from '../core/index.ts';
import type { BarSeries } from '../domain/index.ts';
import { orderRows } from './bar-rows.ts';
import { type Roles, resolveRoles, SIGNAL_ROLES, stampOf } from './column-roles.ts';
import { withPlainFile } from './containers/plain-file.ts';
import { visitRecords } from './csv/csv-stream.ts';
import type { CsvLayout } from './csv/layouts.ts';
import { RowColumns } from './csv/row-columns.ts';
import { rowFault, zonedRule } from './csv/row-fault.ts';
import { fileTexts } from './csv/times/file-texts.ts';
import { clockColumn } from './csv/times/time-column.ts';
import { isWrittenTime } from './csv/times/vendor-time.ts';
import type { FileLimits } from './file-bounds.ts';
import { sniffFile } from './file-layout.ts';
import type { ReadOptions } from './read-options.ts';

/** Signals of a primary strategy, oldest first. */
export interface SignalColumn {
  /** (nSignals,) UNIX ns, strictly increasing, as they are stamped in the file. */
  readonly tsEvent: BigInt64Array;
  /** (nSignals,) -1, 0 or 1. */
  readonly side: Int8Array;
}

export interface SignalFile extends SignalColumn {
  /** Column names, as the file writes them. */
  readonly names: readonly string[];
  /** The end of a bar that the file is known to stamp; null where it is that of the bars. */
  readonly stampedAt: 'open' | 'close' | null;
}

type SignalOptions = Pick<ReadOptions, 'rename' | 'timeFormat' | 'tz' | 'sort' | 'dedupe' | 'symbol'>;

/**
 * Reads a file of signals: a time column and `signal` or `side` (-1, 0, 1, BUY, SELL, FLAT); CSV, also in the containers of bars.
 *
 * @param options - as for bars. What they say of columns that are not here is ignored; times of another form than `timeFormat` are
 * read as without it, because the file need not come from where the bars come from.
 * @throws {DataError} naming the file, and for a bad row its line, the broken rule and the value.
 */
export async function readSignals(path: string, options: SignalOptions = {}, limits?: FileLimits): Promise<SignalFile> {
  return withPlainFile(path, limits, async ({ file }) => {
    const naming = { rename: options.rename, elsewhere: Object.keys(options.rename ?? {}) };
    const layout = await sniffFile(path, limits, naming, file);
    if (layout.format === 'csv') return readFrom(layout, options);
    throw new DataError('UNKNOWN_FORMAT', `${path} must be CSV (also .gz, zip, feather or JSON), was Parquet`);
  });
}

async function readFrom(layout: CsvLayout, options: SignalOptions): Promise<SignalFile> {
  const { path, columnNames, writtenNames } = layout;
  const clock = clockColumn(columnNames, layout.firstRow);
  const names = columnNames.map((name, j) => (j === clock ? 'time of day' : name));
  const isIndex = (j: number): boolean => isWrittenTime(layout.firstRow?.[j] ?? '');
  const { time = 0, signal = 0, symbol } = resolveRoles(path, names, SIGNAL_ROLES, 'close', isIndex);
  const roles: Roles = { time, signal, ...(symbol === undefined ? {} : { symbol }) };
  const texts = await fileTexts(layout, { time, clock }, options);
  const columns = new RowColumns(layout, roles, { time, clock }, texts);
  await visitRecords(layout, (record) => columns.add(record));
  if (columns.nRows === 0) throw new DataError('EMPTY_FILE', `${path} has a header but no signals`);
  const symbolOption = symbol === undefined ? {} : { symbol: options.symbol };
  const rows = orderRows(columns.finish(), { sort: options.sort, dedupe: options.dedupe, ...symbolOption });
  if (rows.fault !== null) {
    const rule = zonedRule(rows.fault, texts.isUtc);
    throw await rowFault(layout, roles, columns, { ...rows.fault, rule });
  }
  if (rows.side === null) throw new Error('unreachable: the column of sides was resolved');
  return { tsEvent: rows.time, side: rows.side, names: writtenNames, stampedAt: stampOf(columnNames, roles) };
}

/**
 * The side of the signal at exactly the time of each bar.
 *
 * @param shiftNs - added to every time of the signals.
 * @returns (nBars,) -1, 0 or 1; 0 where there is no signal.
 * @throws {DataError} BAD_ROW when a signal matches no bar, naming the first such and how many there are.
 */
export function alignSignals(bars: BarSeries, signals: SignalColumn, shiftNs = 0n): Int8Array {
  const side = new Int8Array(bars.length);
  let i = 0;
  let nLost = 0;
  let firstLost: bigint | null = null;
  for (let k = 0; k < signals.tsEvent.length; k++) {
    const ts = signals.tsEvent[k] + shiftNs;
    while (i < bars.length && bars.tsEvent[i] < ts) i++;
    if (i < bars.length && bars.tsEvent[i] === ts) {
      side[i] = signals.side[k];
      continue;
    }
    firstLost ??= ts;
    nLost++;
  }
  if (firstLost !== null) {
    throw new DataError(
      'BAD_ROW',
      `${nLost} of ${signals.tsEvent.length} signals must have the time of a bar and do not, the first at ${formatIsoNanos(firstLost)} (${firstLost})`,
    );
  }
  return side;
}
