import { DataError, parseNumber, unitOf } from '../../core/index.ts';
import type { ReadOptions } from '../read-options.ts';
import { parseTimeCell } from '../time-cells.ts';
import { isDateAndClock } from './times/time-column.ts';
import { isWrittenTime } from './times/vendor-time.ts';

/** One of the first records of a file, as text. */
export interface HeadRecord {
  /** 1-based physical line it starts on. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Columns of a file that comes without a header. `open_time` is the open by the vendor's documentation. */
interface Layout {
  readonly vendor: string;
  readonly names: readonly string[];
  /** Minimum number of rows that show it. */
  readonly rows: number;
  /** What the cells of its times are. */
  readonly isTime: (cells: readonly string[]) => boolean;
}

const [PRICES, KUCOIN, COINBASE] = ['open,high,low,close', 'open,close,high,low', 'low,high,open,close'];
const BINANCE = `open_time,${PRICES},volume,end_time,quote_volume,trades,taker_buy_base_volume,taker_buy_quote_volume,ignore`;
/** Layouts by the number and the order of their columns; the prices of the rows decide between those of one number. */
const WITHOUT_HEADER: readonly Layout[] = [
  layout('Binance klines', BINANCE, isEpoch),
  layout('Kraken OHLCVT', `open_time,${PRICES},volume,trades`, isEpoch),
  layout('KuCoin klines', `open_time,${KUCOIN},volume,turnover`, isEpoch),
  layout(
    'MetaTrader 4',
    `date,time,${PRICES},volume`,
    ([date, time]) => isDotted(date) && /^\d\d:\d\d$/.test(time.trim()),
  ),
  layout(
    'date, time and OHLCV',
    `date,time,${PRICES},volume`,
    ([date, time]) => !isDotted(date) && isDateAndClock(date, time),
    3,
  ),
  // Its volumes are 0; the exports of NinjaTrader have the same form, another zone and another stamp.
  layout('HistData', `timestamp,${PRICES},volume`, (cells) => isHistData(cells[0]) && Number(cells[5]) === 0),
  layout('time and OHLCV', `timestamp,${PRICES},volume`, isWritten, 3),
  layout('time and LHOCV', `timestamp,${COINBASE},volume`, isWritten, 3),
  layout('Coinbase candles', `open_time,${COINBASE},volume`, isEpoch, 3),
  layout(
    'CCXT candles',
    `open_time,${PRICES},volume`,
    (cells) => isEpoch(cells) && unitOf(BigInt(cells[0])) === 'ms',
    3,
  ),
  layout(
    'time and OHLCV',
    `timestamp,${PRICES},volume`,
    (cells) => isEpoch(cells) && unitOf(BigInt(cells[0])) !== 'ms',
    3,
  ),
];
function layout(vendor: string, names: string, isTime: Layout['isTime'], rows = 1): Layout {
  return { vendor, names: names.split(','), rows, isTime };
}

/** A written time; one in the form of HistData is none, because vendors of that form differ. */
function isWritten([text]: readonly string[]): boolean {
  return !isHistData(text) && isWrittenTime(text);
}

/** Whether a time is written as HistData and NinjaTrader do. */
export function isHistData(text: string): boolean {
  return /^\d{8} \d{6}$/.test(text.trim());
}

function isDotted(text: string): boolean {
  return /^\d{4}\.\d\d\.\d\d$/.test(text.trim());
}

/** A header, and the line it ends on: 0 where the file has none. */
export interface Header {
  readonly names: readonly string[];
  readonly headerLine: number;
  /** The vendor's layout, for the line that says what was recognised; null for a plain file. */
  readonly vendor: string | null;
}

/**
 * The columns of a file without a header, when they are those of one known layout.
 *
 * @param records - the first records of the file. @param options - of them the zone, which a form of several vendors needs.
 * @returns null when no layout fits every record, or several do.
 */
export function headerless(records: readonly HeadRecord[], { tz }: Pick<ReadOptions, 'tz'> = {}): Header | null {
  const first = records[0]?.cells ?? [];
  if (tz !== undefined && isHistData(first[0] ?? '') && Number(first[5]) !== 0) {
    return { names: `timestamp,${PRICES},volume`.split(','), headerLine: 0, vendor: 'time and OHLCV without a header' };
  }
  const found = WITHOUT_HEADER.filter((each) => records.length >= each.rows && records.every((row) => fits(each, row)));
  if (found.length !== 1) return null;
  return { names: found[0].names, headerLine: 0, vendor: `${found[0].vendor} without a header` };
}

function fits({ names, isTime }: Layout, { cells }: HeadRecord): boolean {
  if (cells.length !== names.length || !isTime(cells)) return false;
  const numberOf = (name: string): number => parseNumber(cells[names.indexOf(name)].trim()) ?? Number.NaN;
  const [open, high, low, close] = PRICES.split(',').map(numberOf);
  return high >= Math.max(open, close, low) && low <= Math.min(open, close);
}

function isEpoch([text]: readonly string[]): boolean {
  const cell = parseTimeCell(text);
  return cell?.kind === 'integer' && unitOf(cell.value) !== null;
}

/** Whether a line names the index and nothing else. */
function isIndexLine({ cells }: HeadRecord): boolean {
  return /^date(time)?$/i.test(cells[0]) && cells.slice(1).every((cell) => cell === '');
}

/**
 * The header that pandas writes for yfinance: names, tickers, and the name of the index, each on a line.
 *
 * @returns null for any other file.
 * @throws {DataError} UNKNOWN_FORMAT when it holds several tickers.
 */
export function tickerHeader(path: string, records: readonly HeadRecord[]): Header | null {
  const [names, tickers, index] = records;
  // The line of tickers stands above where columns were grouped by it.
  if (names.cells[0] === 'Price' && tickers !== undefined && isIndexLine(tickers)) {
    const [, ...columns] = names.cells.map((cell) => cell.trim());
    return {
      names: [tickers.cells[0], ...columns],
      headerLine: tickers.line,
      vendor: 'yfinance with three header lines',
    };
  }
  if (tickers === undefined || index === undefined || tickers.cells[0] !== 'Ticker') return null;
  if (!isIndexLine(index)) return null;
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

/** Of two columns of volume the one to read: ticks where the volume is always 0, and the base of a pair (`Volume BTC` of `BTC/USDT`). */
export function withVolume(names: readonly string[], rows: readonly HeadRecord[]): readonly string[] {
  const lower = names.map((name) => name.toLowerCase().replace(/[<>]/g, ''));
  const [ticks, real] = [lower.indexOf('tickvol'), lower.indexOf('vol')];
  const isZero = rows.every(({ cells }) => parseNumber(cells[real]?.trim() ?? '') === 0);
  const symbol = rows[0]?.cells[lower.indexOf('symbol')]?.trim().toLowerCase() ?? '';
  const base = lower.findIndex((name) => name.startsWith('volume ') && symbol.startsWith(name.slice('volume '.length)));
  const chosen = ticks < 0 || (real >= 0 && !isZero) ? base : ticks;
  return lower.includes('volume') ? names : names.map((name, j) => (j === chosen ? 'volume' : name));
}

/** The names, with Investing.com's `Price` as the close that it is. */
export function withClose(names: readonly string[]): readonly string[] {
  const isInvesting = names.includes('Change %') && !names.some((name) => name.toLowerCase() === 'close');
  return isInvesting ? names.map((name) => (name === 'Price' ? 'close' : name)) : names;
}

/**
 * The record that names the columns: the first, or one below comments and other lines of text (`#`, a web address, `sep=;`).
 *
 * @param countRoles - number of columns of bars that some cells name. @returns its index, 0 where no record names many.
 */
export function headerIndex(records: readonly HeadRecord[], countRoles: (cells: readonly string[]) => number): number {
  const index = records.slice(0, MAX_PREAMBLE).findIndex(({ cells }) => countRoles(cells) >= MIN_ROLES);
  return Math.max(0, index);
}

/** Maximum number of records above a header. */
const MAX_PREAMBLE = 30;
/** Minimum number of columns that make a record below the first one a header: time and prices, one of them renamed. */
const MIN_ROLES = 4;
