import type { BarSeries, LabelSettings } from '../../domain/index.ts';
import { averageTrueRangeAt } from '../../math/index.ts';
import type { Labeler } from '../labeler.ts';
import { barRanges } from './bar-ranges.ts';

/** The unit R of a model's trades. */
export interface RiskRule extends Pick<LabelSettings, 'slMultiplier'> {
  /** False for any trades but those of the triple barrier: no stop is known of them. */
  readonly hasStop: boolean;
}

/** R of trades without a stop, or whose stops nobody knows: ATR(14) itself. */
export const ATR_AS_RISK: Pick<LabelSettings, 'slMultiplier'> = { slMultiplier: 1 };

/** R of the trades of a labeler: by the stop of the settings, or {@link ATR_AS_RISK} where it has none. */
export function riskUnitOf(
  { isGiven, hasBarriers = true }: Pick<Labeler, 'isGiven' | 'hasBarriers'>,
  { slMultiplier }: Pick<LabelSettings, 'slMultiplier'>,
): Pick<LabelSettings, 'slMultiplier'> {
  return isGiven || !hasBarriers ? ATR_AS_RISK : { slMultiplier };
}

/**
 * R as in the training of a model: the settings that its file records decide, and not those of the program that serves it.
 *
 * @param recorded - settings `labels` of the model file, or what it names in their place; anything else for none.
 * @param labels - settings of this program, for what is not recorded.
 */
export function recordedRisk(
  recorded: unknown,
  { kind, slMultiplier }: Pick<LabelSettings, 'kind' | 'slMultiplier'>,
): RiskRule {
  const hasStop = kind === 'triple_barrier';
  if (typeof recorded !== 'object' || recorded === null)
    return { slMultiplier: hasStop || kind === 'module' ? slMultiplier : ATR_AS_RISK.slMultiplier, hasStop };
  const { sl_multiplier: learned } = recorded as Readonly<Record<string, unknown>>;
  return { slMultiplier: typeof learned === 'number' ? learned : slMultiplier, hasStop: !('labeler' in recorded) };
}

/** {@link riskUnitOf} as a model file records it, where {@link recordedRisk} finds it. */
export function riskRecordOf(...trades: Parameters<typeof riskUnitOf>): { readonly sl_multiplier: number } {
  return { sl_multiplier: riskUnitOf(...trades).slMultiplier };
}

/** {@link riskText} of trades of another labeler than the triple barrier, by the settings `labels` of a model file. */
export function recordedRiskText(recorded: object): string {
  return riskText(recordedRisk(recorded, { kind: 'given', ...ATR_AS_RISK }));
}

/** What R is, for a reader. */
export function riskText({ slMultiplier, hasStop }: RiskRule): string {
  if (hasStop) return 'R is the distance of the stop';
  const atr = slMultiplier === 1 ? 'ATR(14)' : `${slMultiplier} times ATR(14)`;
  return `R is ${atr} of the bar of entry: no stop of these trades is known`;
}

/**
 * R of a trade entered at each bar, the same for both sides: the distance of a stop at `sl_multiplier` · ATR(14) as a fraction of the
 * close, before rounding to ticks.
 *
 * @returns (nBars,) >= 0; 0 where there is no range, or where ATR(14) is not known yet. Entry i uses bars <= i only.
 */
export function tradeRisk(bars: BarSeries, labels: Pick<LabelSettings, 'slMultiplier'>): Float64Array {
  const ranges = barRanges(bars);
  const risk = new Float64Array(ranges.length);
  for (let i = 0; i < risk.length; i++) risk[i] = riskOf(ranges[i], bars.close[i], labels);
  return risk;
}

/** {@link tradeRisk} at one bar, with the same bits. */
export function tradeRiskAt(bars: BarSeries, row: number, labels: Pick<LabelSettings, 'slMultiplier'>): number {
  return riskOf(averageTrueRangeAt(bars, row), bars.close[row], labels);
}

function riskOf(atr: number, close: number, { slMultiplier }: Pick<LabelSettings, 'slMultiplier'>): number {
  return atr > 0 ? (slMultiplier * atr) / close : 0;
}
