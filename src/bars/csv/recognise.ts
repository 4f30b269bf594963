import { DataError, parseNumber } from '../../core/index.ts';
import type { ReadOptions } from '../read-options.ts';
import { integerUnit, parseTimeCell } from '../time-cells.ts';

/** One of the first records of a file, as text. */
export interface HeadRecord {
  /** 1-based physical line it starts on. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Columns of files that come without a header, by their number; both vendors document that the time is the open. */
const WITHOUT_HEADER = [
  {
    vendor: 'Binance klines',
    names: [
      'open_time',
      'open',
      'high',
      'low',
      'close',
      'volume',
      'end_time', // not `close_time`, which would be the time of the bar
      'quote_volume',
      'trades',
      'taker_buy_base_volume',
      'taker_buy_quote_volume',
      'ignore',
    ],
  },
  { vendor: 'Kraken OHLCVT', names: ['open_time', 'open', 'high', 'low', 'close', 'volume', 'trades'] },
];
/** UNIX seconds of 1971 and 2100: what else is no time of a vendor's file. */
const FIRST_SECOND = 31_536_000;
const LAST_SECOND = 4_102_444_800;
const PER_SECOND = { s: 1, ms: 1e3, us: 1e6, ns: 1e9 };

/** A header, and the line it ends on: 0 where the file has none. */
export interface Header {
  readonly names: readonly string[];
  readonly headerLine: number;
  /** The vendor's layout, for the line that says what was recognised; null for a plain file. */
  readonly vendor: string | null;
}

/**
 * The columns of a file without a header, when they are those of a vendor.
 *
 * @param records - the first records of the file.
 * @returns null when the records are not wholly numbers, or not a layout that is known.
 */
export function headerless(records: readonly HeadRecord[]): Header | null {
  const layout = WITHOUT_HEADER.find(({ names }) => names.length === records[0]?.cells.length);
  const fits = (record: HeadRecord): boolean =>
    record.cells.length === layout?.names.length &&
    record.cells.every((cell) => parseNumber(cell.trim()) !== null) &&
    isVendorTime(record.cells[0]);
  if (layout === undefined || !fits(records[0])) return null;
  return { names: layout.names, headerLine: 0, vendor: `${layout.vendor} without a header` };
}

function isVendorTime(text: string): boolean {
  const cell = parseTimeCell(text);
  if (cell?.kind !== 'integer') return false;
  const seconds = Number(cell.value) / PER_SECOND[integerUnit(cell.value)];
  return seconds >= FIRST_SECOND && seconds <= LAST_SECOND;
}

/**
 * The header that pandas writes for yfinance: names, tickers, and the name of the index, each on a line.
 *
 * @returns null for any other file.
 * @throws {DataError} UNKNOWN_FORMAT when it holds several tickers.
 */
export function tickerHeader(path: string, records: readonly HeadRecord[]): Header | null {
  const [names, tickers, index] = records;
  if (tickers === undefined || index === undefined || tickers.cells[0] !== 'Ticker') return null;
  if (!/^date(time)?$/i.test(index.cells[0]) || index.cells.slice(1).some((cell) => cell !== '')) return null;
  const found = [...new Set(tickers.cells.slice(1))];
  if (found.length !== 1) {
    const list = found.slice(0, 3).join(', ');
    throw new DataError('UNKNOWN_FORMAT', `${path} holds ${found.length} tickers (${list}); write one file for each`);
  }
  const columns = names.cells.map((cell) => cell.trim());
  return {
    names: [index.cells[0], ...columns.slice(1)],
    headerLine: index.line,
    vendor: 'yfinance with three header lines',
  };
}

/**
 * The character before the decimals. A comma is one where some number shows it: `1,5` does, `1,500` alone may be thousands.
 *
 * @param records - the first records after the header.
 * @throws {DataError} UNKNOWN_FORMAT when every comma stands before three digits.
 */
export function decimalOf(
  path: string,
  delimiter: string,
  records: readonly HeadRecord[],
  { decimal }: Pick<ReadOptions, 'decimal'>,
): '.' | ',' {
  if (decimal !== undefined) return decimal;
  if (delimiter === ',') return '.';
  const commas = records.flatMap(({ cells }) => cells.filter((cell) => /^\s*[+-]?\d+,\d+\s*$/.test(cell)));
  if (commas.length === 0) return '.';
  if (commas.some((cell) => !/^\s*[+-]?[1-9]\d{0,2},\d{3}\s*$/.test(cell))) return ',';
  const example = JSON.stringify(commas[0].trim());
  throw new DataError(
    'UNKNOWN_FORMAT',
    `${path} has commas before three digits (${example}), decimals or thousands: say --decimal , for decimals`,
  );
}
