import { DataError, show } from '../../../core/index.ts';
import { parseNumberCell } from '../../cells.ts';
import type { CsvRecord } from '../../csv/csv-scanner.ts';
import { checkRecordShape, visitRecords } from '../../csv/csv-stream.ts';
import type { CsvLayout } from '../../csv/layouts.ts';
import { plainNumber, quickInteger, quickNumber } from '../../csv/quick-cells.ts';
import { clockColumn } from '../../csv/times/time-column.ts';
import { timeTextsOf } from '../../csv/times/time-texts.ts';
import { leanMidnight } from '../layout/lean-day.ts';
import { resolveTradeRoles, type TradeRoles } from '../layout/trade-columns.ts';
import { allocateTrades, type TradeBatch } from '../trade-batch.ts';
import type { FileTrades, ReadTradesRequest } from './file-trades.ts';
import { FLAG_RULE, MAKER_FLAGS, readSide, SIDE_RULE, type SideWords, sideWords } from './side-words.ts';
import { TradeTimes } from './trade-times.ts';

const FIRST_ROOM = 8192;
const NS_PER_MS = 1_000_000n;
const LEAN_PRICE = 10_000;

/** What the side of a trade is read from. */
interface SideColumn {
  readonly index: number;
  readonly words: SideWords;
  readonly rule: string;
}

/**
 * Reads the trades of one CSV file, a stretch at a time.
 *
 * @throws {DataError} MISSING_COLUMN, FILE_UNREADABLE, EMPTY_FILE, or BAD_ROW naming line, rule and value of the first bad row.
 */
export async function readCsvTrades(layout: CsvLayout, request: ReadTradesRequest): Promise<FileTrades> {
  const roles = resolveTradeRoles(layout.path, layout.columnNames);
  const rows = await TradeRows.of(layout, roles, request);
  await visitRecords(
    layout,
    (record) => rows.add(record),
    async () => {
      const { batch } = rows;
      if (batch.n === 0) return;
      await request.consume(batch);
      batch.n = 0;
      request.onRows(rows.nRows, Math.max(layout.estimatedRows ?? 0, rows.nRows));
    },
  );
  if (rows.nRows === 0) throw new DataError('EMPTY_FILE', `${layout.path} has a header but no trades`);
  return { hasSide: rows.hasSide, nSuspicious: rows.nSuspicious, recognised: rows.notes };
}

/** The trades of the piece of a file that is read. */
class TradeRows {
  readonly #layout: CsvLayout;
  readonly #roles: TradeRoles;
  readonly #times: TradeTimes;
  readonly #side: SideColumn | null;
  readonly #request: ReadTradesRequest;
  readonly #separator: number;
  /** Midnight of the day of LEAN's ticks, UNIX ns; null for other files. */
  readonly #midnight: bigint | null;
  batch: TradeBatch = allocateTrades(FIRST_ROOM);
  nRows = 0;
  nSuspicious = 0;

  private constructor(layout: CsvLayout, roles: TradeRoles, times: TradeTimes, request: ReadTradesRequest) {
    this.#layout = layout;
    this.#roles = roles;
    this.#times = times;
    this.#request = request;
    this.#side = sideColumn(layout, roles);
    this.#separator = layout.decimal.charCodeAt(0);
    this.#midnight = layout.vendor?.startsWith('LEAN') ? leanMidnight(request.name, request.tz) : null;
  }

  static async of(layout: CsvLayout, roles: TradeRoles, request: ReadTradesRequest): Promise<TradeRows> {
    const column = { time: roles.time, clock: clockColumn(layout.columnNames, layout.firstRow) };
    const texts = await timeTextsOf(layout, column, request);
    return new TradeRows(layout, roles, new TradeTimes(column, texts), request);
  }

  get hasSide(): boolean {
    return this.#side !== null;
  }

  /** What was recognised, in short phrases. */
  get notes(): readonly string[] {
    const { vendor } = this.#layout;
    const unit = this.#times.unit;
    const times = unit === null || unit === 'iso-8601' ? [] : [`times in ${unit}`];
    return [...(vendor === null ? [] : [vendor]), ...times, ...this.#times.notes];
  }

  /** @throws {DataError} BAD_ROW for a record of another shape, and for a cell of the wrong kind. */
  add(record: CsvRecord): void {
    checkRecordShape(this.#layout, record);
    const { symbol, suspicious, id } = this.#roles;
    this.nRows++;
    if (symbol !== undefined && !this.#request.market.takes(record.cell(symbol).trim(), this.#layout.path)) return;
    if (this.#midnight !== null && record.cell(suspicious ?? 0).trim() !== '0') {
      this.nSuspicious++;
      return;
    }
    if (this.batch.n === this.batch.price.length) this.#grow();
    const { batch } = this;
    const i = batch.n;
    batch.tsEvent[i] = this.#midnight === null ? this.#readTime(record) : this.#readLeanTime(record, this.#midnight);
    const price = this.#readNumber(record, this.#roles.price);
    batch.price[i] = this.#midnight === null ? price : price / LEAN_PRICE;
    batch.size[i] = this.#readNumber(record, this.#roles.size);
    batch.side[i] = this.#side === null ? 0 : this.#readSide(record, this.#side);
    batch.id[i] = id === undefined ? Number.NaN : this.#readId(record, id);
    batch.place[i] = record.line;
    batch.n++;
  }

  #grow(): void {
    const { batch } = this;
    const room = 2 * batch.price.length;
    const grown = allocateTrades(room);
    grown.tsEvent.set(batch.tsEvent);
    for (const name of ['price', 'size', 'id', 'place'] as const) grown[name].set(batch[name]);
    grown.side.set(batch.side);
    grown.n = batch.n;
    this.batch = grown;
  }

  #readTime(record: CsvRecord): bigint {
    const time = this.#times.read(record);
    if (typeof time === 'bigint') return time;
    throw this.#fault(record, this.#roles.time, time, this.#times.textOf(record));
  }

  #readLeanTime(record: CsvRecord, midnight: bigint): bigint {
    const text = record.cell(this.#roles.time).trim();
    if (/^\d{1,8}$/.test(text)) return midnight + BigInt(text) * NS_PER_MS;
    throw this.#fault(record, this.#roles.time, 'milliseconds from midnight', text);
  }

  #readNumber(record: CsvRecord, index: number): number {
    const { bytes, bounds } = record;
    const quick = plainNumber(bytes, bounds[2 * index], bounds[2 * index + 1], this.#separator);
    if (!Number.isNaN(quick)) return quick;
    const value = parseNumberCell(record.cell(index), this.#layout);
    if (value === null) throw this.#fault(record, index, 'a number');
    return value;
  }

  /** An id that is no number, as the UUIDs of some exchanges, counts nothing. */
  #readId(record: CsvRecord, index: number): number {
    const { bytes, bounds } = record;
    const [start, end] = [bounds[2 * index], bounds[2 * index + 1]];
    const quick = quickInteger(bytes, start, end);
    return quick === null ? quickNumber(bytes, start, end) : Number(quick);
  }

  #readSide(record: CsvRecord, { index, words, rule }: SideColumn): number {
    const side = readSide(words, record.cell(index));
    if (side === null) throw this.#fault(record, index, rule);
    return side;
  }

  #fault(record: CsvRecord, index: number, rule: string, text = record.cell(index)): DataError {
    const { path, columnNames } = this.#layout;
    const received = text.trim() === '' ? 'empty' : show(text);
    return new DataError(
      'BAD_ROW',
      `${path} line ${record.line}: ${columnNames[index]} must be ${rule}, was ${received}`,
    );
  }
}

function sideColumn({ columnNames }: CsvLayout, { side, isBuyerMaker }: TradeRoles): SideColumn | null {
  if (side !== undefined) return { index: side, words: sideWords(columnNames, side), rule: SIDE_RULE };
  return isBuyerMaker === undefined ? null : { index: isBuyerMaker, words: MAKER_FLAGS, rule: FLAG_RULE };
}
