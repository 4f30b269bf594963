import type { BootstrapOptions } from '../significance/block-bootstrap.ts';
import { type CalibrationFigures, calibrationFigures } from './calibration-figures.ts';
import { type HeadlineIntervals, headlineIntervals } from './headline-figures.ts';
import { type SkillStretch, skillByVolatility, skillOverTime, type VolatilitySkill } from './skill-bins.ts';
import type { SummarisedTrades } from './summarised-trades.ts';

/** What is said of forecasts beside their scores: how sure the figures are, and where they come from. */
export interface Summaries {
  /** The headlines with their intervals. */
  readonly intervals: HeadlineIntervals;
  readonly calibration: CalibrationFigures;
  /** In time order; empty for few events. */
  readonly skillOverTime: readonly SkillStretch[];
  /** Calm events first; empty for few events. */
  readonly skillByVolatility: readonly VolatilitySkill[];
}

/**
 * Sums up forecasts and their trades.
 *
 * @param block - (n,) which block of events one calibrator judged, >= 0.
 * @param tsEvent - (nBars,) time of each bar or tick, UNIX ns, rising.
 * @throws {ConditionError} when the lengths differ.
 */
export function summarize(
  trades: SummarisedTrades,
  block: ArrayLike<number>,
  tsEvent: BigInt64Array,
  options: BootstrapOptions = {},
): Summaries {
  return {
    intervals: headlineIntervals(trades, tsEvent, options),
    calibration: calibrationFigures(trades, block),
    skillOverTime: skillOverTime(trades, tsEvent),
    skillByVolatility: skillByVolatility(trades),
  };
}
