import { rowsWhere } from '../../math/index.ts';
import { meanTest } from '../significance/mean-test.ts';
import type { ClaimTest, JudgedTrades } from './claims.ts';
import { coinOf } from './coin.ts';
import { effectiveTrades, maxOpenTrades } from './effective.ts';

/** Fewest effective trades that prove anything about money. */
export const MIN_EFFECTIVE = 30;
const BP = 1e-4;

/** Returns of trades in units of R, and what a basis point of cost is in it. */
export interface TradesInR {
  /** (n,) gross return of the side. */
  readonly booked: Float64Array;
  /** (n,) gross return of the side over the coin. */
  readonly excess: Float64Array;
  /** (n,) R in 1 bp, > 0. */
  readonly perBp: Float64Array;
}

/** Puts returns into units of R, the distance of the stop. */
export function tradesInR(trades: Pick<JudgedTrades, 'ret' | 'otherRet' | 'risk'>): TradesInR {
  const { ret, risk } = trades;
  const { excess } = coinOf(trades);
  return {
    booked: ret.map((own, k) => own / risk[k]),
    excess: excess.map((over, k) => over / risk[k]),
    perBp: risk.map((r) => BP / r),
  };
}

/** (n,) cost of a round trip in R. @param costBps - cost of each instrument, basis points. */
export function costInR(
  { instrument, risk }: Pick<JudgedTrades, 'instrument' | 'risk'>,
  costBps: ArrayLike<number>,
): Float64Array {
  return risk.map((r, k) => (costBps[instrument[k]] * BP) / r);
}

/** (n,) 1 where a trade is taken: the model answers, and the expected return is above the cost. Unknown ones are not. */
export function takeAt(
  { isAnswered, expectedR }: Pick<JudgedTrades, 'isAnswered' | 'expectedR'>,
  cost: Float64Array,
): Uint8Array {
  return isAnswered.map((answered, k) => (answered === 1 && expectedR[k] - cost[k] > 0 ? 1 : 0));
}

/**
 * Whether what is taken pays: mean of take · (excess − cost) > 0 and mean of take · (booked − cost) > 0, over all trades, in
 * R. Statistic and p-value are those of the weaker half.
 *
 * @param take - (n,) 0 or 1. @param cost - (n,) of a round trip, units of R. @param lag - see `overlapLag`.
 * @returns statistic 0 and p 1 under 30 effective trades: they prove nothing.
 */
export function moneyTest(trades: JudgedTrades, take: Uint8Array, cost: Float64Array, lag: number): ClaimTest {
  return prepareMoneyTest(trades, lag)(take, cost);
}

/** A money test of the same trades at many costs. */
export type MoneyTest = (take: Uint8Array, cost: Float64Array) => ClaimTest;

/** Prepares what does not depend on the cost; see {@link moneyTest}. */
export function prepareMoneyTest(trades: JudgedTrades, lag: number): MoneyTest {
  const { booked, excess } = tradesInR(trades);
  const mostOpen = maxOpenTrades(trades);
  const n = trades.ret.length;
  const enough = (take: Uint8Array): boolean => {
    const taken = rowsWhere(n, (k) => take[k] === 1);
    // The uniqueness of a trade is at least one over the most that are ever open, and at most 1.
    if (taken.length < MIN_EFFECTIVE || taken.length >= MIN_EFFECTIVE * mostOpen) return taken.length >= MIN_EFFECTIVE;
    return effectiveTrades(trades, trades.instrument, taken) >= MIN_EFFECTIVE;
  };
  return (take, cost) => {
    const half = (gross: Float64Array): ReturnType<typeof meanTest> =>
      meanTest(
        gross.map((value, k) => (take[k] === 1 ? value - cost[k] : 0)),
        lag,
      );
    const [overCoin, asBooked] = [half(excess), half(booked)];
    const { statistic, pValue, lag: lags } = overCoin.pValue > asBooked.pValue ? overCoin : asBooked;
    return enough(take) ? { statistic, pValue, n, lag: lags } : { statistic: 0, pValue: 1, n, lag: lags };
  };
}
