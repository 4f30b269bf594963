const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?$/i;

export const NS_PER_SECOND = 1_000_000_000n;
export const NS_PER_HOUR = 3_600n * NS_PER_SECOND;
/** Largest offset from UTC that a time may name, as in java.time; zones in use go to 14 hours. */
export const MAX_OFFSET_MINUTES = 18 * 60;

/**
 * Reads an ISO-8601 date or date-time, to the nanosecond. Without an offset it is UTC.
 *
 * @returns UNIX nanoseconds, or null when the text is not ISO-8601, not a date of the calendar, or its offset is above 18 hours.
 */
export function parseIsoNanos(text: string): bigint | null {
  const m = ISO.exec(text);
  if (m === null) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset = 'Z'] = m;
  const ms = Date.UTC(+year, +month - 1, +day, +hour, +minute, +second);
  const date = new Date(ms);
  const isRealDate =
    date.getUTCMonth() === +month - 1 && date.getUTCDate() === +day && +hour < 24 && +minute < 60 && +second < 60;
  if (!isRealDate) return null;
  const offsetMinutes = parseOffsetMinutes(offset);
  if (offsetMinutes === null) return null;
  return BigInt(ms - offsetMinutes * 60_000) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

function parseOffsetMinutes(offset: string): number | null {
  if (/^(Z|UTC)$/i.test(offset)) return 0;
  const sign = offset.startsWith('-') ? -1 : 1;
  const digits = offset.slice(1).replace(':', '').padEnd(4, '0');
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2))];
  const size = 60 * hours + minutes;
  return minutes < 60 && size <= MAX_OFFSET_MINUTES ? sign * size : null;
}

/** Writes UNIX nanoseconds as ISO-8601 UTC: without a fraction for whole seconds, else with nine digits. */
export function formatIsoNanos(ns: bigint): string {
  const fraction = ((ns % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND;
  const seconds = new Date(Number((ns - fraction) / 1_000_000n)).toISOString().slice(0, 19);
  return fraction === 0n ? `${seconds}Z` : `${seconds}.${fraction.toString().padStart(9, '0')}Z`;
}
