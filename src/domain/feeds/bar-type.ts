/** How many of a unit there are between two bars, behind an instrument or on its own; price type and source may follow. */
const STEP =
  /(?:^|-)(\d{1,6})-(MILLISECOND|SECOND|MINUTE|HOUR|DAY|WEEK)(?:-(?:BID|ASK|MID|LAST|MARK))?(?:-(?:EXTERNAL|INTERNAL))?$/;
/** All that stands behind the instrument in a bar type of NautilusTrader. */
const WITHOUT_INSTRUMENT = /^\d+-[A-Z_]+-[A-Z_]+-(?:EXTERNAL|INTERNAL)$/;

/** A bar type with its instrument in front; what its own bars are made of may stand behind an `@`. */
const WHOLE = /^(.+)-\d+-[A-Z_]+-[A-Z_]+-(?:EXTERNAL|INTERNAL)(?:@.*)?$/;

/** Nanoseconds of the units in a bar type. */
const NS_OF = {
  MILLISECOND: 1_000_000n,
  SECOND: 1_000_000_000n,
  MINUTE: 60_000_000_000n,
  HOUR: 3_600_000_000_000n,
  DAY: 86_400_000_000_000n,
  WEEK: 604_800_000_000_000n,
} as const;

/** The step that a bar type says, such as `BTCUSDT.BINANCE-5-MINUTE-LAST-EXTERNAL`, nanoseconds; null where it says none. */
export function stepOfBarType(barType: string): bigint | null {
  const [, n, unit] = STEP.exec(madeOf(barType)) ?? [];
  const step = unit === undefined ? 0n : BigInt(n) * NS_OF[unit as keyof typeof NS_OF];
  return step === 0n ? null : step;
}

/** The instrument in front of a bar type; null for text that is none. */
export function instrumentOfBarType(barType: string): string | null {
  return WHOLE.exec(barType)?.[1] ?? null;
}

/** The same bar type with its instrument in front, as NautilusTrader writes it whole. */
export function wholeBarType(instrumentId: string, barType: string): string {
  return `${instrumentId}-${barType}`;
}

/** Whether a bar type may be of an instrument: it begins with it, or with none. */
export function mayBeOf(instrumentId: string, barType: string): boolean {
  return barType.startsWith(`${instrumentId}-`) || WITHOUT_INSTRUMENT.test(madeOf(barType));
}

/** A bar type without the bars that its own are made of, which stand behind an `@`. */
function madeOf(barType: string): string {
  const at = barType.indexOf('@');
  return at === -1 ? barType : barType.slice(0, at);
}
