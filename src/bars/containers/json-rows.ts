import { DataError, parseLossless } from '../../core/index.ts';
import type { RowNoun } from './row-noun.ts';

/** Orders in which exchanges write a bar as an array, by the number of its values; prices and times must lie as they say. */
const ORDERS: readonly { readonly vendor: string; readonly names: readonly string[] }[] = [
  order('CCXT or freqtrade', 'open,high,low,close,volume'),
  order('Coinbase', 'low,high,open,close,volume'),
  order('Bitfinex', 'open,close,high,low,volume'),
  order('Bybit', 'open,high,low,close,volume,turnover'),
  order('KuCoin', 'open,close,high,low,volume,turnover'),
  order('Kraken', 'open,high,low,close,vwap,volume,trades'),
  order('MEXC', 'open,high,low,close,volume,end_time,quote_volume'),
  order('Gate.io', 'quote_volume,close,high,low,open,volume,is_closed'),
  order('OKX', 'open,high,low,close,volume,volume_currency,quote_volume,is_closed'),
  order(
    'Binance',
    'open,high,low,close,volume,end_time,quote_volume,trades,taker_buy_base_volume,taker_buy_quote_volume,ignore',
  ),
];

function order(vendor: string, names: string) {
  return { vendor, names: ['open_time', ...names.split(',')] };
}

const MAX_DEPTH = 3;

/** A table that was written as JSON. */
export interface JsonTable {
  readonly names: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** What was recognised, in a short phrase. */
  readonly note: string;
}

/**
 * The bars in a JSON text: an array of arrays, as exchanges and CCXT write, or of objects, as pandas does; alone or within one object.
 *
 * @param path - names the file in an error.
 * @throws {DataError} UNKNOWN_FORMAT when there is no such array, several, or one whose columns are not known.
 */
export function readJsonTable(path: string, text: string, noun: RowNoun = 'bars'): JsonTable {
  const refuse = (why: string): DataError =>
    new DataError('UNKNOWN_FORMAT', `${path} is not a file of ${noun}: ${why}`);
  const value = parse(path, text);
  const split = ofSplit(value);
  if (split !== null) return split;
  const found = tablesIn(value, 0);
  if (found.length !== 1) throw refuse(`its JSON must hold one array of ${noun}, has ${found.length}`);
  const [rows] = found;
  if (Array.isArray(rows[0]) && noun === 'trades') throw refuse('it has arrays of values; write objects with names');
  if (Array.isArray(rows[0])) return ofArrays(rows as unknown[][], refuse);
  return ofObjects(rows as Record<string, unknown>[], refuse);
}

function parse(path: string, text: string): unknown {
  try {
    return isLines(text) ? text.split('\n').flatMap(parseLine) : parseLossless(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DataError('UNKNOWN_FORMAT', `${path} cannot be read as JSON: ${why}`, { cause });
  }
}

/** Whether every line is an object by itself, as far as its first lines tell. */
function isLines(text: string): boolean {
  return /^\s*\{[^\n]*\}\s*\n\s*\{[^\n]*\}/.test(text);
}

function parseLine(line: string, k: number): unknown[] {
  if (line.trim() === '') return [];
  try {
    return [parseLossless(line)];
  } catch (cause) {
    throw new DataError('BAD_JSON', `line ${k + 1}: ${(cause as Error).message}`, { cause });
  }
}

/** The table in pandas' form `split`: names in `columns`, rows in `data`, and an index that is left out where it counts rows. */
function ofSplit(value: unknown): JsonTable | null {
  if (typeof value !== 'object' || value === null || !('columns' in value) || !('data' in value)) return null;
  const { columns, data, index } = value as { columns: unknown; data: unknown; index?: unknown };
  const isTable = Array.isArray(columns) && columns.every((name) => typeof name === 'string') && Array.isArray(data);
  if (!isTable || !data.every((row) => Array.isArray(row) && row.length === columns.length)) return null;
  if (!Array.isArray(index) || index.length !== data.length) return { names: columns, rows: data, note: 'JSON' };
  return { names: ['', ...columns], rows: data.map((row, k) => [index[k], ...row]), note: 'JSON' };
}

/** Arrays of arrays or objects in a value, itself included. */
function tablesIn(value: unknown, depth: number): unknown[][] {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return [];
  if (Array.isArray(value)) return typeof value[0] === 'object' && value[0] !== null ? [value] : [];
  return Object.values(value).flatMap((part) => tablesIn(part, depth + 1));
}

function ofArrays(rows: readonly unknown[][], refuse: (why: string) => DataError): JsonTable {
  const { length } = rows[0];
  const other = rows.findIndex((row) => !Array.isArray(row) || row.length !== length);
  if (other >= 0) throw refuse(`bar ${other + 1} must have ${length} values like the first`);
  const known = ORDERS.filter(({ names }) => names.length === length);
  if (known.length === 0)
    throw refuse(`it has arrays of ${length} values, whose order is not known; write objects with names`);
  const fitting = known.filter(({ names }) => rows.every((row) => fits(row, names)));
  if (fitting.length > 1) {
    const vendors = fitting.map(({ vendor }) => vendor).join(' and of ');
    throw refuse(`its values read as bars of ${vendors}; write objects with names`);
  }
  // A bar that breaks its own rules is named by its row.
  const { vendor, names } = fitting[0] ?? mostFitting(rows, known);
  return { names, rows, note: `JSON of ${vendor}` };
}

/** The order that most bars have. */
function mostFitting(rows: readonly unknown[][], known: typeof ORDERS): (typeof ORDERS)[number] {
  const counts = known.map(({ names }) => rows.filter((row) => fits(row, names)).length);
  return known[counts.indexOf(Math.max(...counts))];
}

/** Whether the values of a bar lie as they must when they stand in this order. */
function fits(row: readonly unknown[], names: readonly string[]): boolean {
  const of = (name: string): number => Number(row[names.indexOf(name)]);
  const [start, open, high, low, close] = ['open_time', 'open', 'high', 'low', 'close'].map(of);
  const isWithin = !names.includes('vwap') || of('vwap') === 0 || (of('vwap') >= low && of('vwap') <= high);
  const isLater = !names.includes('end_time') || of('end_time') > start;
  return high >= Math.max(open, close) && low <= Math.min(open, close) && isWithin && isLater;
}

/** Every object must have the fields of the first, no more and no less: one that is lost there would be lost in all. */
function ofObjects(rows: readonly Record<string, unknown>[], refuse: (why: string) => DataError): JsonTable {
  const keys = Object.keys(rows[0]);
  const fields = new Set(keys);
  for (const [k, row] of rows.entries()) {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) throw refuse(`bar ${k + 1} must be an object`);
    const lost = keys.find((key) => !Object.hasOwn(row, key));
    if (lost !== undefined) throw refuse(`bar ${k + 1} must have ${named(lost)}, as bar 1 does; ${REMEDY}`);
    const more = Object.keys(row).find((key) => !fields.has(key));
    if (more !== undefined) throw refuse(`bar ${k + 1} has ${named(more)}, which bar 1 lacks; ${REMEDY}`);
  }
  return { names: keys, rows: rows.map((row) => keys.map((key) => row[key])), note: 'JSON' };
}

const REMEDY = 'write every field in every bar, or in none';

function named(key: string): string {
  return JSON.stringify(key.length > 40 ? `${key.slice(0, 37)}...` : key);
}
