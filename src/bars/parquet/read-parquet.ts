import { checkRows } from '../bar-rows.ts';
import { BAR_ROLES, stampOf } from '../column-roles.ts';
import type { ParquetLayout } from '../csv/layouts.ts';
import type { FileBars, ReadRowsOptions } from '../file-bars.ts';
import { readParquetRows } from './parquet-rows.ts';

/** When NautilusTrader made a bar out of what it received: of every bar in a catalog, and no column of the user. */
const RECEIVED_AT = 'ts_init';

/**
 * Reads the bars of one Parquet file.
 *
 * @throws {DataError} MISSING_COLUMN, EMPTY_FILE, FILE_UNREADABLE, or BAD_ROW naming row (the first is 1), rule and value.
 */
export async function readParquet(layout: ParquetLayout, options: ReadRowsOptions): Promise<FileBars> {
  const { path } = layout;
  const request = {
    required: BAR_ROLES,
    noun: 'bars',
    check: (rows: Parameters<typeof checkRows>[0]) => checkRows(rows, options),
  };
  const { rows, roles, names, unusedColumns, notes } = await readParquetRows(layout, request, options);
  return {
    ...rows,
    path,
    timeName: names[roles.time ?? 0],
    stampedAt: stampOf(names, roles),
    recognised: [...notes, ...rows.notes],
    unusedColumns: unusedColumns.filter((name) => name !== RECEIVED_AT),
    locate: async (bar) => `${path} row ${(rows.order?.[bar] ?? bar) + 1}`,
  };
}
