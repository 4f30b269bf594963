import { DataError, formatIsoNanos } from '../../core/index.ts';
import { type BarColumns, spanText } from '../../domain/index.ts';
import { findSuspicions, type Suspicion } from './find-suspicions.ts';
import type { StepChange } from './step-changes.ts';

/** Maximum number of warnings kept of one reading, the largest. */
const MAX_WARNINGS = 100;
/** Ratios of splits in use; each also the other way round. */
const SPLITS: readonly (readonly [number, number])[] = [
  ...[2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100, 1000].map((n) => [n, 1] as const),
  [3, 2],
  [5, 2],
  [5, 3],
  [5, 4],
  [4, 3],
];
/** Largest distance of a step from a split's ratio, as a log-return: what a price moves from one bar to the next. */
const NEAR_SPLIT = 0.05;

/** Something about bars that a reader must know before believing a figure. */
export interface BarWarning {
  readonly code: 'PRICE_STEP' | 'BAD_PRINT' | 'STEP_CHANGE';
  /** What was seen and when, and what to do. */
  readonly message: string;
  /** UNIX ns, of the bar. */
  readonly ts: bigint;
  /** The price over the prices before it, or the bar length over that before: 0.1 for a tenth. */
  readonly size: number;
}

/** The places where prices look wrong, in time order; of more than 100 the largest. See `findSuspicions` for the rule. */
export function barWarnings(bars: BarColumns): BarWarning[] {
  const found = findSuspicions(bars);
  const sizeOf = ({ ratio }: Suspicion): number => Math.abs(Math.log(ratio));
  const largest = found.toSorted((a, b) => sizeOf(b) - sizeOf(a)).slice(0, MAX_WARNINGS);
  return largest
    .sort((a, b) => a.bar - b.bar)
    .map((suspicion) => {
      const ts = bars.tsEvent[suspicion.bar];
      const code = suspicion.kind === 'step' ? 'PRICE_STEP' : 'BAD_PRINT';
      return { code, message: `${formatIsoNanos(ts)}: ${clauseOf(suspicion)}`, ts, size: suspicion.ratio };
    });
}

/** @param tsEvent - (nBars,) as the file stamps them. */
export function stepWarning(tsEvent: BigInt64Array, { bar, before, after }: StepChange): BarWarning {
  const ts = tsEvent[bar];
  const message = `${formatIsoNanos(ts)}: bars have another length from here on (${spanText(BigInt(after))}) than before (${spanText(BigInt(before))}): read them apart`;
  return { code: 'STEP_CHANGE', message, ts, size: after / before };
}

/** @throws {DataError} WRONG_STEP where bars that are stamped at their open have several lengths, because one length moves all of them. */
export function refuseSteps(path: string, warnings: readonly BarWarning[]): void {
  if (warnings.length === 0) return;
  throw new DataError('WRONG_STEP', `${path} cannot be moved from open to close: ${warnings[0].message}`);
}

/** @throws {DataError} SUSPICIOUS_BARS with the first warnings, where there is any. */
export function refuseSuspicions(path: string, warnings: readonly BarWarning[]): void {
  if (warnings.length === 0) return;
  const shown = warnings.slice(0, 3).map(({ message }) => message);
  const more = warnings.length > shown.length ? `; and ${warnings.length - shown.length} more` : '';
  throw new DataError('SUSPICIOUS_BARS', `${path} is refused by strict: ${shown.join('; ')}${more}`);
}

function clauseOf({ kind, ratio }: Suspicion): string {
  if (kind === 'print') {
    return `a price of ${timesText(ratio)} those around it, gone with the next bars, looks like a bad print: correct the bar, or leave it out`;
  }
  const split = splitText(ratio);
  const like =
    split === null
      ? 'looks like a change of contract or of unit'
      : `looks like a split of ${split} that prices are not adjusted for`;
  return `prices become ${timesText(ratio)} those before and stay there, which ${like}: adjust the bars before, or begin there`;
}

function timesText(ratio: number): string {
  return `${Number(ratio.toPrecision(3))} times`;
}

/** `10:1` where the price fell to a tenth, `1:10` where it rose tenfold; null where no split is near. */
function splitText(ratio: number): string | null {
  const size = Math.abs(Math.log(ratio));
  const distance = ([n, of]: readonly [number, number]): number => Math.abs(size - Math.log(n / of));
  const nearest = SPLITS.toSorted((a, b) => distance(a) - distance(b))[0];
  if (distance(nearest) > NEAR_SPLIT) return null;
  const [n, of] = ratio < 1 ? nearest : nearest.toReversed();
  return `${n}:${of}`;
}
