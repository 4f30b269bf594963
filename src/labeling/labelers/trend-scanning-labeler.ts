import { checkInRange, checkInteger } from '../../core/index.ts';
import { averageTrueRangeAt } from '../../math/index.ts';
import type { Labeler } from '../labeler.ts';
import { metaLabel, tradeReturn } from '../meta-label.ts';
import { FEWEST_TREND_CLOSES, strongestTrend } from '../trend-scan.ts';
import { MAX_HOLDING_BARS } from './checked-labeler.ts';
import { exitAtHorizon, labelAtHorizon } from './horizon-trades.ts';

export interface TrendScanningOptions {
  /** Bars that are looked forward, and from entry to exit; [4, 10000]. */
  readonly horizonBars: number;
}

/**
 * Whether the strongest trend after the entry goes the way of the side ({@link strongestTrend}).
 *
 * Which trend was the strongest is known when the last bar has closed that any of them may have: there the trade ends, at that close.
 * So a label's span, by which it is purged, holds every bar that was looked at, and the return is one that an account could have had;
 * the return up to the end of the strongest trend could only be had by whoever knew it before. The label is the trend's and not the
 * return's: a trade of label 1 may have lost.
 *
 * @throws {ConditionError} when the option is out of range.
 * @see López de Prado (2020), MLAM, ch. 5.4; its snippet ends labels at the last bar too.
 */
export function trendScanningLabeler({ horizonBars }: TrendScanningOptions): Labeler {
  checkInteger('horizonBars', horizonBars, FEWEST_TREND_CLOSES - 1);
  checkInRange('horizonBars', horizonBars, 1, MAX_HOLDING_BARS);
  const labelOf = (ret: number): 0 | 1 => metaLabel(ret, { minReturn: 0 });
  const labeler: Labeler = {
    name: 'trend_scanning',
    isGiven: false,
    maxHoldingBars: horizonBars,
    hasBarriers: false,
    labelsPath: true,
    rule: `An event is a win when the strongest trend of the closes after it goes the way of its side: of the lines through ${FEWEST_TREND_CLOSES} to ${horizonBars + 1} closes from the entry on, that with the largest |t| of its slope. Which one that is is known ${horizonBars} bars after the entry, so the trade ends at that close, and its return is that of all ${horizonBars} bars: a win may have lost money, and a loss may have paid. It has neither a stop nor a take-profit.`,
    noTargetReason: 'the window has no range, so its trade has no unit of risk',
    open: averageTrueRangeAt,
    barriers: () => ({ takeProfit: null, stopLoss: null }),
    resolve: (bars, entry) => exitAtHorizon(bars, entry, horizonBars),
    outcome: ({ close }, entry, side, { bar, price }) => {
      const { tValue } = strongestTrend(close, entry, bar - entry);
      return { ret: tradeReturn(close[entry], price, side), label: side * tValue > 0 ? 1 : 0 };
    },
    labelOf,
    labelEvents: (bars, events) => labelAtHorizon(labeler, bars, events),
  };
  return labeler;
}
