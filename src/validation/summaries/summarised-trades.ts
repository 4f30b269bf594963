import { excessReturn } from '../../labeling/index.ts';
import { sharedFloats } from '../../math/index.ts';
import type { JudgedTrades } from '../claims/claims.ts';
import type { Spans } from '../claims/coin.ts';
import { costInR, takeAt } from '../claims/money-test.ts';
import type { ScoredForecasts } from '../metrics.ts';

/** Forecasts with what came of their trades, by the time of their entry. Rows are events. */
export interface SummarisedTrades extends ScoredForecasts, Spans {
  /** (n,) which instrument of the training. */
  readonly instrument: Int32Array;
  /** (n,) gross simple return over the coin; NaN where a side has no end, or the trade no risk: no figure of money counts it. */
  readonly excess: Float64Array;
  /** (n,) 1 for a trade that is taken. */
  readonly take: Uint8Array;
  /** (n,) feature `volatility` at the entry. */
  readonly volatility: Float64Array;
}

/**
 * Trades as the summaries count them.
 *
 * @param volatility - (n,) at the entries. @param costBps - of a round trip in each instrument, basis points.
 */
export function summarisedTrades(
  trades: JudgedTrades,
  volatility: Float64Array,
  costBps: readonly number[],
): SummarisedTrades {
  const { t0, end, instrument, label, probability, baseRate, ret, otherRet, risk } = trades;
  const excess = sharedFloats(ret.length);
  for (let k = 0; k < ret.length; k++) excess[k] = risk[k] > 0 ? excessReturn(ret[k], otherRet[k]) : Number.NaN;
  const take = takeAt(trades, costInR(trades, costBps));
  return { t0, end, instrument, label, probability, benchmark: baseRate, excess, take, volatility };
}
