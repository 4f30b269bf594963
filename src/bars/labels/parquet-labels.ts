import type { DuckDBConnection } from '@duckdb/node-api';
import { DataError, Ml4tError } from '../../core/index.ts';
import { parseNumberCell } from '../cells.ts';
import { renamed } from '../column-roles.ts';
import type { ParquetLayout } from '../csv/layouts.ts';
import { LocalTimes } from '../csv/times/local-times.ts';
import { firstLine, sqlName, sqlPath, withDuckDb } from '../parquet/duckdb.ts';
import { type ExactFile, withExactTimes } from '../parquet/footer/exact-times.ts';
import { describe } from '../parquet/parquet-columns.ts';
import { parseTimeCell, TIME_RULE, TimeReader } from '../time-cells.ts';
import { findLabelColumns } from './label-columns.ts';
import { type LabelFile, type LabelOptions, type LabelRows, LabelTable, type TimeOrRule } from './label-rows.ts';

const TIMESTAMP = /^(TIMESTAMP.*|DATE)$/;

/** The labels of a Parquet file; see `readLabels`. @throws {DataError} as there; rows are counted from 1. */
export async function readParquetLabels(layout: ParquetLayout, options: LabelOptions): Promise<LabelFile> {
  const { path } = layout;
  try {
    return await withExactTimes(layout.file, (exact) =>
      withDuckDb((connection) => readWith(connection, layout.path, exact, options)),
    );
  } catch (error) {
    if (error instanceof Ml4tError) throw error;
    throw new DataError('FILE_UNREADABLE', `${path} cannot be read as Parquet: ${firstLine(error)}`, { cause: error });
  }
}

async function readWith(
  connection: DuckDBConnection,
  path: string,
  { file, utcColumns }: ExactFile,
  options: LabelOptions,
): Promise<LabelFile> {
  const source = `read_parquet(${sqlPath(file)}, hive_partitioning = false)`;
  const columns = await describe(connection, source, utcColumns);
  const names = columns.map(({ name }) => name);
  const types = columns.map(({ type }) => type);
  const places = findLabelColumns(path, renamed(names, options));
  const [start, end] = [places.t0, places.t1].map((j) => parquetTime(types[j], options));
  const cells = [start.sql(names[places.t0]), end.sql(names[places.t1])];
  for (const j of [places.side, places.label, places.ret]) cells.push(textOf(names[j], types[j]));
  const rows = (await connection.runAndReadAll(`SELECT ${cells.join(', ')} FROM ${source}`)).getRows();
  const table = new LabelTable();
  rows.forEach((row, k) => {
    const [t0, t1, side, label, ret] = row.map((cell) => (typeof cell === 'string' ? cell : ''));
    const where = `${path} row ${k + 1}`;
    table.add({ where, t0: start.read(t0), t1: end.read(t1), side, label, ret, number: parseNumberCell });
  });
  const labels: LabelRows = table.finish(path, options);
  return { ...labels, names };
}

/** How a column of times is asked for, and read from the text that it gives. */
interface ParquetTime {
  readonly sql: (name: string) => string;
  readonly read: (text: string) => TimeOrRule;
}

function parquetTime(type: string, { tz }: LabelOptions): ParquetTime {
  if (!TIMESTAMP.test(type)) {
    const reader = new TimeReader();
    const read = (text: string): bigint | string => {
      const cell = parseTimeCell(text);
      return cell === null ? TIME_RULE : reader.read(cell.kind, cell.value);
    };
    return { sql: (name) => textOf(name, type), read: (text) => ({ text, read: read(text) }) };
  }
  const zone = tz !== undefined && !type.endsWith('WITH TIME ZONE') ? new LocalTimes(tz) : null;
  return {
    sql: (name) => `CAST(epoch_ns(${sqlName(name)}) AS VARCHAR)`,
    read: (text) => ({ text, read: text === '' ? TIME_RULE : inUtc(BigInt(text), zone) }),
  };
}

function inUtc(ns: bigint, zone: LocalTimes | null): bigint | string {
  const utc = zone === null ? ns : zone.toUtc(ns);
  return typeof utc === 'object' ? (zone?.twiceRule ?? TIME_RULE) : utc;
}

/** A float of 32 bits keeps its value and not its few digits. */
function textOf(name: string, type: string): string {
  const column = sqlName(name);
  return type === 'FLOAT' ? `CAST(CAST(${column} AS DOUBLE) AS VARCHAR)` : `CAST(${column} AS VARCHAR)`;
}
