import { ConditionError } from '../../core/index.ts';
import type { LabelSettings } from '../../domain/index.ts';
import { medianOf } from '../../math/index.ts';
import { estimateTickSize } from './tick-size.ts';

/** Cost that is assumed where none is set and a tick is smaller, basis points a round trip. */
export const ASSUMED_COST_BPS = 1;

/** Where a cost comes from: the settings, one tick of the instrument, or the assumption of 1 bp. */
export const COST_SOURCES = ['set', 'tick', 'assumed'] as const;
export type CostSource = (typeof COST_SOURCES)[number];

/** Grid of the prices of an instrument, and what a round trip in it costs. Fixed in training and kept in the model file. */
export interface TradeTerms {
  /** Distance of two prices, price units, > 0; null where prices lie on no grid. */
  readonly tickSize: number | null;
  /** The same in basis points of the median close. */
  readonly tickBps: number | null;
  /** Cost of a round trip, basis points, >= 0. */
  readonly costBps: number;
  readonly costSource: CostSource;
}

/**
 * Terms of an instrument: as set, else by its closes. An unset cost is the larger of one tick and 1 bp.
 *
 * @param close - (nBars,) prices, > 0, chronological; nBars >= 1.
 * @throws {ConditionError} for a tick that is larger than the price.
 */
export function tradeTerms(close: Float64Array, labels: Pick<LabelSettings, 'tickSize' | 'costBps'>): TradeTerms {
  const tickSize = labels.tickSize ?? estimateTickSize(close);
  const price = medianOf(close);
  if (tickSize !== null && tickSize > price)
    throw new ConditionError('labels.tick_size', `at most the median close ${price}`, tickSize);
  const tickBps = tickSize === null ? null : (tickSize / price) * 1e4;
  if (labels.costBps !== null) return { tickSize, tickBps, costBps: labels.costBps, costSource: 'set' };
  if (tickBps !== null && tickBps > ASSUMED_COST_BPS)
    return { tickSize, tickBps, costBps: tickBps, costSource: 'tick' };
  return { tickSize, tickBps, costBps: ASSUMED_COST_BPS, costSource: 'assumed' };
}

/**
 * Tick to which barriers are rounded: of the terms, else as set. Labels net of costs are those of 0.1, which knew no ticks: then
 * only one that is set.
 *
 * @param terms - null where nothing was estimated.
 */
export function barrierTick(
  labels: Pick<LabelSettings, 'tickSize' | 'netOfCosts'>,
  terms: Pick<TradeTerms, 'tickSize'> | null,
): number | null {
  return labels.netOfCosts ? labels.tickSize : (terms?.tickSize ?? labels.tickSize);
}
