import { type BarSeries, WINDOW_BARS } from '../../domain/index.ts';
import type { Labeler, TradeSide } from '../../labeling/index.ts';
import type { TradeEntry } from '../../ports/index.ts';

/**
 * The entry of a signal's trade at the close of its last bar.
 *
 * @param bars - (W,) the bars the signal is judged by.
 * @param maxStepSeconds - longest step between two later bars that is no hole; null for the longest step in `bars`.
 */
export function tradeOf(bars: BarSeries, side: TradeSide, labeler: Labeler, maxStepSeconds: number | null): TradeEntry {
  return {
    entryTs: bars.tsEvent[WINDOW_BARS - 1],
    target: targetOf(bars, side, labeler),
    maxStepNs: maxStepSeconds === null ? longestStep(bars) : BigInt(Math.round(maxStepSeconds * 1e9)),
  };
}

/** 0 where no trade can be opened; the journal has no NaN. */
function targetOf(bars: BarSeries, side: TradeSide, labeler: Labeler): number {
  try {
    const target = labeler.open(bars, WINDOW_BARS - 1, side);
    return Number.isNaN(target) ? 0 : target;
  } catch {
    return 0; // code of a caller must not cost a signal its answer
  }
}

function longestStep({ tsEvent }: BarSeries): bigint {
  let longest = 0n;
  for (let i = 1; i < tsEvent.length; i++) {
    const step = BigInt.asIntN(64, tsEvent[i] - tsEvent[i - 1]); // so it is computed without an allocation
    if (step > longest) longest = step;
  }
  return longest;
}
