import { DataError } from '../../../core/index.ts';
import { listNames, normalise, SYMBOL_NAMES } from '../../column-roles.ts';

/** What a column of a file of trades is for. */
export type TradeRole = 'time' | 'price' | 'size' | 'side' | 'isBuyerMaker' | 'symbol' | 'id' | 'suspicious';

/** The column index of each role that a file has. */
export type TradeRoles = Readonly<Partial<Record<TradeRole, number>>> &
  Readonly<Record<'time' | 'price' | 'size', number>>;

/** Accepted column names of each role, in any case; of several in one file the first of this list is read. */
const COLUMN_NAMES: Readonly<Record<TradeRole, readonly string[]>> = {
  time: [
    'ts_event',
    'timestamp',
    'time',
    'transact_time',
    'transacttime',
    'trade_time',
    'created_time',
    'date_time',
    'datetime',
    'date',
    'ts',
    'timestamp_utc',
    'datetime_utc',
    'time_utc',
    'unix_time',
    'unix_timestamp',
    't',
  ],
  price: ['price', 'trade_price', 'px', 'p'],
  size: ['size', 'qty', 'quantity', 'amount', 'volume', 'trade_size', 'trade_quantity', 'sz', 'vol', 'q', 'v'],
  side: ['aggressor_side', 'aggressor', 'taker_side', 'side'],
  isBuyerMaker: ['is_buyer_maker', 'isbuyermaker', 'buyer_maker', 'm'],
  symbol: [...SYMBOL_NAMES, 'instrument_name', 'inst_id', 'instid', 'market', 'coin', 'contract'],
  id: ['agg_trade_id', 'aggtradeid', 'trade_id', 'tradeid', 'id'],
  suspicious: ['suspicious'],
};
const REQUIRED = ['time', 'price', 'size'] as const;
/** Columns that a file of bars has and one of trades has not. */
const OF_BARS = ['open', 'high', 'low', 'close'];

/** Number of roles with at least one matching name. */
export function countTradeRoles(names: readonly string[]): number {
  const normal = new Set(names.map(normalise));
  return Object.values(COLUMN_NAMES).filter((aliases) => aliases.some((alias) => normal.has(alias))).length;
}

/**
 * Finds the column of every role.
 *
 * @throws {DataError} MISSING_COLUMN when the time, the price or the size has no column, UNKNOWN_FORMAT for a file of bars.
 */
export function resolveTradeRoles(path: string, names: readonly string[]): TradeRoles {
  const normal = names.map(normalise);
  const roles: Partial<Record<TradeRole, number>> = {};
  for (const [role, aliases] of Object.entries(COLUMN_NAMES) as [TradeRole, readonly string[]][]) {
    const alias = aliases.find((name) => normal.includes(name));
    if (alias !== undefined) roles[role] = normal.indexOf(alias);
  }
  const { time, price, size } = roles;
  if (time !== undefined && price !== undefined && size !== undefined) return { ...roles, time, price, size };
  const found = `found ${listNames(names)}`;
  if (OF_BARS.every((name) => normal.includes(name)))
    throw new DataError('UNKNOWN_FORMAT', `${path} has bars, not trades: ${found}; ml4t train reads it as it is`);
  const missing = REQUIRED.filter((role) => roles[role] === undefined);
  const accepted = missing.map((role) => COLUMN_NAMES[role].join('|')).join(', ');
  const remedy = `--rename NAME=${missing[0] === 'time' ? 'timestamp' : missing[0]} says which`;
  throw new DataError(
    'MISSING_COLUMN',
    `${path} has no column for ${missing.join(', ')} of trades: ${found}, accepted (in any case) ${accepted}; ${remedy}`,
  );
}
