import type { BarSeries, LabelSettings } from '../../domain/index.ts';
import { averageTrueRangeAt } from '../../math/index.ts';
import { barRanges } from './bar-ranges.ts';

/**
 * R of a trade entered at each bar, the same for every labeler and both sides: the distance of a stop at `sl_multiplier` · ATR(14) as
 * a fraction of the close, before rounding to ticks.
 *
 * @returns (nBars,) >= 0; 0 where there is no range, or where ATR(14) is not known yet. Entry i uses bars <= i only.
 */
export function tradeRisk(bars: BarSeries, labels: Pick<LabelSettings, 'slMultiplier'>): Float64Array {
  return barRanges(bars).map((atr, i) => riskOf(atr, bars.close[i], labels));
}

/** {@link tradeRisk} at one bar, with the same bits. */
export function tradeRiskAt(bars: BarSeries, row: number, labels: Pick<LabelSettings, 'slMultiplier'>): number {
  return riskOf(averageTrueRangeAt(bars, row), bars.close[row], labels);
}

function riskOf(atr: number, close: number, { slMultiplier }: Pick<LabelSettings, 'slMultiplier'>): number {
  return atr > 0 ? (slMultiplier * atr) / close : 0;
}
