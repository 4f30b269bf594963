import { DataError, parseNumber } from '../../core/index.ts';
import { type BarRows, CellFaultError, collectBars, NUMBER_FIELDS, type RowQuery } from '../bar-rows.ts';
import { sideExpression } from '../cells.ts';
import { BAR_ROLES, isTradingView, type Roles, resolveRoles, stampOf } from '../column-roles.ts';
import type { FileBars, ReadRowsOptions } from '../file-bars.ts';
import { BAR_BYTES, tooLarge, unpackedBound } from '../file-bounds.ts';
import { sqlPath, sqlText, withDuckDb } from '../parquet/duckdb.ts';
import { parseTimeCell } from '../time-cells.ts';
import { locateCsvRow, readCsvCarefully } from './careful-csv.ts';
import { MAX_RECORD, verifyGzip } from './csv-records.ts';
import type { CsvLayout } from './layouts.ts';

/** Bytes of DuckDB's read buffer: an eighth of its default, as fast, and 50 MB less memory for 1 M rows. */
const BUFFER_BYTES = 4_000_000;

/** Times that DuckDB reads to the same value as `parseTimeCell`, which reads all others. */
const FAST_TIME = {
  integer: String.raw`[+-]?\d{1,19}`,
  'iso-8601': String.raw`\d{4}-\d\d-\d\d([T ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?)?`,
};

/**
 * Reads the bars of one CSV file with DuckDB. Where that fails, the careful reader reads the file again: it names the line of
 * the fault, or returns the bars itself where the file is fine (mixed line ends, say). Where DuckDB is not installed it reads
 * every file, to the same bars, about four times slower.
 *
 * @throws {DataError} MISSING_COLUMN, EMPTY_FILE, FILE_UNREADABLE, or BAD_ROW naming line, rule and value.
 */
export async function readCsv(layout: CsvLayout, options: ReadRowsOptions): Promise<FileBars> {
  const { path, columnNames } = layout;
  const isWrittenTime = (j: number): boolean => parseTimeCell(layout.firstRow?.[j] ?? '')?.kind === 'iso-8601';
  const roles = resolveRoles(path, columnNames, BAR_ROLES, options.stamp, isWrittenTime);
  if (layout.isGzip) await verifyGzip(layout);
  const onRows = progressOf(layout, options);
  const rows = await readFast(layout, roles, options.allowOhlcRepair, onRows);
  const rest = {
    path,
    timeName: columnNames[roles.time ?? 0],
    stampedAt: stampOf(columnNames, roles),
    recognised: recognisedIn(layout),
    unusedColumns: unusedColumns(layout, roles),
    locate: async (row: number) => `${path} line ${await locateCsvRow(layout, row)}`,
  };
  if (rows !== null && rows.fault === null) return { ...rows, ...rest };
  return { ...(await readCsvCarefully(layout, roles, options.allowOhlcRepair, onRows)), ...rest };
}

function recognisedIn({ columnNames, vendor, encoding, decimal }: CsvLayout): string[] {
  const layout = vendor ?? (isTradingView(columnNames) ? 'TradingView' : null);
  return [
    ...(layout === null ? [] : [layout]),
    ...(encoding === 'utf-8' ? [] : ['UTF-16']),
    ...(decimal === ',' ? ['decimal comma'] : []),
  ];
}

function unusedColumns({ columnNames, firstRow }: CsvLayout, roles: Roles): string[] {
  const used = new Set(Object.values(roles));
  return columnNames.filter((_, j) => !used.has(j) && parseNumber(firstRow?.[j].trim() ?? '') !== null);
}

/** Reports rows that were read, with a guess of their number in all, and ends the reading of too many. */
function progressOf(layout: CsvLayout, { onRows }: ReadRowsOptions): (nRows: number) => void {
  const { estimatedRows } = layout;
  const maxRows = Math.floor(unpackedBound(layout) / BAR_BYTES);
  return (nRows) => {
    if (nRows > maxRows) throw tooLarge(layout, `more than ${maxRows} rows`);
    onRows(nRows, estimatedRows === null ? null : Math.max(estimatedRows, nRows));
  };
}

/** The rows as DuckDB reads them, or null when there is none, one that it cannot read, or no DuckDB. */
async function readFast(
  layout: CsvLayout,
  roles: Roles,
  allowOhlcRepair: boolean,
  onRows: (nRows: number) => void,
): Promise<BarRows | null> {
  const query = csvQuery(layout, roles);
  if (query === null) return null;
  try {
    return await withDuckDb((connection) => collectBars(connection, query, { allowOhlcRepair, onRows }));
  } catch (error) {
    const isRowFault = error instanceof CellFaultError || !(error instanceof DataError);
    if (isRowFault) return null;
    throw error;
  }
}

function csvQuery(layout: CsvLayout, roles: Roles): RowQuery | null {
  const firstTime = layout.firstRow?.[roles.time ?? 0];
  const timeKind = firstTime === undefined ? undefined : parseTimeCell(firstTime)?.kind;
  // DuckDB reads UTF-16 without a check of its bytes.
  if (timeKind === undefined || layout.encoding !== 'utf-8') return null;
  const fields = NUMBER_FIELDS.filter((field) => roles[field] !== undefined && isUsable(field, roles));
  const numeric = new Set(fields.map((field) => roles[field]));
  const columns = layout.columnNames.map((_, j) => `'c${j}': '${numeric.has(j) ? 'DOUBLE' : 'VARCHAR'}'`).join(', ');
  const time = `c${roles.time}`;
  const matched = `regexp_full_match(${time}, ${sqlText(FAST_TIME[timeKind])})`;
  const fast = timeKind === 'integer' ? `TRY_CAST(${time} AS BIGINT)` : `epoch_ns(TRY_CAST(${time} AS TIMESTAMP_NS))`;
  const selected = [
    'fast',
    `CASE WHEN fast IS NULL THEN ${time} END`,
    ...fields.map((field) => `c${roles[field]}`),
    ...(roles.signal === undefined ? [] : [sideExpression(`c${roles.signal}`)]),
  ];
  const source = [
    sqlPath(layout.path),
    `columns = {${columns}}`,
    `buffer_size = ${BUFFER_BYTES}, max_line_size = ${Math.min(MAX_RECORD, layout.limits.lineBytes)}`,
    `auto_detect = false, header = ${layout.headerLine > 0}, skip = ${Math.max(0, layout.headerLine - 1)}, decimal_separator = '${layout.decimal}', strict_mode = true`,
    `delim = ${sqlText(layout.delimiter)}, quote = '"', escape = '"', hive_partitioning = false`,
    `compression = '${layout.isGzip ? 'gzip' : 'none'}'`,
  ].join(', ');
  const sql = `SELECT ${selected.join(', ')} FROM (SELECT *, CASE WHEN ${matched} THEN ${fast} END AS fast FROM read_csv(${source}))`;
  return { sql, timeKind, fields, hasSide: roles.signal !== undefined };
}

/** Without a volume its bought part means nothing. */
function isUsable(field: string, roles: Roles): boolean {
  return field !== 'takerBuyVolume' || roles.volume !== undefined;
}
