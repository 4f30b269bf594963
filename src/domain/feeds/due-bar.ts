import { measureStep } from './cadence.ts';
import { spanText } from './feed-fault.ts';

/**
 * Whether a bar is due that has not come: at least one bar length lies between the last held bar of a series and a signal.
 *
 * The bar length is the median step of the held bars. Bars without a common step, as those by ticks or volume, have none: of them one is
 * due to every later signal, because whoever signals at the close of a bar is judged by it.
 *
 * @param tsEvent - (nBars,) close times of the last held bars, UNIX ns, rising. @param timestamp - event time of the signal, UNIX ns.
 * @param statedStepNs - length by the name of the bars, or by the model, where too few are held to measure it; null for none.
 * @returns false where no bar is held.
 */
export function isBarDue(tsEvent: BigInt64Array, timestamp: bigint, statedStepNs: bigint | null): boolean {
  if (tsEvent.length === 0) return false;
  const ageNs = timestamp - tsEvent[tsEvent.length - 1];
  if (ageNs <= 0n) return false;
  const stepNs = tsEvent.length > 1 ? measureStep(tsEvent) : statedStepNs;
  return stepNs === null || ageNs >= stepNs;
}

const WITHOUT_BAR = 'judged without the bar that it was due';

/** One sentence on a signal that the model judged without the bar it was due. @param lastBarTs - UNIX ns. @param timestamp - UNIX ns. */
export function missingBarSentence(lastBarTs: bigint, timestamp: bigint): string {
  return `${WITHOUT_BAR}: the last one is ${spanText(timestamp - lastBarTs)} older`;
}

/** Whether the reason of an answer has the sentence of {@link missingBarSentence}. */
export function saysMissingBar(reason: string | null): boolean {
  return reason?.includes(WITHOUT_BAR) === true;
}
