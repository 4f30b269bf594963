import { DataError, show } from '../../core/index.ts';
import type { Side } from '../../domain/index.ts';
import { SIGNAL_RULE, sideExpression } from '../cells.ts';
import type { FileLimits } from '../file-bounds.ts';
import { sniffFile } from '../file-layout.ts';
import { sqlName, sqlPath, withDuckDb } from '../parquet/duckdb.ts';
import { withExactTimes } from '../parquet/footer/exact-times.ts';
import { describe, isNumeric, isTimestamp, type ParquetColumn } from '../parquet/parquet-columns.ts';

/** Names of the fields of `TradeSignal` that are no columns of the user. */
const OWN = new Set([
  'instrument_id',
  'signal',
  'side',
  'signal_id',
  'strength',
  'probability',
  'bar_type',
  'features',
  'type',
  'data_type',
  'ts_event',
  'ts_init',
]);

/** Stands in a class, which has no optional fields, for no probability. */
const NO_PROBABILITY = -1;

/** One `TradeSignal` of a catalog. */
export interface SignalRow {
  /** The file and the row, for sentences. */
  readonly where: string;
  /** `ts_event`, UNIX ns. */
  readonly ts: bigint;
  readonly side: Side;
  /** Null where its class has no such field, or an empty one. */
  readonly instrumentId: string | null;
  /** The same. */
  readonly barType: string | null;
  /** NaN where its class has no such field. */
  readonly strength: number;
  /** NaN where its class has no such field, or -1 in it. */
  readonly probability: number;
  /** JSON; null where its class has no such field. */
  readonly features: string | null;
  /** Numeric fields that its class has beside, by name; NaN for no value. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** Reads the signals in one file of a catalog, in the order of the file. @throws {DataError} naming file and row. */
export async function readSignalRows(file: string, limits: FileLimits | undefined): Promise<SignalRow[]> {
  const { format } = await sniffFile(file, limits);
  if (format !== 'parquet') throw new DataError('FILE_UNREADABLE', `${file} is no Parquet file`);
  return withExactTimes(file, ({ file: exact, utcColumns }) =>
    withDuckDb(async (connection) => {
      const table = `read_parquet(${sqlPath(exact)}, hive_partitioning = false)`;
      const columns = await describe(connection, table, utcColumns);
      const { sql, others } = rowQuery(file, table, columns);
      const rows = (await connection.runAndReadAll(sql)).getRows();
      return rows.map((row, k) => toRow(`${file} row ${k + 1}`, row, others));
    }),
  );
}

/** @returns the query, and names of the numeric fields at its end. */
function rowQuery(file: string, table: string, columns: readonly ParquetColumn[]): { sql: string; others: string[] } {
  const has = (name: string): boolean => columns.some((column) => column.name === name);
  const side = ['signal', 'side'].find(has);
  const time = columns.find(({ name }) => name === 'ts_event');
  if (side === undefined || time === undefined) {
    const lost = side === undefined ? 'signal (-1, 0, 1)' : 'ts_event';
    throw new DataError('MISSING_COLUMN', `${file} has no field ${lost}: its class must be that of docs/nautilus.md`);
  }
  const text = (name: string): string =>
    has(name) ? `nullif(CAST(${sqlName(name)} AS VARCHAR), '')` : 'NULL::VARCHAR';
  const others = columns.filter((column) => !OWN.has(column.name) && isNumeric(column)).map(({ name }) => name);
  const number = (name: string): string => (has(name) ? `CAST(${sqlName(name)} AS DOUBLE)` : 'NULL::DOUBLE');
  const selected = [
    isTimestamp(time) ? `epoch_ns(${sqlName(time.name)})` : `TRY_CAST(${sqlName(time.name)} AS BIGINT)`,
    sideExpression(sqlName(side)),
    `CAST(${sqlName(side)} AS VARCHAR)`,
    ...['instrument_id', 'bar_type', 'features'].map(text),
    ...['strength', 'probability', ...others].map(number),
  ];
  return { sql: `SELECT ${selected.join(', ')} FROM ${table}`, others };
}

function toRow(where: string, row: readonly unknown[], others: readonly string[]): SignalRow {
  const [ts, side, written, instrumentId, barType, features, strength, probability, ...numbers] = row;
  if (typeof ts !== 'bigint') throw new DataError('BAD_ROW', `${where}: ts_event must be UNIX nanoseconds, was none`);
  if (side !== -1 && side !== 0 && side !== 1)
    throw new DataError('BAD_ROW', `${where}: signal must be ${SIGNAL_RULE}, was ${show(written)}`);
  return {
    where,
    ts,
    side,
    instrumentId: textOf(instrumentId),
    barType: textOf(barType),
    features: textOf(features),
    strength: numberOf(strength),
    probability: probability === NO_PROBABILITY ? Number.NaN : numberOf(probability),
    numbers: Object.fromEntries(others.map((name, j) => [name, numberOf(numbers[j])])),
  };
}

function textOf(cell: unknown): string | null {
  return typeof cell === 'string' ? cell : null;
}

/** NaN where there is no finite number. */
function numberOf(cell: unknown): number {
  return typeof cell === 'number' && Number.isFinite(cell) ? cell : Number.NaN;
}
