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
