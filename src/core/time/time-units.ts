/** Units of integer UNIX times, the coarsest first. */
export const TIME_UNITS = ['s', 'ms', 'us', 'ns'] as const;
export type IntegerUnit = (typeof TIME_UNITS)[number];

export const NS_PER_UNIT: Readonly<Record<IntegerUnit, bigint>> = {
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1_000n,
  ns: 1n,
};
const UNIT_WORDS: Readonly<Record<IntegerUnit, string>> = {
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
};

/** 1971-01-01, UNIX ns: no integer of s, ms or us up to the year 2100 is as large. */
export const FIRST_SENT_NANOS = 31_536_000_000_000_000n;
/** 2101-01-01, UNIX ns. */
const END_NANOS = 4_133_980_800_000_000_000n;

/** The one unit in which an integer lies in the years 1971 to 2100, or null. Nanoseconds may be later. */
export function unitOf(value: bigint): IntegerUnit | null {
  if (value >= FIRST_SENT_NANOS) return 'ns';
  const fits = (unit: IntegerUnit): boolean => {
    const ns = value * NS_PER_UNIT[unit];
    return ns >= FIRST_SENT_NANOS && ns < END_NANOS;
  };
  return TIME_UNITS.find(fits) ?? null;
}

/** The numbers that are times of a unit (see {@link unitOf}): those from `first` on and below `end`. No two units share one. */
export function unitRange(unit: IntegerUnit): { readonly first: number; readonly end: number } {
  const of = (ns: bigint): number => Number(ns / NS_PER_UNIT[unit]);
  return { first: of(FIRST_SENT_NANOS), end: unit === 'ns' ? Infinity : of(END_NANOS) };
}

/** The rule that an integer sent as nanoseconds breaks, with the unit it looks like; null where it breaks none. */
export function nanosFault(value: bigint): string | null {
  if (value >= FIRST_SENT_NANOS) return null;
  const rule = `UNIX nanoseconds from 1971-01-01 on (${FIRST_SENT_NANOS})`;
  const unit = unitOf(value);
  if (unit === null) return rule;
  return `${rule}; this looks like ${UNIT_WORDS[unit]} (${unit}), multiply by ${NS_PER_UNIT[unit]}`;
}

/** A time that was written as a date, which is taken whatever its year. */
export class WrittenTime {
  /** UNIX nanoseconds. */
  readonly ns: bigint;

  constructor(ns: bigint) {
    this.ns = ns;
  }
}
