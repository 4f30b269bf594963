import { DataError } from '../core/index.ts';
import { openStampedVendor } from './csv/vendors.ts';
import type { NamingOptions, ReadOptions } from './read-options.ts';

/** What a column of a bar or signal file is for. */
export type Role =
  | 'time'
  | 'open'
  | 'high'
  | 'low'
  | 'close'
  | 'volume'
  | 'takerBuyVolume'
  | 'signal'
  | 'strength'
  | 'probability'
  | 'symbol';

/** The column index of each role a file has. */
export type Roles = Readonly<Partial<Record<Role, number>>>;

/** Names of the column of symbols. */
export const SYMBOL_NAMES = ['symbol', 'ticker', 'instrument', 'instrument_id', 'pair', 'product_id', 'tic'] as const;

/** Accepted column names of each role, in any case; the first one is preferred where several columns match. */
const COLUMN_NAMES: Readonly<Record<Role, readonly string[]>> = {
  time: [
    'ts_event',
    'timestamp',
    'time',
    'date',
    'datetime',
    'date_time',
    'ts',
    'open_time',
    'opentime',
    'close_time',
    'closetime',
    'timestamp_utc',
    'datetime_utc',
    'time_utc',
    'date_utc',
    'unix',
    'unix_time',
    'unix_timestamp',
    'epoch',
    'gmt_time',
    'local_time',
    'window_start',
    'start_time',
    'starttime',
    't',
  ],
  open: ['open', 'o', 'open_price', 'openprice'],
  high: ['high', 'h', 'high_price', 'highprice'],
  low: ['low', 'l', 'low_price', 'lowprice'],
  close: ['close', 'c', 'close_price', 'closeprice', 'close/last'],
  volume: ['volume', 'v', 'vol', 'base_volume'],
  takerBuyVolume: [
    'taker_buy_volume',
    'taker_buy_base_asset_volume',
    'taker_buy_base_volume',
    'taker_buy_base',
    'buy_volume',
  ],
  signal: ['signal', 'side'],
  strength: ['signal_strength', 'strength'],
  probability: ['signal_probability', 'probability'],
  symbol: SYMBOL_NAMES,
};

export const BAR_ROLES: readonly Role[] = ['time', 'open', 'high', 'low', 'close'];
export const SIGNAL_ROLES: readonly Role[] = ['time', 'signal'];

/** A column name as `COLUMN_NAMES` spells it: `Open Time` and `open-time` are `open_time`, `<OPEN>` and `1. open` are `open`. */
export function normalise(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/^<(.*)>$/, '$1')
    .replace(/^\d+\.\s+/, '')
    .replace(/ \((?:utc|gmt)\)$/, '_utc')
    .replace(/[\s.-]+/g, '_')
    .replace(/(?<=.)_$/, '');
}

/** Number of roles with at least one matching name; 0 means that none of the names is known. */
export function countRoles(names: readonly string[]): number {
  const normal = new Set(names.map(normalise));
  return Object.values(COLUMN_NAMES).filter((aliases) => aliases.some((alias) => normal.has(alias))).length;
}

/** The names with those of `rename` in their places. */
export function renamed(names: readonly string[], { rename = {} }: Pick<ReadOptions, 'rename'>): readonly string[] {
  return names.map((name) => (Object.hasOwn(rename, name) ? rename[name] : name));
}

/** @throws {DataError} MISSING_COLUMN when `rename` names a column that neither this file nor the one beside it has. */
export function checkRenamed(
  path: string,
  names: readonly string[],
  { rename = {}, elsewhere = [] }: Pick<NamingOptions, 'rename' | 'elsewhere'>,
): void {
  const lost = Object.keys(rename).find((name) => !names.includes(name) && !elsewhere.includes(name));
  if (lost === undefined) return;
  throw new DataError(
    'MISSING_COLUMN',
    `${path} has no column ${JSON.stringify(lost)} to rename: found ${listNames(names)}`,
  );
}

/** Names that pandas writes for an index without a name. */
const UNNAMED = ['', 'Unnamed: 0', '__index_level_0__', 'index', 'Index'];
/** Names of the time in a file that has no other: the start of a bar. */
const STARTS = ['start', 'start_at', 'begin'];

/** The time of a file without a name for it: where a bar starts, or an index whose cells are written times. @param isTime - asked for each candidate. */
function otherTime(names: readonly string[], isTime: (index: number) => boolean): number | null {
  const start = names.findIndex((name) => STARTS.includes(normalise(name)));
  const index = start < 0 ? names.findIndex((name, j) => UNNAMED.includes(name) && isTime(j)) : start;
  return index < 0 ? null : index;
}

/** The end of a bar that its time stamps, where the column or the vendor's layout says it; null where the caller must. */
export function stampOf(names: readonly string[], roles: Roles): 'open' | 'close' | null {
  const name = normalise(names[roles.time ?? 0]).replace('_', '');
  if (name === 'opentime' || name === 'starttime' || STARTS.includes(normalise(names[roles.time ?? 0]))) return 'open';
  if (name === 'closetime') return 'close';
  return openStampedVendor(names) === null ? null : 'open';
}

/**
 * Finds the column of every role.
 *
 * @param path - names the file in an error.
 * @param names - the file's column names, in order.
 * @param required - roles the file must have.
 * @param stamp - which of `open_time` and `close_time` is the time when a file has both.
 * @param isWrittenTime - whether a column without a name holds written times; it is the index then.
 * @throws {DataError} MISSING_COLUMN when a required role has no column, or several match one role and no rule prefers one.
 */
export function resolveRoles(
  path: string,
  names: readonly string[],
  required: readonly Role[],
  stamp: 'open' | 'close',
  isWrittenTime: (index: number) => boolean = () => false,
): Roles {
  const roles: Partial<Record<Role, number>> = {};
  for (const role of Object.keys(COLUMN_NAMES) as Role[]) {
    const index = findColumn(path, names, role, stamp);
    if (index !== null) roles[role] = index;
  }
  // The signal line of an indicator is no side.
  if (names.some((name) => normalise(name) === 'macd')) delete roles.signal;
  // Beside no signal they are of something else.
  if (roles.signal === undefined) {
    delete roles.strength;
    delete roles.probability;
  }
  const index = roles.time === undefined ? otherTime(names, isWrittenTime) : null;
  if (index !== null) roles.time = index;
  const missing = required.filter((role) => roles[role] === undefined);
  if (missing.length > 0) {
    const accepted = missing.map((role) => COLUMN_NAMES[role].join('|')).join(', ');
    throw new DataError(
      'MISSING_COLUMN',
      `${path} has no column for ${missing.join(', ')}: found ${listNames(names)}, accepted (in any case) ${accepted}; --rename NAME=${missing[0] === 'time' ? 'timestamp' : missing[0]} says which`,
    );
  }
  return roles;
}

/** The other column of sides, beside that of the role; null without one. */
export function otherSide(names: readonly string[], { signal }: Roles): number | null {
  if (signal === undefined) return null;
  const other = names.findIndex((name, j) => j !== signal && COLUMN_NAMES.signal.includes(normalise(name)));
  return other < 0 ? null : other;
}

/** The rule that a side breaks which is not that of the column beside it. @param name - of that column. */
export function sameSideRule(name: string): string {
  return `as in ${name} beside it, or renamed away (--rename)`;
}

/** Of several columns of times: `timestamp`, then an integer beside the same time in words. */
const TIME_PREFERENCES = [/^timestamp$/, /^unix/];

function findColumn(path: string, names: readonly string[], role: Role, stamp: 'open' | 'close'): number | null {
  const aliases = COLUMN_NAMES[role];
  const matches = names.map((name, index) => ({ name, index, normal: normalise(name) }));
  const found = matches.filter(({ normal }) => aliases.includes(normal));
  if (found.length <= 1) return found[0]?.index ?? null;
  // A file may name its symbol in several ways; none of them is a number that could be taken for another.
  if (role === 'symbol') return found.sort((a, b) => aliases.indexOf(a.normal) - aliases.indexOf(b.normal))[0].index;
  // In this order: the first alias in any spelling, the first alias as it is spelled, `timestamp`, and what `stamp` says.
  const preferences: ((match: { name: string; normal: string }) => boolean)[] = [
    ({ normal }) => normal === aliases[0],
    ({ name }) => name === aliases[0],
    ...(role === 'time'
      ? TIME_PREFERENCES.map(
          (wanted) =>
            ({ normal }: { normal: string }) =>
              wanted.test(normal),
        )
      : []),
  ];
  for (const isExact of preferences) {
    const exact = found.filter(isExact);
    if (exact.length === 1) return exact[0].index;
  }
  const ends = found.map(({ normal }) => normal.replace('_', ''));
  if (role === 'time' && ends.every((end) => end === 'opentime' || end === 'closetime') && found.length === 2) {
    return found[ends.indexOf(`${stamp}time`)]?.index ?? found[0].index;
  }
  const both = found.map(({ name }) => JSON.stringify(name)).join(' and ');
  throw new DataError('MISSING_COLUMN', `${path} has more than one column for ${role}: ${both}; keep or rename one`);
}

/** Column names for an error sentence, at most twenty. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => (name.length > 40 ? `${name.slice(0, 37)}...` : name));
  return `${shown.join(', ')}${names.length > 20 ? ` and ${names.length - 20} more` : ''}`;
}
