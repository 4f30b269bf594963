import type { BarSeries, LabelSettings } from '../../domain/index.ts';
import { averageTrueRangeAt } from '../../math/index.ts';
import { barRanges } from './bar-ranges.ts';

/** The unit R of a model's trades. */
export interface RiskRule extends Pick<LabelSettings, 'slMultiplier'> {
  /** False for trades of a caller's labeler, of which no stop is known. */
  readonly hasStop: boolean;
}

/** R of given trades, whose stops nobody knows, in ATR(14): that itself. */
export const GIVEN_RISK = 1;
export const ATR_AS_RISK: Pick<LabelSettings, 'slMultiplier'> = { slMultiplier: GIVEN_RISK };

/**
 * R as in the training of a model: the settings that its file records decide, and not those of the program that serves it.
 *
 * @param recorded - settings `labels` of the model file, or what it names in their place; anything else for none.
 * @param labels - settings of this program, for what is not recorded.
 */
export function recordedRisk(recorded: unknown, { slMultiplier }: Pick<LabelSettings, 'slMultiplier'>): RiskRule {
  const record = typeof recorded === 'object' && recorded !== null ? recorded : {};
  const { sl_multiplier: learned } = record as Readonly<Record<string, unknown>>;
  return { slMultiplier: typeof learned === 'number' ? learned : slMultiplier, hasStop: !('labeler' in record) };
}

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
