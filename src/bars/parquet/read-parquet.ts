import type { DuckDBConnection } from '@duckdb/node-api';
import { DataError, formatIsoNanos, Ml4tError, show } from '../../core/index.ts';
import { type CellFault, CellFaultError, collectBars, NUMBER_FIELDS, type RowQuery } from '../bar-rows.ts';
import { SIGNAL_RULE, sideExpression } from '../cells.ts';
import {
  BAR_ROLES,
  checkRenamed,
  otherSide,
  type Roles,
  renamed,
  resolveRoles,
  sameSideRule,
  stampOf,
} from '../column-roles.ts';
import type { ParquetLayout } from '../csv/layouts.ts';
import { LocalTimes, namesOffset } from '../csv/times/local-times.ts';
import type { FileBars, ReadRowsOptions } from '../file-bars.ts';
import { BAR_BYTES, tooLarge, unpackedBound } from '../file-bounds.ts';
import { TIME_RULE, type TimeKind } from '../time-cells.ts';
import { firstLine, sqlName, sqlPath, withDuckDb } from './duckdb.ts';

interface ParquetColumn {
  readonly name: string;
  readonly type: string;
}

const INTEGER = /^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$/;
const TIMESTAMP = /^(TIMESTAMP.*|DATE)$/;

/**
 * Reads the bars of one Parquet file with DuckDB: plain numbers and timestamps, or NautilusTrader's catalog files, whose
 * prices are fixed-point integers of 8 or 16 bytes.
 *
 * @throws {DataError} MISSING_COLUMN, EMPTY_FILE, FILE_UNREADABLE, or BAD_ROW naming row (the first is 1), rule and value.
 */
export async function readParquet(layout: ParquetLayout, options: ReadRowsOptions): Promise<FileBars> {
  const { path } = layout;
  try {
    return await withDuckDb((connection) => readWith(connection, layout, options));
  } catch (error) {
    if (error instanceof Ml4tError) throw error;
    throw new DataError('FILE_UNREADABLE', `${path} cannot be read as Parquet: ${faultOf(error)}`, { cause: error });
  }
}

/** Why a file is refused, in a clause of our own: the sentences of DuckDB name its functions and modes. */
function faultOf(error: unknown): string {
  const text = firstLine(error);
  if (/magic bytes|too small/i.test(text)) return 'it does not begin and end as Parquet does';
  return /permission denied/i.test(text) ? 'permission denied' : 'it is damaged, or written in a way that is not read';
}

async function readWith(
  connection: DuckDBConnection,
  layout: ParquetLayout,
  options: ReadRowsOptions,
): Promise<FileBars> {
  const { path } = layout;
  const source = `read_parquet(${sqlPath(layout.file)}, hive_partitioning = false)`;
  const columns = await describe(connection, source);
  const written = columns.map(({ name }) => name);
  checkRenamed(path, written, options);
  const names = renamed(written, options);
  const isWrittenTime = (j: number): boolean => TIMESTAMP.test(columns[j].type);
  const roles = resolveRoles(path, names, BAR_ROLES, options.stamp, isWrittenTime);
  await checkSides(connection, { path, source, written, names }, roles);
  const time = columns[roles.time ?? 0];
  refuseTimeFlags(path, time.type, options);
  const total = await countRows(connection, source);
  const empty = (): DataError => new DataError('EMPTY_FILE', `${path} holds no bars`);
  if (total === 0) throw empty();
  if (total * BAR_BYTES > unpackedBound(layout)) throw tooLarge(layout, `${total} rows`);
  const zone = options.tz !== undefined && isNaive(time.type) ? new LocalTimes(options.tz) : null;
  const query = { ...(await parquetQuery(connection, path, source, columns, roles)), zone };
  const zoneNote = `times without a zone read as ${options.tz ?? 'UTC'}`;
  const nameOf = (field: CellFault['field']): string => names[roles[field] ?? 0];
  const badRow = (row: number, name: string, rule: string, received: string): DataError =>
    new DataError('BAD_ROW', `${path} row ${row + 1}: ${name} must be ${rule}, was ${received}`);
  try {
    const onRows = (nRows: number): void => options.onRows(nRows, total);
    const rows = await collectBars(connection, query, options, onRows);
    if (rows === null) throw empty();
    if (rows.fault === null) {
      const { order, notes } = rows;
      const locate = async (bar: number): Promise<string> => `${path} row ${(order?.[bar] ?? bar) + 1}`;
      const used = new Set(Object.values(roles));
      const unusedColumns = columns.filter(({ type }, j) => !used.has(j) && isNumeric(type)).map(({ name }) => name);
      const stampedAt = stampOf(names, roles);
      const recognised = [...((await showsNoZone(connection, source, time)) ? [zoneNote] : []), ...notes];
      return { ...rows, path, locate, timeName: nameOf('time'), stampedAt, recognised, unusedColumns };
    }
    const { index, field, rule, received } = rows.fault;
    if (field === 'symbol') throw new DataError('UNKNOWN_FORMAT', `${path} ${rule}`);
    const isTime = field === 'tsEvent';
    const isMoment = typeof received === 'bigint' && query.timeKind !== 'integer';
    const shown = isMoment ? formatIsoNanos(received) : show(received);
    throw badRow(index, nameOf(isTime ? 'time' : field), rule, shown);
  } catch (error) {
    if (!(error instanceof CellFaultError)) throw error;
    const { row, field } = error.fault;
    const name = nameOf(field);
    const text = await readCell(connection, source, written[roles[field] ?? 0], row);
    throw badRow(row, name, ruleOf(field), text === null ? 'empty' : show(text));
  }
}

/** A Parquet file, its column names, and those with what was renamed. */
interface NamedSource {
  readonly path: string;
  readonly source: string;
  readonly written: readonly string[];
  readonly names: readonly string[];
}

/** @throws {DataError} BAD_ROW when two columns of sides do not agree. */
async function checkSides(
  connection: DuckDBConnection,
  { path, source, written, names }: NamedSource,
  roles: Roles,
): Promise<void> {
  const { signal } = roles;
  const other = otherSide(names, roles);
  if (signal === undefined || other === null) return;
  const [side, second] = [signal, other].map((j) => sideExpression(sqlName(written[j])));
  const sql = `SELECT count(*) FROM ${source} WHERE (${side}) IS DISTINCT FROM (${second})`;
  const nOther = Number((await connection.runAndReadAll(sql)).getRows()[0][0]);
  if (nOther === 0) return;
  const rule = sameSideRule(names[signal]);
  throw new DataError('BAD_ROW', `${path}: ${names[other]} must be ${rule}, was another in ${nOther} rows`);
}

/** @throws {DataError} UNKNOWN_FORMAT when something is said of how times are written that have a type, or of times in text. */
function refuseTimeFlags(path: string, type: string, { timeFormat, tz }: ReadRowsOptions): void {
  if (timeFormat === undefined && (tz === undefined || type !== 'VARCHAR')) return;
  const flag = timeFormat === undefined ? '--tz' : '--time-format';
  throw new DataError('UNKNOWN_FORMAT', `${path} is Parquet: leave out ${flag}, which is for times in CSV`);
}

/** Whether times of a type have no zone. */
function isNaive(type: string): boolean {
  return TIMESTAMP.test(type) && !type.endsWith('WITH TIME ZONE');
}

/** Whether times name no zone, those in text by the first. */
async function showsNoZone(
  connection: DuckDBConnection,
  source: string,
  { name, type }: ParquetColumn,
): Promise<boolean> {
  if (type !== 'VARCHAR') return isNaive(type);
  const first = (await readCell(connection, source, name, 0)) ?? '';
  return !/^\s*[+-]?\d+\s*$/.test(first) && !namesOffset(first);
}

function isNumeric(type: string): boolean {
  return INTEGER.test(type) || /^(FLOAT|DOUBLE|DECIMAL)/.test(type);
}

function ruleOf(field: CellFault['field']): string {
  if (field === 'time') return TIME_RULE;
  return field === 'signal' ? SIGNAL_RULE : 'a number';
}

async function describe(connection: DuckDBConnection, source: string): Promise<ParquetColumn[]> {
  const rows = (await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source}`)).getRows();
  return rows.map(([name, type]) => ({ name: String(name), type: String(type) }));
}

async function countRows(connection: DuckDBConnection, source: string): Promise<number> {
  return Number((await connection.runAndReadAll(`SELECT count(*) FROM ${source}`)).getRows()[0][0]);
}

async function readCell(
  connection: DuckDBConnection,
  source: string,
  name: string,
  row: number,
): Promise<string | null> {
  const sql = `SELECT CAST(${sqlName(name)} AS VARCHAR) FROM ${source} LIMIT 1 OFFSET ${row}`;
  const [cell] = (await connection.runAndReadAll(sql)).getRows()[0] ?? [];
  return typeof cell === 'string' ? cell : null;
}

async function parquetQuery(
  connection: DuckDBConnection,
  path: string,
  source: string,
  columns: readonly ParquetColumn[],
  roles: Roles,
): Promise<Omit<RowQuery, 'zone'>> {
  const of = (role: keyof Roles): ParquetColumn => columns[roles[role] ?? 0];
  const fields = NUMBER_FIELDS.filter(
    (field) => roles[field] !== undefined && (field !== 'takerBuyVolume' || roles.volume !== undefined),
  );
  const time = await timeExpression(connection, path, source, of('time'));
  const selected = [
    ...time.selected,
    ...fields.map((field) => numberExpression(path, of(field))),
    ...(roles.signal === undefined ? [] : [sideExpression(sqlName(of('signal').name))]),
    ...(roles.symbol === undefined ? [] : [`CAST(${sqlName(of('symbol').name)} AS VARCHAR)`]),
  ];
  const sql = `SELECT ${selected.join(', ')} FROM ${source}`;
  return {
    sql,
    timeKind: time.kind,
    fields,
    hasSide: roles.signal !== undefined,
    hasSymbol: roles.symbol !== undefined,
  };
}

async function timeExpression(
  connection: DuckDBConnection,
  path: string,
  source: string,
  { name, type }: ParquetColumn,
): Promise<{ kind: TimeKind; selected: string[] }> {
  const column = sqlName(name);
  const noText = 'NULL::VARCHAR';
  if (INTEGER.test(type)) return { kind: 'integer', selected: [`TRY_CAST(${column} AS BIGINT)`, noText] };
  if (TIMESTAMP.test(type)) return { kind: 'timestamp', selected: [`epoch_ns(${column})`, noText] };
  if (type !== 'VARCHAR') {
    throw new DataError('UNKNOWN_FORMAT', `${path}: ${name} must be integers, timestamps or text, was ${type}`);
  }
  const first = await readCell(connection, source, name, 0);
  const kind = first !== null && /^\s*[+-]?\d+\s*$/.test(first) ? 'integer' : 'iso-8601';
  return { kind, selected: ['NULL::BIGINT', column] };
}

function numberExpression(path: string, { name, type }: ParquetColumn): string {
  const column = sqlName(name);
  if (type === 'DOUBLE') return column;
  // DuckDB stores up to 12 bytes inline, which reads four times faster than a call for each value; see decodeFixedPoint.
  if (type === 'BLOB') {
    const isShort = `octet_length(${column}) = 16 AND array_slice(${column}, 13, 16) = from_hex('00000000')`;
    const hasWidth = `octet_length(${column}) IN (8, 16)`;
    return `CASE WHEN ${isShort} THEN array_slice(${column}, 1, 12) WHEN ${hasWidth} THEN ${column} END`;
  }
  if (type === 'FLOAT' || INTEGER.test(type)) return `CAST(${column} AS DOUBLE)`;
  // A cast through text gives the nearest double; a direct cast of a decimal with many digits may not.
  if (type.startsWith('DECIMAL') || type === 'VARCHAR') return `TRY_CAST(CAST(${column} AS VARCHAR) AS DOUBLE)`;
  throw new DataError('UNKNOWN_FORMAT', `${path}: ${name} must be numbers or fixed-point bytes, was ${type}`);
}
