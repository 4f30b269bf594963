import { DataError, parseLossless } from '../../core/index.ts';

/** Orders in which exchanges write a bar of six values, after its open time. */
const ORDERS: readonly { readonly vendor: string; readonly names: readonly string[] }[] = [
  { vendor: 'CCXT or freqtrade', names: ['open', 'high', 'low', 'close'] },
  { vendor: 'Coinbase', names: ['low', 'high', 'open', 'close'] },
  { vendor: 'Bitfinex', names: ['open', 'close', 'high', 'low'] },
];
/** Other lengths of a bar, each with the columns that its vendor documents. */
const BY_LENGTH: Readonly<Record<number, { readonly vendor: string; readonly names: readonly string[] }>> = {
  8: {
    vendor: 'Kraken',
    names: ['open_time', 'open', 'high', 'low', 'close', 'vwap', 'volume', 'trades'],
  },
  12: {
    vendor: 'Binance',
    names: [
      'open_time',
      'open',
      'high',
      'low',
      'close',
      'volume',
      'end_time',
      'quote_volume',
      'trades',
      'taker_buy_base_volume',
      'taker_buy_quote_volume',
      'ignore',
    ],
  },
};
/** Names of Polygon's aggregates, whose time is the open. */
const POLYGON: Readonly<Record<string, string>> = {
  t: 'open_time',
  o: 'open',
  h: 'high',
  l: 'low',
  c: 'close',
  v: 'volume',
};
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
export function readJsonTable(path: string, text: string): JsonTable {
  const refuse = (why: string): DataError => new DataError('UNKNOWN_FORMAT', `${path} is not a file of bars: ${why}`);
  const found = tablesIn(parse(path, text), 0);
  if (found.length !== 1) throw refuse(`its JSON must hold one array of bars, has ${found.length}`);
  const [rows] = found;
  if (Array.isArray(rows[0])) return ofArrays(rows as unknown[][], refuse);
  return ofObjects(rows as Record<string, unknown>[], refuse);
}

function parse(path: string, text: string): unknown {
  try {
    return parseLossless(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DataError('UNKNOWN_FORMAT', `${path} cannot be read as JSON: ${why}`, { cause });
  }
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
  const known = BY_LENGTH[length];
  if (known !== undefined) return { names: known.names, rows, note: `JSON of ${known.vendor}` };
  if (length !== 6)
    throw refuse(`it has arrays of ${length} values, whose order is not known; write objects with names`);
  const fitting = ORDERS.filter(({ names }) => rows.every((row) => fits(row, names)));
  if (fitting.length > 1) {
    const vendors = fitting.map(({ vendor }) => vendor).join(' and of ');
    throw refuse(`its values read as bars of ${vendors}; write objects with names`);
  }
  // A bar that breaks its own rules is named by its row.
  const { vendor, names } = fitting[0] ?? ORDERS[0];
  return { names: ['open_time', ...names, 'volume'], rows, note: `JSON of ${vendor}` };
}

/** Whether the values of a bar lie as they must when its prices stand in this order. */
function fits(row: readonly unknown[], names: readonly string[]): boolean {
  const [open, high, low, close] = ['open', 'high', 'low', 'close'].map((name) => Number(row[1 + names.indexOf(name)]));
  return high >= Math.max(open, close) && low <= Math.min(open, close);
}

function ofObjects(rows: readonly Record<string, unknown>[], refuse: (why: string) => DataError): JsonTable {
  const keys = Object.keys(rows[0]);
  const other = rows.findIndex((row) => typeof row !== 'object' || row === null || !keys.every((key) => key in row));
  if (other >= 0) throw refuse(`bar ${other + 1} must have the names of the first (${keys.slice(0, 8).join(', ')})`);
  const isPolygon = 'vw' in rows[0] && Object.keys(POLYGON).every((key) => key in rows[0]);
  return {
    names: isPolygon ? keys.map((key) => POLYGON[key] ?? key) : keys,
    rows: rows.map((row) => keys.map((key) => row[key])),
    note: isPolygon ? 'JSON of Polygon' : 'JSON',
  };
}
