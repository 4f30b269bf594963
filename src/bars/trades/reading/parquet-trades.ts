import type { DuckDBDataChunk } from '@duckdb/node-api';
import { DataError, Ml4tError, show } from '../../../core/index.ts';
import { checkRenamed, renamed } from '../../column-roles.ts';
import type { ParquetLayout } from '../../csv/layouts.ts';
import { columnToUtc, LocalTimes } from '../../csv/times/local-times.ts';
import { sqlName, sqlPath, withDuckDb } from '../../parquet/duckdb.ts';
import { CellFaultError, readNumbers, readTimes } from '../../parquet/fetch-rows.ts';
import { withExactTimes } from '../../parquet/footer/exact-times.ts';
import {
  describe,
  isNaive,
  numberExpression,
  type ParquetColumn,
  type ParquetSource,
  readCell,
  timeExpression,
} from '../../parquet/parquet-columns.ts';
import { countRows, parquetFault, refuseTimeFlags } from '../../parquet/parquet-rows.ts';
import type { ReadOptions } from '../../read-options.ts';
import { TIME_RULE, type TimeKind } from '../../time-cells.ts';
import { resolveTradeRoles, type TradeRoles } from '../layout/trade-columns.ts';
import { allocateTrades, type TradeBatch } from '../trade-batch.ts';
import type { FileTrades, ReadTradesRequest } from './file-trades.ts';
import { FLAG_RULE, MAKER_FLAGS, SIDE_RULE, sideSql, sideWords } from './side-words.ts';
import { NanosReader } from './trade-times.ts';

/** Positions of the columns of the query. */
const AT = { time: 0, timeText: 1, price: 2, size: 3, side: 4, id: 5, symbol: 6 } as const;
/** Rows of a chunk of DuckDB at most. */
const CHUNK_ROWS = 2048;
const RULES: Readonly<Record<string, string>> = { time: TIME_RULE, close: 'a number', volume: 'a number' };

/** A file that is open, and what its columns are. */
interface OpenTrades extends ParquetSource {
  readonly roles: TradeRoles;
  readonly names: readonly string[];
  readonly written: readonly string[];
  readonly hasSide: boolean;
}

/**
 * Reads the trades of one Parquet file, a stretch at a time: plain numbers and timestamps, or NautilusTrader's trade ticks.
 *
 * @throws {DataError} MISSING_COLUMN, EMPTY_FILE, FILE_UNREADABLE, or BAD_ROW naming row (the first is 1), rule and value.
 */
export async function readParquetTrades(
  layout: ParquetLayout,
  request: ReadTradesRequest & Pick<ReadOptions, 'rename'>,
): Promise<FileTrades> {
  const { path } = layout;
  try {
    return await withExactTimes(layout.file, ({ file, utcColumns }) =>
      withDuckDb(async (connection) => {
        const table = `read_parquet(${sqlPath(file)}, hive_partitioning = false)`;
        const columns = await describe(connection, table, utcColumns);
        const written = columns.map(({ name }) => name);
        checkRenamed(path, written, request);
        const names = renamed(written, request);
        const roles = resolveTradeRoles(path, names);
        const hasSide = roles.side !== undefined || roles.isBuyerMaker !== undefined;
        return readOpen({ connection, path, table, columns, roles, names, written, hasSide }, request);
      }),
    );
  } catch (error) {
    if (error instanceof Ml4tError) throw error;
    throw new DataError('FILE_UNREADABLE', `${path} cannot be read as Parquet: ${parquetFault(error)}`, {
      cause: error,
    });
  }
}

async function readOpen(source: OpenTrades, request: ReadTradesRequest): Promise<FileTrades> {
  const { path, connection, roles, columns, hasSide } = source;
  const time = columns[roles.time];
  refuseTimeFlags(path, time, request);
  const total = await countRows(source);
  if (total === 0) throw new DataError('EMPTY_FILE', `${path} holds no trades`);
  const { sql, kind } = await queryOf(source);
  const rows = new ParquetRows(source, kind, isNaive(time) ? request.tz : undefined, request);
  const result = await connection.stream(sql);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const batch = await rows.read(chunk);
    if (batch.n > 0) await request.consume(batch);
    request.onRows(rows.nRows, total);
  }
  // After a fault in a later row a stream ends as if the file did.
  if (rows.nRows !== total)
    throw new DataError('FILE_UNREADABLE', `${path} cannot be read as Parquet: it is damaged behind row ${rows.nRows}`);
  const zoneNote = isNaive(time) ? [`times without a zone read as ${request.tz ?? 'UTC'}`] : [];
  return { hasSide, nSuspicious: 0, recognised: ['Parquet', ...zoneNote] };
}

async function queryOf(source: OpenTrades): Promise<{ readonly sql: string; readonly kind: TimeKind }> {
  const { path, table, columns, roles, names } = source;
  const of = (index: number): ParquetColumn => columns[index];
  const text = (index: number | undefined): string =>
    index === undefined ? 'NULL::VARCHAR' : `CAST(${sqlName(of(index).name)} AS VARCHAR)`;
  const { side, isBuyerMaker } = roles;
  const time = await timeExpression(source, of(roles.time));
  const sides = (): string => {
    if (side !== undefined) return sideSql(sideWords(names, side), sqlName(of(side).name));
    return isBuyerMaker === undefined ? '0::TINYINT' : sideSql(MAKER_FLAGS, sqlName(of(isBuyerMaker).name));
  };
  const selected = [
    ...time.selected,
    numberExpression(path, of(roles.price)),
    numberExpression(path, of(roles.size)),
    sides(),
    roles.id === undefined ? 'NULL::DOUBLE' : `TRY_CAST(${sqlName(of(roles.id).name)} AS DOUBLE)`,
    text(roles.symbol),
  ];
  return { sql: `SELECT ${selected.join(', ')} FROM ${table}`, kind: time.kind };
}

/** Turns chunks of rows into batches. */
class ParquetRows {
  readonly #source: OpenTrades;
  readonly #kind: TimeKind;
  readonly #zone: LocalTimes | null;
  readonly #request: ReadTradesRequest;
  readonly #nanos = new NanosReader();
  readonly #batch = allocateTrades(CHUNK_ROWS);
  nRows = 0;

  /** @param tz - zone of times that name none, where one was said. */
  constructor(source: OpenTrades, kind: TimeKind, tz: string | undefined, request: ReadTradesRequest) {
    this.#source = source;
    this.#kind = kind;
    this.#zone = tz === undefined ? null : new LocalTimes(tz);
    this.#request = request;
  }

  /** @throws {DataError} BAD_ROW for a cell of the wrong kind. */
  async read(chunk: DuckDBDataChunk): Promise<TradeBatch> {
    const batch = this.#batch;
    const { rowCount } = chunk;
    const column = (name: keyof typeof AT) => chunk.getColumnVector(AT[name]);
    try {
      const times = readTimes(column('time'), column('timeText'), rowCount, this.nRows, this.#kind);
      const prices = readNumbers(column('price'), rowCount, this.nRows, 'close');
      const sizes = readNumbers(column('size'), rowCount, this.nRows, 'volume');
      await this.#toUtc(times);
      const [sides, ids, symbols] = [column('side'), column('id'), column('symbol')];
      batch.n = 0;
      for (let i = 0; i < rowCount; i++) {
        const symbol = symbols.getItem(i);
        if (typeof symbol === 'string' && !this.#request.market.takes(symbol, this.#source.path)) continue;
        const side = sides.getItem(i);
        const id = ids.getItem(i);
        if (typeof side !== 'number') throw await this.#badSide(i);
        const j = batch.n++;
        batch.tsEvent[j] = times[i];
        batch.price[j] = prices[i];
        batch.size[j] = sizes[i];
        batch.side[j] = side;
        batch.id[j] = typeof id === 'number' ? id : Number.NaN;
        batch.place[j] = this.nRows + i + 1;
      }
      this.nRows += rowCount;
      return batch;
    } catch (error) {
      if (!(error instanceof CellFaultError)) throw error;
      const { row, field } = error.fault;
      const { roles } = this.#source;
      const index = field === 'time' ? roles.time : field === 'close' ? roles.price : roles.size;
      throw await this.#badCell(row, index, RULES[field] ?? 'a number');
    }
  }

  /** Turns times into nanoseconds of UTC, in place. */
  async #toUtc(times: BigInt64Array): Promise<void> {
    for (let i = 0; i < times.length; i++) {
      const ns = this.#nanos.read(this.#kind, times[i]);
      if (typeof ns === 'string') throw await this.#badCell(this.nRows + i, this.#source.roles.time, ns);
      times[i] = ns;
    }
    const fault = this.#zone === null ? null : columnToUtc(times, this.#zone);
    if (fault !== null) throw await this.#badCell(this.nRows + fault.index, this.#source.roles.time, fault.rule);
  }

  #badSide(i: number): Promise<DataError> {
    const { side, isBuyerMaker = 0 } = this.#source.roles;
    return this.#badCell(this.nRows + i, side ?? isBuyerMaker, side === undefined ? FLAG_RULE : SIDE_RULE);
  }

  async #badCell(row: number, index: number, rule: string): Promise<DataError> {
    const { path, names, written } = this.#source;
    const text = await readCell(this.#source, written[index], row);
    const received = text === null ? 'empty' : show(text);
    return new DataError('BAD_ROW', `${path} row ${row + 1}: ${names[index]} must be ${rule}, was ${received}`);
  }
}
