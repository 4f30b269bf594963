const NS_PER_DAY = 86_400_000_000_000n;
const DAYS_PER_YEAR = 365.25;

/** UTC days with bars. */
export interface AccountDays {
  /** (nTicks,) position of the tick's day among the days with bars. */
  readonly dayOf: Int32Array;
  /** (nDays,) tick after the last of each day. */
  readonly dayEnds: Int32Array;
  readonly nDays: number;
  /** Days with bars in a year, as these data have them. */
  readonly perYear: number;
}

/** The UTC days of ticks; what closes at midnight belongs to the day before. @param tsEvent - (nTicks,) close times, UNIX ns, rising; at least one. */
export function accountDays(tsEvent: BigInt64Array): AccountDays {
  const dayOf = new Int32Array(tsEvent.length);
  let day = dayAt(tsEvent[0]);
  const first = day;
  const dayEnds: number[] = [];
  let midnight = (day + 1n) * NS_PER_DAY;
  for (let tick = 1; tick < tsEvent.length; tick++) {
    dayOf[tick] = dayOf[tick - 1];
    if (tsEvent[tick] <= midnight) continue;
    dayEnds.push(tick);
    dayOf[tick]++;
    day = dayAt(tsEvent[tick]);
    midnight = (day + 1n) * NS_PER_DAY;
  }
  dayEnds.push(tsEvent.length);
  const nDays = dayEnds.length;
  return {
    dayOf,
    dayEnds: Int32Array.from(dayEnds),
    nDays,
    perYear: (DAYS_PER_YEAR * nDays) / Number(day - first + 1n),
  };
}

/** Day that ends at or after a time, also before 1970: bigint division rounds to zero. */
function dayAt(ts: bigint): bigint {
  const day = (ts - 1n) / NS_PER_DAY;
  return ts - 1n < day * NS_PER_DAY ? day - 1n : day;
}
