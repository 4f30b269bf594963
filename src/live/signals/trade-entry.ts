import { type BarSeries, WINDOW_BARS } from '../../domain/index.ts';
import { averageTrueRangeAt } from '../../features/index.ts';
import type { TradeEntry } from '../../ports/index.ts';

/**
 * The entry of a signal's trade at the close of its last bar.
 *
 * @param bars - (W,) the bars the signal is judged by.
 * @param maxStepSeconds - longest step between two later bars that is no hole; null for the longest step in `bars`.
 */
export function tradeOf(bars: BarSeries, maxStepSeconds: number | null): TradeEntry {
  return {
    entryTs: bars.tsEvent[WINDOW_BARS - 1],
    target: averageTrueRangeAt(bars, WINDOW_BARS - 1),
    maxStepNs: maxStepSeconds === null ? longestStep(bars) : BigInt(Math.round(maxStepSeconds * 1e9)),
  };
}

function longestStep({ tsEvent }: BarSeries): bigint {
  let longest = 0n;
  for (let i = 1; i < tsEvent.length; i++) {
    const step = BigInt.asIntN(64, tsEvent[i] - tsEvent[i - 1]); // so it is computed without an allocation
    if (step > longest) longest = step;
  }
  return longest;
}
