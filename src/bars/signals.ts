import { DataError, formatIsoNanos, show } from '../core/index.ts';
import type { BarSeries } from '../domain/index.ts';
import { parseSideCell, SIGNAL_RULE } from './cells.ts';
import { resolveRoles, SIGNAL_ROLES } from './column-roles.ts';
import { checkRecordShape, visitRecords } from './csv/csv-stream.ts';
import type { FileLimits } from './file-bounds.ts';
import { sniffFile } from './file-layout.ts';
import { parseTimeCell, TIME_RULE, TimeReader } from './time-cells.ts';

/** Signals of a primary strategy, oldest first. */
export interface SignalColumn {
  /** (nSignals,) UNIX ns, strictly increasing. */
  readonly tsEvent: BigInt64Array;
  /** (nSignals,) -1, 0 or 1. */
  readonly side: Int8Array;
}

/**
 * Reads a CSV file (also .gz) of signals: a time column and `signal` or `side` (-1, 0, 1, BUY, SELL, FLAT).
 *
 * @param shiftNs - added to every time, as `BarReport.shiftNs` was to the bars': signals are stamped like their bars.
 * @throws {DataError} naming the file, and for a bad row its line, the broken rule and the value.
 */
export async function readSignals(path: string, shiftNs = 0n, limits?: FileLimits): Promise<SignalColumn> {
  const layout = await sniffFile(path, limits);
  if (layout.format !== 'csv') throw new DataError('UNKNOWN_FORMAT', `${path} must be CSV (also .gz), was Parquet`);
  const roles = resolveRoles(path, layout.columnNames, SIGNAL_ROLES, 'close');
  const timeAt = roles.time ?? 0;
  const sideAt = roles.signal ?? 0;
  const times = new TimeReader();
  const tsEvent: bigint[] = [];
  const side: number[] = [];
  await visitRecords(layout, (record) => {
    checkRecordShape(layout, record);
    const bad = (index: number, rule: string): DataError => {
      const text = record.cell(index);
      const received = text.trim() === '' ? 'empty' : show(text);
      const name = layout.columnNames[index];
      return new DataError('BAD_ROW', `${path} line ${record.line}: ${name} must be ${rule}, was ${received}`);
    };
    const cell = parseTimeCell(record.cell(timeAt));
    const ns = cell === null ? TIME_RULE : times.read(cell.kind, cell.value);
    if (typeof ns === 'string') throw bad(timeAt, ns);
    const previous = tsEvent.at(-1);
    if (previous !== undefined && ns <= previous) throw bad(timeAt, `after the row before it (${previous} ns)`);
    const value = parseSideCell(record.cell(sideAt));
    if (value === null) throw bad(sideAt, SIGNAL_RULE);
    tsEvent.push(ns);
    side.push(value);
  });
  if (tsEvent.length === 0) throw new DataError('EMPTY_FILE', `${path} has a header but no signals`);
  const column = new BigInt64Array(tsEvent);
  for (let k = 0; k < column.length; k++) column[k] += shiftNs;
  return { tsEvent: column, side: Int8Array.from(side) };
}

/**
 * The side of the signal at exactly the time of each bar.
 *
 * @returns (nBars,) -1, 0 or 1; 0 where there is no signal.
 * @throws {DataError} BAD_ROW when a signal matches no bar, naming the first such and how many there are.
 */
export function alignSignals(bars: BarSeries, signals: SignalColumn): Int8Array {
  const side = new Int8Array(bars.length);
  let i = 0;
  let nLost = 0;
  let firstLost: bigint | null = null;
  for (let k = 0; k < signals.tsEvent.length; k++) {
    const ts = signals.tsEvent[k];
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
