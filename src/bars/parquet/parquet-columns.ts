import type { DuckDBConnection } from '@duckdb/node-api';
import { DataError } from '../../core/index.ts';
import { NUMBER_FIELDS } from '../bar-rows.ts';
import { sideExpression } from '../cells.ts';
import type { Roles } from '../column-roles.ts';
import type { TimeKind } from '../time-cells.ts';
import { sqlName } from './duckdb.ts';
import type { RowQuery } from './fetch-rows.ts';

export interface ParquetColumn {
  /** As the file writes it. */
  readonly name: string;
  /** Of DuckDB. */
  readonly type: string;
}

/** A Parquet file that is open. */
export interface ParquetSource {
  readonly connection: DuckDBConnection;
  /** The file that was named, for sentences. */
  readonly path: string;
  /** The file as a table of SQL. */
  readonly table: string;
  readonly columns: readonly ParquetColumn[];
}

const INTEGER = /^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$/;
const TIMESTAMP = /^(TIMESTAMP.*|DATE)$/;
/** A type that DuckDB does not have. */
const UTC_NANOS = 'TIMESTAMP_NS WITH TIME ZONE';

export function isTimestamp({ type }: ParquetColumn): boolean {
  return TIMESTAMP.test(type);
}

/** Whether times of a type have no zone. */
export function isNaive({ type }: ParquetColumn): boolean {
  return TIMESTAMP.test(type) && !type.endsWith('WITH TIME ZONE');
}

export function isNumeric({ type }: ParquetColumn): boolean {
  return INTEGER.test(type) || /^(FLOAT|DOUBLE|DECIMAL)/.test(type);
}

/** The columns of a table. @param utcColumns - names of those that are UTC in nanoseconds, see `withExactTimes`. */
export async function describe(
  connection: DuckDBConnection,
  table: string,
  utcColumns: ReadonlySet<string>,
): Promise<ParquetColumn[]> {
  const rows = (await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${table}`)).getRows();
  return rows.map(([name, type]) => {
    const isUtc = utcColumns.has(String(name));
    return { name: String(name), type: isUtc ? UTC_NANOS : String(type) };
  });
}

/** A cell as text; null where it is NULL. */
export async function readCell(
  { connection, table }: Pick<ParquetSource, 'connection' | 'table'>,
  name: string,
  row: number,
): Promise<string | null> {
  const sql = `SELECT CAST(${sqlName(name)} AS VARCHAR) FROM ${table} LIMIT 1 OFFSET ${row}`;
  const [cell] = (await connection.runAndReadAll(sql)).getRows()[0] ?? [];
  return typeof cell === 'string' ? cell : null;
}

/**
 * The query for the rows of a file.
 *
 * @param values - index of each wanted column. @throws {DataError} UNKNOWN_FORMAT for a column of a type that cannot be read.
 */
export async function rowQuery(
  source: ParquetSource,
  roles: Roles,
  values: ReadonlyMap<string, number>,
): Promise<RowQuery> {
  const { path, table, columns } = source;
  const of = (role: keyof Roles): ParquetColumn => columns[roles[role] ?? 0];
  const fields = NUMBER_FIELDS.filter(
    (field) => roles[field] !== undefined && (field !== 'takerBuyVolume' || roles.volume !== undefined),
  );
  const time = await timeExpression(source, of('time'));
  const selected = [
    ...time.selected,
    ...fields.map((field) => numberExpression(path, of(field))),
    ...Array.from(values.values(), (index) => valueExpression(path, columns[index])),
    ...(roles.signal === undefined ? [] : [sideExpression(sqlName(of('signal').name))]),
    ...(roles.symbol === undefined ? [] : [`CAST(${sqlName(of('symbol').name)} AS VARCHAR)`]),
  ];
  return {
    sql: `SELECT ${selected.join(', ')} FROM ${table}`,
    timeKind: time.kind,
    fields,
    values: [...values.keys()],
    hasSide: roles.signal !== undefined,
    hasSymbol: roles.symbol !== undefined,
  };
}

/** How a column of times is selected: as BIGINT, and as VARCHAR where that is NULL. */
export async function timeExpression(
  source: Pick<ParquetSource, 'connection' | 'table' | 'path'>,
  { name, type }: ParquetColumn,
): Promise<{ kind: TimeKind; selected: string[] }> {
  const column = sqlName(name);
  const noText = 'NULL::VARCHAR';
  if (INTEGER.test(type)) return { kind: 'integer', selected: [`TRY_CAST(${column} AS BIGINT)`, noText] };
  if (TIMESTAMP.test(type)) return { kind: 'timestamp', selected: [`epoch_ns(${column})`, noText] };
  if (type !== 'VARCHAR') {
    throw new DataError('UNKNOWN_FORMAT', `${source.path}: ${name} must be integers, timestamps or text, was ${type}`);
  }
  const first = await readCell(source, name, 0);
  const kind = first !== null && /^\s*[+-]?\d+\s*$/.test(first) ? 'integer' : 'iso-8601';
  return { kind, selected: ['NULL::BIGINT', column] };
}

/** How a column of numbers is selected. */
export function numberExpression(path: string, { name, type }: ParquetColumn): string {
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

/** A wanted column as DOUBLE. Text is refused: what is no number there could not be told from what is missing. */
function valueExpression(path: string, { name, type }: ParquetColumn): string {
  const column = sqlName(name);
  if (type === 'BOOLEAN') return `CAST(${column} AS DOUBLE)`;
  if (isNumeric({ name, type })) return numberExpression(path, { name, type });
  throw new DataError('UNKNOWN_FORMAT', `${path}: ${name} must be numbers, was ${type}; write it as numbers`);
}
