import { parseNumber, unitOf } from '../../../core/index.ts';
import { parseTimeCell } from '../../time-cells.ts';

/** Columns of a file that an exchange publishes without a header, by its documentation. */
interface Layout {
  readonly vendor: string;
  readonly names: readonly string[];
  /** What each cell must be, by the letters of {@link CELLS}. */
  readonly cells: string;
  /** Minimum number of rows that show it. */
  readonly rows: number;
}

const DAY_MS = 86_400_000;
const isNumber = (text: string): boolean => parseNumber(text.trim()) !== null;
const isCount = (text: string): boolean => /^\d+$/.test(text.trim());

/** What a cell may be: a count, a number, UNIX time, a flag, the milliseconds of a day, a text. */
const CELLS: Readonly<Record<string, (text: string) => boolean>> = {
  c: isCount,
  n: isNumber,
  t: (text) => {
    const cell = parseTimeCell(text);
    return cell !== null && cell.kind !== 'iso-8601' && (cell.kind === 'fraction' || unitOf(cell.value) !== null);
  },
  b: (text) => /^(true|false)$/i.test(text.trim()),
  d: (text) => isCount(text) && Number(text) < DAY_MS,
  x: () => true,
};

const AGG = 'agg_trade_id,price,qty,first_trade_id,last_trade_id,time,is_buyer_maker';
const TRADES = 'trade_id,price,qty,quote_qty,time,is_buyer_maker';
/** LEAN's ticks of equities: times count milliseconds from midnight of the day in the name of the file, prices are in units of 1e-4. */
export const LEAN_NAMES = 'time,price,size,exchange,sale_condition,suspicious'.split(',');

const LAYOUTS: readonly Layout[] = [
  layout('Binance aggTrades', `${AGG},is_best_match`, 'cnncctbb'),
  layout('Binance aggTrades', AGG, 'cnncctb'),
  layout('Binance trades', `${TRADES},is_best_match`, 'cnnntbb'),
  layout('Binance trades', TRADES, 'cnnntb'),
  layout('LEAN equity ticks', LEAN_NAMES.join(), 'dcnxxc'),
  layout('Kraken time and sales', 'time,price,volume', 'tnn', 3),
];

function layout(vendor: string, names: string, cells: string, rows = 1): Layout {
  return { vendor, names: names.split(','), cells, rows };
}

/** A layout without a header. */
export interface Headerless {
  readonly vendor: string;
  readonly names: readonly string[];
}

/** The columns of a file without a header, where every one of its first rows fits one known layout; null where none does. */
export function headerlessTrades(rows: readonly (readonly string[])[]): Headerless | null {
  const fits = ({ names, cells }: Layout, row: readonly string[]): boolean =>
    row.length === names.length && row.every((text, j) => CELLS[cells[j]](text));
  return LAYOUTS.find((each) => rows.length >= each.rows && rows.every((row) => fits(each, row))) ?? null;
}

/** Whether the ids of a layout count every trade, so that a number that is left out is a trade that is missing. */
export function countsTrades(names: readonly string[], vendor: string | null): boolean {
  return (vendor ?? '').startsWith('Binance') || names.includes('agg_trade_id');
}
