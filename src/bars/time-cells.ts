import { FIRST_SENT_NANOS, type IntegerUnit, NS_PER_UNIT, parseIsoNanos, unitOf, unitRange } from '../core/index.ts';
import { sharedTimes } from '../math/index.ts';

/** How a file writes its times: integers (or seconds with a fraction) of a unit, ISO-8601 text, or a typed Parquet timestamp. */
export type TimeUnit = IntegerUnit | 'iso-8601' | 'timestamp';
export type TimeKind = 'integer' | 'fraction' | 'iso-8601' | 'timestamp';

const DATE_RULE = 'a date with dashes (YYYY-MM-DD) or UNIX time';
export const EARLY_RULE = 'UNIX time from 1971 on; days since 1900, as spreadsheets count, and row numbers are none';
export const TIME_RULE = 'an integer of UNIX s, ms, us or ns, or an ISO-8601 time between 1678 and 2262';

/** The rule that an integer without a unit breaks. */
function integerRule(value: bigint): string {
  if (isCompactDate(value)) return DATE_RULE;
  return value * NS_PER_UNIT.s < FIRST_SENT_NANOS ? EARLY_RULE : TIME_RULE;
}

/** Whether an integer reads as YYYYMMDD. */
function isCompactDate(value: bigint): boolean {
  if (value < 1900_01_01n || value > 2200_12_31n) return false;
  const text = value.toString();
  return parseIsoNanos(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`) !== null;
}

/** The time in a cell. */
export interface TimeCell {
  readonly kind: 'integer' | 'fraction' | 'iso-8601';
  /** The integer as written, else UNIX nanoseconds. */
  readonly value: bigint;
}

/** Reads a time cell, to the nanosecond; null when it is no time, or beyond 64 bits. */
export function parseTimeCell(text: string): TimeCell | null {
  const cell = text.trim();
  if (/^[+-]?\d{1,19}$/.test(cell)) {
    const value = inInt64(BigInt(cell));
    return value === null ? null : { kind: 'integer', value };
  }
  const fraction = /^(\d{1,19})\.(\d+)$/.exec(cell);
  if (fraction !== null) return parseFraction(BigInt(fraction[1]), fraction[2]);
  const iso = parseIsoNanos(cell);
  const value = iso === null ? null : inInt64(iso);
  return value === null ? null : { kind: 'iso-8601', value };
}

/** An integer with decimals, as pandas writes it: `1735516800.0`. What is below a nanosecond is no time. */
function parseFraction(whole: bigint, decimals: string): TimeCell | null {
  const unit = unitOf(whole);
  if (unit === null) return null;
  const scale = 10n ** BigInt(decimals.length);
  const part = BigInt(decimals) * NS_PER_UNIT[unit];
  const value = part % scale === 0n ? inInt64(whole * NS_PER_UNIT[unit] + part / scale) : null;
  return value === null ? null : { kind: 'fraction', value };
}

function inInt64(value: bigint): bigint | null {
  return BigInt.asIntN(64, value) === value ? value : null;
}

/**
 * Turns a column of times into nanoseconds on shared memory. Milliseconds and microseconds may be mixed, as in Binance's archives since
 * 2025; any other mixture is a fault. Nanoseconds that lie there already are not copied.
 *
 * @param time - (nRows,) at least one; integers of any unit for the kind `integer`, else nanoseconds.
 * @returns the nanoseconds, the unit of the first row and whether others have another, or the first row that breaks a rule.
 */
export function timesToNanos(
  time: BigInt64Array,
  kind: TimeKind,
):
  | { readonly tsEvent: BigInt64Array; readonly timeUnit: TimeUnit; readonly isMixed: boolean }
  | { readonly index: number; readonly rule: string } {
  const isNanos = kind !== 'integer' || unitOf(time[0]) === 'ns';
  const tsEvent = isNanos && time.buffer instanceof SharedArrayBuffer ? time : sharedCopy(time);
  if (kind !== 'integer') return { tsEvent, timeUnit: kind === 'fraction' ? 's' : kind, isMixed: false };
  const times = new TimeReader();
  const units = new Set<TimeUnit>();
  let unit: IntegerUnit = 'ns';
  let [from, below] = [0, 0];
  for (let i = 0; i < time.length; i++) {
    const size = Number(time[i]);
    if (size < from || size >= below) {
      const ns = times.read('integer', time[i]);
      if (typeof ns === 'string') return { index: i, rule: ns };
      unit = unitOf(time[i]) ?? unit;
      units.add(unit);
      ({ first: from, end: below } = unitRange(unit));
    }
    if (unit !== 'ns') tsEvent[i] *= NS_PER_UNIT[unit];
  }
  return { tsEvent, timeUnit: times.unit ?? 'ns', isMixed: units.size > 1 };
}

function sharedCopy(time: BigInt64Array): BigInt64Array {
  const copy = sharedTimes(time.length);
  copy.set(time);
  return copy;
}

function otherUnitRule(expected: TimeUnit, received: TimeUnit): string {
  return `in ${expected} like the rows before it (this reads as ${received})`;
}

/** Turns times into nanoseconds one after the other; each must have the kind and the unit of the first. */
export class TimeReader {
  unit: TimeUnit | null = null;

  /** @returns UNIX nanoseconds, or the rule that the time breaks. */
  read(kind: TimeKind, value: bigint): bigint | string {
    const integer = kind === 'integer' ? unitOf(value) : null;
    if (kind === 'integer' && integer === null) return integerRule(value);
    const unit = integer ?? (kind === 'fraction' || kind === 'integer' ? 's' : kind);
    this.unit ??= unit;
    const isVendorMix = [unit, this.unit].every((each) => each === 'ms' || each === 'us');
    if (unit !== this.unit && !isVendorMix) return otherUnitRule(this.unit, unit);
    return integer === null ? value : value * NS_PER_UNIT[integer];
  }
}
