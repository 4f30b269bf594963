import { DataError, formatIsoNanos, Ml4tError, show } from '../../core/index.ts';
import type { FetchedRows, RowFault } from '../bar-rows.ts';
import { SIGNAL_RULE, sideExpression } from '../cells.ts';
import {
  checkRenamed,
  otherSide,
  type Role,
  type Roles,
  renamed,
  resolveRoles,
  sameSideRule,
} from '../column-roles.ts';
import { findColumns, unusedNames } from '../columns/find-columns.ts';
import type { ParquetLayout } from '../csv/layouts.ts';
import { columnToUtc, LocalTimes, namesOffset } from '../csv/times/local-times.ts';
import type { ReadRowsOptions } from '../file-bars.ts';
import { BAR_BYTES, tooLarge, unpackedBound } from '../file-bounds.ts';
import { TIME_RULE } from '../time-cells.ts';
import { firstLine, sqlName, sqlPath, withDuckDb } from './duckdb.ts';
import { type CellFault, CellFaultError, fetchRows } from './fetch-rows.ts';
import { withExactTimes } from './footer/exact-times.ts';
import {
  describe,
  isNaive,
  isNumeric,
  isTimestamp,
  type ParquetColumn,
  type ParquetSource,
  readCell,
  rowQuery,
} from './parquet-columns.ts';

/** What is asked of a Parquet file. */
export interface ParquetRequest<R extends { readonly fault: null }> {
  /** Roles that it must have. */
  readonly required: readonly Role[];
  /** Roles that are read where it has them; by default all. */
  readonly read?: readonly Role[];
  /** What its rows are, as the end of a sentence: `bars`. */
  readonly noun: string;
  /** Puts the rows in order and checks them. */
  readonly check: (rows: FetchedRows) => R | { readonly fault: RowFault };
}

export type ParquetOptions = Pick<
  ReadRowsOptions,
  'rename' | 'elsewhere' | 'stamp' | 'wanted' | 'timeFormat' | 'tz' | 'onRows'
>;

/** The rows of a Parquet file, and what is known of its columns. */
export interface ParquetRows<R> {
  readonly rows: R;
  readonly roles: Roles;
  /** Names as the file writes them, and with what was renamed. */
  readonly written: readonly string[];
  readonly names: readonly string[];
  /** Names of numeric columns that nothing reads. */
  readonly unusedColumns: readonly string[];
  /** What was recognised of the times, in short phrases. */
  readonly notes: readonly string[];
}

/**
 * Reads one Parquet file with DuckDB: plain numbers and timestamps, or NautilusTrader's catalog files, whose prices are fixed-point
 * integers of 8 or 16 bytes.
 *
 * @throws {DataError} MISSING_COLUMN, EMPTY_FILE, FILE_UNREADABLE, or BAD_ROW naming row (the first is 1), rule and value.
 */
export async function readParquetRows<R extends { readonly fault: null }>(
  layout: ParquetLayout,
  request: ParquetRequest<R>,
  options: ParquetOptions,
): Promise<ParquetRows<R>> {
  const { path } = layout;
  try {
    return await withExactTimes(layout.file, ({ file, utcColumns }) =>
      withDuckDb(async (connection) => {
        const table = `read_parquet(${sqlPath(file)}, hive_partitioning = false)`;
        const source = { connection, path, table, columns: await describe(connection, table, utcColumns) };
        return readFrom(source, layout, request, options);
      }),
    );
  } catch (error) {
    if (error instanceof Ml4tError) throw error;
    throw new DataError('FILE_UNREADABLE', `${path} cannot be read as Parquet: ${parquetFault(error)}`, {
      cause: error,
    });
  }
}

/** Why a file is refused, in a clause of our own: the sentences of DuckDB name its functions and modes. */
export function parquetFault(error: unknown): string {
  const text = firstLine(error);
  if (/magic bytes|too small/i.test(text)) return 'it does not begin and end as Parquet does';
  return /permission denied/i.test(text) ? 'permission denied' : 'it is damaged, or written in a way that is not read';
}

async function readFrom<R extends { readonly fault: null }>(
  source: ParquetSource,
  layout: ParquetLayout,
  { required, read, noun, check }: ParquetRequest<R>,
  options: ParquetOptions,
): Promise<ParquetRows<R>> {
  const { path, columns } = source;
  const written = columns.map(({ name }) => name);
  checkRenamed(path, written, options);
  const names = renamed(written, options);
  const found = resolveRoles(path, names, required, options.stamp, (j) => isTimestamp(columns[j]));
  const roles = read === undefined ? found : pickRoles(found, read);
  const values = findColumns(path, names, roles, options.wanted);
  await checkSides(source, names, roles);
  const time = columns[roles.time ?? 0];
  refuseTimeFlags(path, time, options);
  const total = await countRows(source);
  if (total === 0) throw new DataError('EMPTY_FILE', `${path} holds no ${noun}`);
  if (total * (BAR_BYTES + 8 * values.size) > unpackedBound(layout)) throw tooLarge(layout, `${total} rows`);
  const query = await rowQuery(source, roles, values);
  const nameOf = (role: Role): string => names[roles[role] ?? 0];
  const badRow = (row: number, name: string, rule: string, received: string): DataError =>
    new DataError('BAD_ROW', `${path} row ${row + 1}: ${name} must be ${rule}, was ${received}`);
  try {
    const fetched = await fetchRows(source.connection, query, (nRows) => options.onRows(nRows, total));
    const rows = inUtc(fetched, isNaive(time) ? options.tz : undefined) ?? check(fetched);
    if (rows.fault === null) {
      const unusedColumns = unusedNames(names, roles, values, (j) => isNumeric(columns[j]));
      const zoneNote = `times without a zone read as ${options.tz ?? 'UTC'}`;
      const notes = (await showsNoZone(source, time)) ? [zoneNote] : [];
      return { rows, roles, written, names, unusedColumns, notes };
    }
    const { index, field, rule, received } = rows.fault;
    if (field === 'symbol') throw new DataError('UNKNOWN_FORMAT', `${path} ${rule}`);
    const isMoment = typeof received === 'bigint' && query.timeKind !== 'integer';
    const shown = isMoment ? formatIsoNanos(received) : show(received);
    throw badRow(index, nameOf(field === 'tsEvent' ? 'time' : field), rule, shown);
  } catch (error) {
    if (!(error instanceof CellFaultError)) throw error;
    const { row, field } = error.fault;
    const text = await readCell(source, written[roles[field] ?? 0], row);
    throw badRow(row, nameOf(field), ruleOf(field), text === null ? 'empty' : show(text));
  }
}

function pickRoles(roles: Roles, names: readonly Role[]): Roles {
  return Object.fromEntries(Object.entries(roles).filter(([role]) => names.some((name) => name === role)));
}

/** Moves times that show the clock of a zone to UTC, in place. @returns the first that the zone does not settle; null without one. */
function inUtc({ time }: FetchedRows, tz: string | undefined): { readonly fault: RowFault } | null {
  if (tz === undefined) return null;
  const written = time.slice();
  const fault = columnToUtc(time, new LocalTimes(tz));
  return fault === null ? null : { fault: { ...fault, field: 'tsEvent', received: written[fault.index] } };
}

/** @throws {DataError} BAD_ROW when two columns of sides do not agree. */
async function checkSides(
  { connection, path, table, columns }: ParquetSource,
  names: readonly string[],
  roles: Roles,
): Promise<void> {
  const { signal } = roles;
  const other = otherSide(names, roles);
  if (signal === undefined || other === null) return;
  const [side, second] = [signal, other].map((j) => sideExpression(sqlName(columns[j].name)));
  const sql = `SELECT count(*) FROM ${table} WHERE (${side}) IS DISTINCT FROM (${second})`;
  const nOther = Number((await connection.runAndReadAll(sql)).getRows()[0][0]);
  if (nOther === 0) return;
  const rule = sameSideRule(names[signal]);
  throw new DataError('BAD_ROW', `${path}: ${names[other]} must be ${rule}, was another in ${nOther} rows`);
}

/** @throws {DataError} UNKNOWN_FORMAT when something is said of how times are written that have a type, or of times in text. */
export function refuseTimeFlags(
  path: string,
  { type }: ParquetColumn,
  { timeFormat, tz }: Pick<ParquetOptions, 'timeFormat' | 'tz'>,
): void {
  if (timeFormat === undefined && (tz === undefined || type !== 'VARCHAR')) return;
  const flag = timeFormat === undefined ? '--tz' : '--time-format';
  throw new DataError('UNKNOWN_FORMAT', `${path} is Parquet: leave out ${flag}, which is for times in CSV`);
}

/** Whether times name no zone, those in text by the first. */
async function showsNoZone(source: ParquetSource, time: ParquetColumn): Promise<boolean> {
  if (time.type !== 'VARCHAR') return isNaive(time);
  const first = (await readCell(source, time.name, 0)) ?? '';
  return !/^\s*[+-]?\d+\s*$/.test(first) && !namesOffset(first);
}

function ruleOf(field: CellFault['field']): string {
  if (field === 'time') return TIME_RULE;
  return field === 'signal' ? SIGNAL_RULE : 'a number';
}

export async function countRows({ connection, table }: Pick<ParquetSource, 'connection' | 'table'>): Promise<number> {
  return Number((await connection.runAndReadAll(`SELECT count(*) FROM ${table}`)).getRows()[0][0]);
}
