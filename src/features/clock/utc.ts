const NS_PER_MS = 1_000_000n;
export const MS_PER_DAY = 86_400_000;
/** Days from a Monday to 1970-01-01, a Thursday. */
const MONDAY_TO_1970 = 3;

/** Time since midnight UTC, whole milliseconds in [0, 86,400,000). @param ts - UNIX ns. */
export function msOfDay(ts: bigint): number {
  const ms = msOf(ts);
  return ms - Math.floor(ms / MS_PER_DAY) * MS_PER_DAY;
}

/** Day of the week in UTC, 0 for Monday to 6 for Sunday. @param ts - UNIX ns. */
export function dayOfWeek(ts: bigint): number {
  const day = Math.floor(msOf(ts) / MS_PER_DAY) + MONDAY_TO_1970;
  return day - Math.floor(day / 7) * 7;
}

/** The millisecond that a time lies in, UNIX ms; also of times before 1970. */
function msOf(ts: bigint): number {
  const ms = ts / NS_PER_MS;
  return Number(ts % NS_PER_MS < 0n ? ms - 1n : ms);
}
