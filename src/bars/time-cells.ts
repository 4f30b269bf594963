import { parseIsoNanos } from '../core/index.ts';

/** The unit of integer times in a file, by magnitude; see `integerUnit`. */
export type IntegerUnit = 's' | 'ms' | 'us' | 'ns';
/** How a file writes its times: integers of a unit, ISO-8601 text, or a typed Parquet timestamp. */
export type TimeUnit = IntegerUnit | 'iso-8601' | 'timestamp';
export type TimeKind = 'integer' | 'iso-8601' | 'timestamp';

const DATE_RULE = 'a date with dashes (YYYY-MM-DD) or UNIX time';
export const TIME_RULE = 'an integer of UNIX s, ms, us or ns, or an ISO-8601 time between 1678 and 2262';

const MS_FROM = 100_000_000_000n;
const US_FROM = 100_000_000_000_000n;
const NS_FROM = 100_000_000_000_000_000n;
const NS_PER_UNIT: Readonly<Record<IntegerUnit, bigint>> = { s: 1_000_000_000n, ms: 1_000_000n, us: 1_000n, ns: 1n };

/**
 * The unit of an integer time, by its magnitude: below 1e11 seconds, below 1e14 milliseconds, below 1e17 microseconds, else
 * nanoseconds. So ms, us and ns are distinct from March 1973, and seconds until the year 5138.
 */
export function integerUnit(value: bigint): IntegerUnit {
  const size = value < 0n ? -value : value;
  if (size < MS_FROM) return 's';
  if (size < US_FROM) return 'ms';
  return size < NS_FROM ? 'us' : 'ns';
}

/** @returns UNIX nanoseconds, exact, or null when they do not fit 64 bits (before 1678 or after 2262). */
function toUnixNanos(value: bigint, unit: IntegerUnit): bigint | null {
  return inInt64(value * NS_PER_UNIT[unit]);
}

/** Whether an integer reads as YYYYMMDD. Such a file means dates; as seconds they would all lie in August 1970. */
function isCompactDate(value: bigint): boolean {
  if (value < 1900_01_01n || value > 2200_12_31n) return false;
  const text = value.toString();
  return parseIsoNanos(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`) !== null;
}

/** The time in a cell. */
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

/**
 * Turns a column of times into nanoseconds on shared memory.
 *
 * @param time - (nRows,) at least one; integers of any unit for the kind `integer`, else nanoseconds.
 * @returns the nanoseconds and the unit of the file, or the first row that breaks a rule of integer times.
 */
export function timesToNanos(
  time: BigInt64Array,
  kind: TimeKind,
):
  | { readonly tsEvent: BigInt64Array; readonly timeUnit: TimeUnit }
  | { readonly index: number; readonly rule: string } {
  const tsEvent = new BigInt64Array(new SharedArrayBuffer(8 * time.length));
  tsEvent.set(time);
  if (kind !== 'integer') return { tsEvent, timeUnit: kind };
  const fault = findIntegerFault(time);
  if (fault !== null) return fault;
  const timeUnit = integerUnit(time[0]);
  const factor = NS_PER_UNIT[timeUnit];
  if (factor !== 1n) for (let i = 0; i < tsEvent.length; i++) tsEvent[i] *= factor;
  return { tsEvent, timeUnit };
}

/**
 * The first integer time that is in another unit than the first, too large, or not after the one before. A unit is a
 * range of magnitudes, so in rising times the last one decides for all.
 */
function findIntegerFault(time: BigInt64Array): { readonly index: number; readonly rule: string } | null {
  const unit = integerUnit(time[0]);
  if (isCompactDate(time[0])) return { index: 0, rule: DATE_RULE };
  let end = 1;
  while (end < time.length && time[end] > time[end - 1]) end++;
  const checked = Math.min(end + 1, time.length);
  const hasOther = integerUnit(time[end - 1]) !== unit || integerUnit(time[checked - 1]) !== unit;
  const index = hasOther ? time.findIndex((value) => integerUnit(value) !== unit) : -1;
  if (index >= 0) return { index, rule: otherUnitRule(unit, integerUnit(time[index])) };
  if (toUnixNanos(time[0], unit) === null) return { index: 0, rule: TIME_RULE };
  if (toUnixNanos(time[end - 1], unit) === null) {
    return { index: time.findIndex((value) => toUnixNanos(value, unit) === null), rule: TIME_RULE };
  }
  return end === time.length ? null : { index: end, rule: `after the row before it (${time[end - 1]})` };
}

function otherUnitRule(expected: TimeUnit, received: TimeUnit): string {
  return `in ${expected} like the rows before it (this reads as ${received})`;
}

/** Turns times into nanoseconds one after the other; each must have the kind and the unit of the first. */
export class TimeReader {
  unit: TimeUnit | null = null;

  /** @returns UNIX nanoseconds, or the rule that the time breaks. */
  read(kind: TimeKind, value: bigint): bigint | string {
    const unit = kind === 'integer' ? integerUnit(value) : kind;
    this.unit ??= unit;
    if (unit !== this.unit) return otherUnitRule(this.unit, unit);
    if (unit === 'iso-8601' || unit === 'timestamp') return value;
    if (isCompactDate(value)) return DATE_RULE;
    return toUnixNanos(value, unit) ?? TIME_RULE;
  }
}
