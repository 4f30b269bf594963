import type { BarSeries } from '../../domain/index.ts';
import { averageTrueRange } from '../../math/index.ts';

const KNOWN = new WeakMap<BarSeries, Float64Array>();

/**
 * ATR(14) of every bar of a series, computed once: both sides, every rule of fills and R ask for it.
 *
 * @returns (nBars,) as `averageTrueRange`; shared, so never written to.
 */
export function barRanges(bars: BarSeries): Float64Array {
  const known = KNOWN.get(bars);
  if (known !== undefined) return known;
  const ranges = averageTrueRange(bars);
  KNOWN.set(bars, ranges);
  return ranges;
}
