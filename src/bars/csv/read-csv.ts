import { DataError } from '../../core/index.ts';
import { checkRows } from '../bar-rows.ts';
import { BAR_ROLES, resolveRoles, stampOf } from '../column-roles.ts';
import { findColumns, unusedNames } from '../columns/find-columns.ts';
import { parseValueCell } from '../columns/value-cells.ts';
import type { FileBars, ReadRowsOptions } from '../file-bars.ts';
import { BAR_BYTES, tooLarge, unpackedBound } from '../file-bounds.ts';
import type { CsvRecord } from './csv-scanner.ts';
import { visitRecords } from './csv-stream.ts';
import type { CsvLayout } from './layouts.ts';
import { RowColumns } from './row-columns.ts';
import { rowFault, zonedRule } from './row-fault.ts';
import { clockColumn } from './times/time-column.ts';
import { timeTextsOf } from './times/time-texts.ts';
import { isWrittenTime } from './times/vendor-time.ts';
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
  const isIndex = (j: number): boolean => isWrittenTime(layout.firstRow?.[j] ?? '');
  const clock = clockColumn(columnNames, layout.firstRow);
  const names = columnNames.map((name, j) => (j === clock ? 'time of day' : name));
  const roles = resolveRoles(path, names, BAR_ROLES, options.stamp, isIndex);
  refuseFixedPoint(layout, roles.open ?? 0);
  const column = { time: roles.time ?? 0, clock };
  const values = findColumns(path, columnNames, roles, options.wanted);
  const texts = await timeTextsOf(layout, column, options);
  const columns = new RowColumns(layout, { roles, time: column, values }, texts);
  const badCell = await readRows(layout, columns, { ...options, rowBytes: BAR_BYTES + 8 * values.size });
  // Rows in no order do not vouch for dates of which only some show their order.
  const sort = options.sort === true && !texts.isOrderShown;
  const rows = columns.nRows === 0 ? null : checkRows(columns.finish(), { ...options, sort });
  if (rows !== null && rows.fault !== null) {
    const rule = zonedRule(rows.fault, texts.isUtc);
    const said = texts.isOrderShown ? rule.replace('by --sort', 'by --sort and --time-format') : rule;
    throw await rowFault(layout, roles, columns, { ...rows.fault, rule: said });
  }
  if (badCell !== null) throw badCell;
  if (rows === null) throw new DataError('EMPTY_FILE', `${path} has a header but no bars`);
  return {
    ...rows,
    hasVolume: rows.hasVolume && !columns.hasEmptyVolume,
    path,
    timeUnit: texts.unit ?? rows.timeUnit,
    timeName: columnNames[roles.time ?? 0],
    stampedAt: layout.stampedAt ?? stampOf(columnNames, roles),
    recognised: [
      ...recognisedIn(layout),
      ...(clock === null ? [] : ['date and time in two columns']),
      ...texts.notes,
      ...columns.notes,
      ...rows.notes,
    ],
    unusedColumns: unusedNames(names, roles, values, (j) => j !== clock && isNumeric(layout, j)),
    locate: async (bar) => `${path} line ${columns.lineOf(rows.order?.[bar] ?? bar)}`,
  };
}

/**
 * Reads rows up to the first that cannot be read, and the rest of the file only to see that it is whole.
 *
 * @returns the fault of that row, which is not thrown: a row before it may break a rule of bars.
 */
async function readRows(
  layout: CsvLayout,
  columns: RowColumns,
  { onRows, rowBytes }: Pick<ReadRowsOptions, 'onRows'> & { readonly rowBytes: number },
): Promise<DataError | null> {
  const report = progressOf(layout, onRows);
  const maxRows = Math.floor(unpackedBound(layout) / rowBytes);
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
function progressOf({ estimatedRows }: CsvLayout, onRows: ReadRowsOptions['onRows']): (nRows: number) => void {
  return (nRows) => onRows(nRows, estimatedRows === null ? null : Math.max(estimatedRows, nRows));
}

/** @throws {DataError} UNKNOWN_FORMAT for prices of Databento in units of 1e-9, which it writes unless it is asked for decimals. */
function refuseFixedPoint({ path, columnNames, firstRow }: CsvLayout, open: number): void {
  const isFixed = openStampedVendor(columnNames) === 'Databento' && /^\d{7,}$/.test(firstRow?.[open]?.trim() ?? '');
  if (!isFixed) return;
  throw new DataError(
    'UNKNOWN_FORMAT',
    `${path} has prices in units of 1e-9: export it from Databento with decimals (pretty_px)`,
  );
}

function recognisedIn({ columnNames, vendor, encoding, decimal, hasThousands }: CsvLayout): string[] {
  const layout = vendor ?? openStampedVendor(columnNames);
  return [
    ...(layout === null ? [] : [layout]),
    ...(encoding === 'utf-8' ? [] : ['UTF-16']),
    ...(decimal === ',' ? ['decimal comma'] : []),
    ...(hasThousands ? ['thousands apart'] : []),
  ];
}

/** Whether a column holds numbers, as far as its first cell with a value tells. */
export function isNumeric(layout: CsvLayout, j: number): boolean {
  const cell = layout.firstValues[j] ?? '';
  return /\d/.test(cell) && parseValueCell(cell, layout) !== null;
}
