import { pick } from '../../math/index.ts';
import { groupsByRank } from '../calibration.ts';
import { logLosses, meanOf } from '../metrics.ts';
import type { FigureInterval } from '../significance/block-bootstrap.ts';
import { meanInterval } from '../significance/mean-interval.ts';
import { overlapLag } from '../significance/mean-test.ts';
import type { SummarisedTrades } from './summarised-trades.ts';

/** Columns of trades that skill is measured by. */
export type SkilledTrades = Pick<SummarisedTrades, 't0' | 'end' | 'label' | 'probability' | 'benchmark' | 'volatility'>;

/** Log-loss skill of some of the events. */
export interface SkillBin {
  readonly n: number;
  readonly logLossSkill: FigureInterval;
}

/** Skill of events that follow each other. */
export interface SkillStretch extends SkillBin {
  /** Time of the first and the last entry, UNIX ns. */
  readonly fromTs: bigint;
  readonly toTs: bigint;
}

/** Skill of events of neighbouring volatility. */
export interface VolatilitySkill extends SkillBin {
  /** Lowest and highest value of the feature `volatility`, standard deviation of a log return. */
  readonly volatilityLow: number;
  readonly volatilityHigh: number;
}

const MAX_STRETCHES = 20;
const MAX_VOLATILITIES = 5;
/** Fewest events of which a skill is told. */
export const MIN_SKILL_EVENTS = 100;

/**
 * Log-loss skill in stretches of the same number of events, in time order.
 *
 * @param tsEvent - (nBars,) time of each bar or tick, UNIX ns.
 * @returns up to 20 stretches of at least 100 events; none under 100 events.
 */
export function skillOverTime(trades: SkilledTrades, tsEvent: BigInt64Array): SkillStretch[] {
  const { t0 } = trades;
  const n = t0.length;
  const nStretches = Math.min(MAX_STRETCHES, Math.floor(n / MIN_SKILL_EVENTS));
  return Array.from({ length: nStretches }, (_, s) => {
    const [from, to] = [s, s + 1].map((end) => Math.floor((end * n) / nStretches));
    const rows = Int32Array.from({ length: to - from }, (_, k) => from + k);
    return { fromTs: tsEvent[t0[from]], toTs: tsEvent[t0[to - 1]], ...skillOf(trades, rows) };
  });
}

/**
 * Log-loss skill by the volatility at the entry, in groups of the same number of events.
 *
 * @returns up to five groups of at least 100 events, calm ones first; none under 100 events.
 */
export function skillByVolatility(trades: SkilledTrades): VolatilitySkill[] {
  const { volatility } = trades;
  const nGroups = Math.min(MAX_VOLATILITIES, Math.floor(volatility.length / MIN_SKILL_EVENTS));
  return nGroups === 0
    ? []
    : groupsByRank(volatility, nGroups).map((rows) => ({
        volatilityLow: volatility[rows[0]],
        volatilityHigh: volatility[rows[rows.length - 1]],
        ...skillOf(trades, rows.toSorted()),
      }));
}

/** Skill of some rows with a HAC interval by the delta method: 1 − a/b varies as (b − a − skill · b) / mean b. @param rows - rising. */
function skillOf({ t0, end, label, probability, benchmark }: SkilledTrades, rows: Int32Array): SkillBin {
  const labels = pick(label, rows);
  const own = logLosses(labels, pick(probability, rows));
  const other = logLosses(labels, pick(benchmark, rows));
  const scale = meanOf(other);
  const value = 1 - meanOf(own) / scale;
  const influence = new Float64Array(own.length);
  for (let k = 0; k < own.length; k++) influence[k] = (other[k] - own[k] - value * other[k]) / scale;
  const { low, high } = meanInterval(influence, overlapLag(pick(t0, rows), pick(end, rows)));
  return {
    n: rows.length,
    logLossSkill: { value, low: low === null ? null : value + low, high: high === null ? null : value + high },
  };
}
