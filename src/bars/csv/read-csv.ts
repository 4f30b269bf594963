import { DataError, parseNumber, show } from '../../core/index.ts';
import { checkRows, type RowFault } from '../bar-rows.ts';
import { BAR_ROLES, type Roles, resolveRoles, stampOf } from '../column-roles.ts';
import type { FileBars, ReadRowsOptions } from '../file-bars.ts';
import { BAR_BYTES, tooLarge, unpackedBound } from '../file-bounds.ts';
import { parseTimeCell } from '../time-cells.ts';
import type { CsvRecord } from './csv-scanner.ts';
import { visitRecords } from './csv-stream.ts';
import type { CsvLayout } from './layouts.ts';
import { RowColumns } from './row-columns.ts';
import { clockColumn } from './times/vendor-time.ts';
import { openStampedVendor } from './vendors.ts';

/** Number of rows between two reports of progress. */
const PROGRESS_ROWS = 2048;

/**
 * Reads the bars of one CSV file.
 *
 * @throws {DataError} MISSING_COLUMN, EMPTY_FILE, FILE_UNREADABLE, or BAD_ROW naming line, rule and value of the first bad row.
 */
export async function readCsv(layout: CsvLayout, options: ReadRowsOptions): Promise<FileBars> {
  const { path, columnNames } = layout;
  const isWrittenTime = (j: number): boolean => parseTimeCell(layout.firstRow?.[j] ?? '')?.kind === 'iso-8601';
  const clock = clockColumn(columnNames, layout.firstRow);
  const names = columnNames.map((name, j) => (j === clock ? 'time of day' : name));
  const roles = resolveRoles(path, names, BAR_ROLES, options.stamp, isWrittenTime);
  const columns = new RowColumns(layout, roles, clock, options);
  const badCell = await readRows(layout, columns, options);
  const rows = columns.nRows === 0 ? null : checkRows(columns.finish(), options);
  if (rows !== null && rows.fault !== null) throw await faultOf(layout, roles, columns, rows.fault);
  if (badCell !== null) throw badCell;
  if (rows === null) throw new DataError('EMPTY_FILE', `${path} has a header but no bars`);
  return {
    ...rows,
    path,
    timeName: columnNames[roles.time ?? 0],
    stampedAt: layout.stampedAt ?? stampOf(columnNames, roles),
    recognised: [...recognisedIn(layout), ...(clock === null ? [] : ['date and time in two columns']), ...rows.notes],
    unusedColumns: unusedColumns(layout, [...Object.values(roles), ...(clock === null ? [] : [clock])]),
    locate: async (bar) => `${path} line ${columns.lineOf(rows.order?.[bar] ?? bar)}`,
  };
}

/**
 * Reads rows up to the first that cannot be read, and the rest of the file only to see that it is whole.
 *
 * @returns the fault of that row, which is not thrown: a row before it may break a rule of bars.
 */
async function readRows(layout: CsvLayout, columns: RowColumns, options: ReadRowsOptions): Promise<DataError | null> {
  const report = progressOf(layout, options);
  const maxRows = Math.floor(unpackedBound(layout) / BAR_BYTES);
  let badCell: DataError | null = null;
  const add = (record: CsvRecord): void => {
    if (badCell !== null) return;
    try {
      columns.add(record);
    } catch (error) {
      badCell = asBadRow(error);
      return;
    }
    if (columns.nRows > maxRows) throw tooLarge(layout, `more than ${maxRows} rows`);
    if (columns.nRows % PROGRESS_ROWS === 0) report(columns.nRows);
  };
  try {
    await visitRecords(layout, add);
  } catch (error) {
    const fault = asBadRow(error);
    badCell ??= fault;
  }
  return badCell;
}

/** @throws what is no fault of a row. */
function asBadRow(error: unknown): DataError {
  if (error instanceof DataError && error.code === 'BAD_ROW') return error;
  throw error;
}

/** Reports rows that were read, with a guess of their number in all. */
function progressOf({ estimatedRows }: CsvLayout, { onRows }: ReadRowsOptions): (nRows: number) => void {
  return (nRows) => onRows(nRows, estimatedRows === null ? null : Math.max(estimatedRows, nRows));
}

async function faultOf(layout: CsvLayout, roles: Roles, columns: RowColumns, fault: RowFault): Promise<DataError> {
  if (fault.field === 'symbol') return new DataError('UNKNOWN_FORMAT', `${layout.path} ${fault.rule}`);
  const { index, field } = fault;
  const isTime = field === 'tsEvent';
  const column = roles[isTime ? 'time' : (field as keyof Roles)] ?? 0;
  const line = columns.lineOf(index);
  const textOf = (record: CsvRecord): string => (isTime ? columns.timeText(record) : record.cell(column));
  const [before, text] = await textsAt(layout, textOf, [columns.lineOf(index - 1), line]);
  const isOrder = isTime && /^(?:after|the only) /.test(fault.rule);
  const rule = fault.rule.replace(/the row before it(?: \([^)]*\))?/, `the row before it (${before.trim()})`);
  const received = isOrder ? text.trim() : show(isTime ? text : fault.received);
  return new DataError(
    'BAD_ROW',
    `${layout.path} line ${line}: ${layout.columnNames[column]} must be ${rule}, was ${received}`,
  );
}

/** The texts on some lines, read again because only numbers are kept. */
async function textsAt(
  layout: CsvLayout,
  textOf: (record: CsvRecord) => string,
  lines: readonly number[],
): Promise<string[]> {
  const texts = lines.map(() => '');
  const look = (record: CsvRecord): void => {
    const k = lines.indexOf(record.line);
    if (k >= 0) texts[k] = textOf(record);
  };
  // The rows after the fault may end the reading.
  await visitRecords(layout, look).catch(() => undefined);
  return texts;
}

function recognisedIn({ columnNames, vendor, encoding, decimal }: CsvLayout): string[] {
  const layout = vendor ?? openStampedVendor(columnNames);
  return [
    ...(layout === null ? [] : [layout]),
    ...(encoding === 'utf-8' ? [] : ['UTF-16']),
    ...(decimal === ',' ? ['decimal comma'] : []),
  ];
}

function unusedColumns({ columnNames, firstRow }: CsvLayout, used: readonly number[]): string[] {
  return columnNames.filter((_, j) => !used.includes(j) && parseNumber(firstRow?.[j].trim() ?? '') !== null);
}
