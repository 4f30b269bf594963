import { parseTimeCell } from '../../time-cells.ts';
import { monthOf } from './months.ts';

/** Which part of a date with the year at its end comes first. */
export type DateOrder = 'day first' | 'month first';

/** Dates with the year at their end, and what follows; the order of day and month differs from country to country. */
export const YEAR_AT_END = /^\s*(\d{1,2})([-./])(\d{1,2})\2(\d{4}|\d{2})(?!\d)(.*)$/;

const CLOCK_BEHIND = String.raw`(?:,?[ T]+(\S.*))?$`;
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})([-./])(\d{1,2})\2(\d{1,2})${CLOCK_BEHIND}`);
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:[ T]+(\S.*)|(\d{6}))?$/;
const YEAR_LAST = new RegExp(String.raw`^(\d{1,2})([-./])(\d{1,2})\2(\d{4}|\d{2})${CLOCK_BEHIND}`);
const NAMED_DAY = new RegExp(String.raw`^(\d{1,2})[- ]([a-z]{3,9})[- ](\d{4})${CLOCK_BEHIND}`, 'i');
const NAMED_MONTH = new RegExp(String.raw`^([a-z]{3,9})\.? (\d{1,2}),? (\d{4})${CLOCK_BEHIND}`, 'i');
const CLOCK = /^(\d{1,2}):?(\d{2})(?::?(\d{2})(\.\d{1,9})?)?\s*([ap]m)?\s*(GMT|UTC)?(Z|[+-]\d{2}:?\d{2})?$/i;
/** Two digits below it are years of this century, as in strptime. */
const FIRST_YEAR_BEFORE = 69;

/** Whether a text begins with a date whose order of day and month its form does not say. */
export function isYearLast(text: string): boolean {
  return YEAR_AT_END.test(text);
}

/** Whether a text is a date, with a time of day or not, or may be one. */
export function isWrittenTime(text: string): boolean {
  if (parseTimeCell(text)?.kind === 'iso-8601' || isYearLast(text)) return true;
  const iso = vendorTime(text, null);
  return iso !== null && parseTimeCell(iso) !== null;
}

/** A date in its parts, and what follows it. */
interface Written {
  readonly year: string;
  readonly month: string | number | null;
  readonly day: string;
  readonly clock: string | undefined;
}

/**
 * Writes a vendor's time as ISO-8601, where the order of its parts is certain: `2024.12.30 00:15`, `2024/12/30`, `20241230 001500`,
 * `20241230`, `30-Dec-2024`, `Dec 30, 2024`, and by `order` also `30.12.2024 00:15:00.000` or `12/30/2024 12:15 AM`.
 *
 * @param order - of the dates that end with the year; null where it is not known. Two digits are a year after month and day only.
 * @returns null for any other form; whether it is a date of the calendar is for the reader of ISO-8601.
 */
export function vendorTime(text: string, order: DateOrder | null): string | null {
  const written = partsOf(text.trim(), order);
  if (written === null || written.month === null) return null;
  const { year, month, day, clock } = written;
  const date = `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (clock === undefined) return date;
  const time = isoClock(clock);
  return time === null ? null : `${date}T${time}`;
}

function partsOf(text: string, order: DateOrder | null): Written | null {
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst !== null) {
    const [, year, , month, day, clock] = yearFirst;
    return { year, month, day, clock };
  }
  const compact = COMPACT.exec(text);
  if (compact !== null)
    return { year: compact[1], month: compact[2], day: compact[3], clock: compact[4] ?? compact[5] };
  return yearLast(text, order) ?? withName(text);
}

function yearLast(text: string, order: DateOrder | null): Written | null {
  const [, first, , second, year, clock] = YEAR_LAST.exec(text) ?? [];
  if (first === undefined || order === null) return null;
  if (order === 'day first') return year.length === 2 ? null : { year, month: second, day: first, clock };
  return { year: fullYear(year), month: first, day: second, clock };
}

function withName(text: string): Written | null {
  const named = NAMED_DAY.exec(text);
  if (named !== null) return { year: named[3], month: monthOf(named[2]), day: named[1], clock: named[4] };
  const [, month, day, year, clock] = NAMED_MONTH.exec(text) ?? [];
  return month === undefined ? null : { year, month: monthOf(month), day, clock };
}

/** A year in four digits. */
export function fullYear(year: string): string {
  if (year.length === 4) return year;
  return `${Number(year) < FIRST_YEAR_BEFORE ? '20' : '19'}${year}`;
}

/** The hour of a day by a clock of twelve, or null for an hour that it does not have. */
export function hourOfHalf(hour: string, half: string): string | null {
  const value = Number(hour);
  if (value < 1 || value > 12) return null;
  return String((value % 12) + (half.toLowerCase() === 'pm' ? 12 : 0));
}

function isoClock(clock: string): string | null {
  const parts = CLOCK.exec(clock);
  if (parts === null) return null;
  const [, written, minute, second = '00', fraction = '', half, utc, offset] = parts;
  const hour = half === undefined ? written : hourOfHalf(written, half);
  if (hour === null) return null;
  return `${hour.padStart(2, '0')}:${minute}:${second}${fraction}${offset ?? (utc === undefined ? '' : 'Z')}`;
}
