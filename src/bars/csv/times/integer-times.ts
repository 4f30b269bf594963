import { type IntegerUnit, NS_PER_UNIT, parseIsoNanos, TIME_UNITS, unitOf } from '../../../core/index.ts';
import type { TimeCell } from '../../time-cells.ts';

const WITH_DECIMALS = /^([+-]?)(\d{1,19})(?:\.(\d+))?$/;

/** Whether a format is a unit of integers. */
export function isUnit(format: string): format is IntegerUnit {
  return (TIME_UNITS as readonly string[]).includes(format);
}

/** Reads an integer, or one with decimals, in a unit that was stated. @returns its time in ns, or the rule that it breaks. */
export function readInUnit(text: string, unit: IntegerUnit): TimeCell | string {
  const [, sign, whole, decimals = ''] = WITH_DECIMALS.exec(text.trim()) ?? [];
  if (whole === undefined) return `an integer in ${unit}, as --time-format says`;
  const looks = unitOf(BigInt(sign + whole));
  if (looks !== null && looks !== unit) return `in ${unit}, as --time-format says (this reads as ${looks})`;
  const scale = 10n ** BigInt(decimals.length);
  const parts = BigInt(sign + whole + decimals) * NS_PER_UNIT[unit];
  const isWhole = parts % scale === 0n && BigInt.asIntN(64, parts / scale) === parts / scale;
  return isWhole ? { kind: 'iso-8601', value: parts / scale } : `in ${unit}, between 1678 and 2262`;
}

/** Whether digits spell a date that UNIX time cannot be: `20241230`, `20241230001500`. */
export function isCompactDate(text: string): boolean {
  return /^(\d{8}|\d{14})$/.test(text) && spellsDate(text);
}

/** How digits are read that spell a date and are UNIX time as well, for a sentence; null for all others. */
export function otherReading(text: string): string | null {
  if (!/^(\d{10}|\d{12})$/.test(text) || !spellsDate(text)) return null;
  const [format, unit] = text.length === 10 ? ['%Y%m%d%H', 's'] : ['%Y%m%d%H%M', 'ms'];
  return `a time that can be read in one way: say --time-format ${format} or --time-format ${unit}`;
}

/** Whether digits read as year, month, day and a time of day, of the years 1900 to 2200. */
function spellsDate(digits: string): boolean {
  const [year, month, day, ...clock] = [digits.slice(0, 4), ...(digits.slice(4).match(/\d\d/g) ?? [])];
  const [hour = '00', minute = '00', second = '00'] = clock;
  const isYear = year >= '1900' && year <= '2200';
  return isYear && parseIsoNanos(`${year}-${month}-${day}T${hour}:${minute}:${second}`) !== null;
}
