import { parseIsoNanos } from '../core/index.ts';

/** The unit of integer times in a file, by magnitude; see `integerUnit`. */
export type IntegerUnit = 's' | 'ms' | 'us' | 'ns';
/** How a file writes its times: integers of a unit, ISO-8601 text, or a typed Parquet timestamp. */
export type TimeUnit = IntegerUnit | 'iso-8601' | 'timestamp';
export type TimeKind = 'integer' | 'iso-8601' | 'timestamp';

export const TIME_RULE = 'an integer of UNIX s, ms, us or ns, or an ISO-8601 time between 1678 and 2262';

const MS_FROM = 100_000_000_000n;
const US_FROM = 100_000_000_000_000n;
const NS_FROM = 100_000_000_000_000_000n;
const NS_PER_UNIT: Readonly<Record<IntegerUnit, bigint>> = { s: 1_000_000_000n, ms: 1_000_000n, us: 1_000n, ns: 1n };

/**
 * Tells the unit of an integer time by its magnitude: below 1e11 seconds, below 1e14 milliseconds, below 1e17
 * microseconds, else nanoseconds. So ms, us and ns are told apart from March 1973 on, and seconds up to the year 5138.
 */
export function integerUnit(value: bigint): IntegerUnit {
  const size = value < 0n ? -value : value;
  if (size < MS_FROM) return 's';
  if (size < US_FROM) return 'ms';
  return size < NS_FROM ? 'us' : 'ns';
}

/** @returns UNIX nanoseconds, exact, or null when they do not fit 64 bits (before 1678 or after 2262). */
export function toUnixNanos(value: bigint, unit: IntegerUnit): bigint | null {
  return inInt64(value * NS_PER_UNIT[unit]);
}

/** Whether an integer reads as YYYYMMDD. Such a file means dates; as seconds they would all lie in August 1970. */
export function isCompactDate(value: bigint): boolean {
  if (value < 1900_01_01n || value > 2200_12_31n) return false;
  const text = value.toString();
  return parseIsoNanos(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`) !== null;
}

/** One time as it stands in a cell. */
export interface TimeCell {
  readonly kind: 'integer' | 'iso-8601';
  /** The integer as written, or UNIX nanoseconds for ISO-8601. */
  readonly value: bigint;
}

/** Reads a time cell, to the nanosecond; null when it is neither an integer nor ISO-8601, or beyond 64 bits. */
export function parseTimeCell(text: string): TimeCell | null {
  const cell = text.trim();
  if (/^[+-]?\d{1,19}$/.test(cell)) {
    const value = inInt64(BigInt(cell));
    return value === null ? null : { kind: 'integer', value };
  }
  const iso = parseIsoNanos(cell);
  const value = iso === null ? null : inInt64(iso);
  return value === null ? null : { kind: 'iso-8601', value };
}

function inInt64(value: bigint): bigint | null {
  return BigInt.asIntN(64, value) === value ? value : null;
}

/** Turns times into nanoseconds one after the other and holds them all to the kind and unit of the first. */
export class TimeReader {
  unit: TimeUnit | null = null;

  /** @returns UNIX nanoseconds, or the rule that the time breaks. */
  read(kind: TimeKind, value: bigint): bigint | string {
    const unit = kind === 'integer' ? integerUnit(value) : kind;
    this.unit ??= unit;
    if (unit !== this.unit) return `in ${this.unit} like the rows before it (this reads as ${unit})`;
    if (unit === 'iso-8601' || unit === 'timestamp') return value;
    if (isCompactDate(value)) return 'a date with dashes (YYYY-MM-DD) or UNIX time';
    return toUnixNanos(value, unit) ?? TIME_RULE;
  }
}
