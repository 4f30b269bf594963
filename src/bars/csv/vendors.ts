/** A vendor whose files are known by the names of their columns, and stamp the open of a bar by its documentation. */
interface Vendor {
  readonly name: string;
  /** Whether the names, as they are written, are the vendor's. */
  readonly fits: (names: readonly string[]) => boolean;
}

const has = (names: readonly string[], ...wanted: readonly string[]): boolean => {
  const lower = names.map((name) => name.trim().toLowerCase());
  return wanted.every((name) => lower.includes(name));
};

const OPEN_STAMPED: readonly Vendor[] = [
  { name: 'TradingView', fits: (names) => names.slice(0, 6).join() === 'time,open,high,low,close,Volume' },
  { name: 'MetaTrader 5', fits: (names) => has(names, '<open>', '<spread>') },
  { name: 'Dukascopy', fits: (names) => has(names, 'gmt time') || has(names, 'local time') },
  { name: 'Dukascopy', fits: (names) => names.join() === 'Time (UTC),Open,High,Low,Close,Volume' },
  { name: 'Polygon flat file', fits: (names) => has(names, 'window_start', 'transactions') },
  { name: 'Databento', fits: (names) => has(names, 'ts_event', 'rtype') },
  { name: 'Polygon or Alpaca aggregates', fits: (names) => has(names, 't', 'o', 'h', 'l', 'c', 'v', 'vw') },
];

/** The vendor that stamps the open of a bar and writes such columns, or null. */
export function openStampedVendor(names: readonly string[]): string | null {
  return OPEN_STAMPED.find(({ fits }) => fits(names))?.name ?? null;
}
