import { rowsWhere } from '../../math/index.ts';
import { meanTest } from '../significance/mean-test.ts';
import { type ClaimTest, type JudgedTrades, MIN_EFFECTIVE } from './claims.ts';
import { coinOf } from './coin.ts';
import { effectiveTrades, maxOpenTrades } from './effective.ts';
import { isProven } from './verdict.ts';

const BP = 1e-4;

/** Returns of trades in units of R. */
export interface TradesInR {
  /** (n,) gross return of the side. */
  readonly booked: Float64Array;
  /** (n,) gross return of the side over the coin. */
  readonly excess: Float64Array;
}

/** Puts returns into units of R, the distance of the stop. */
export function tradesInR(trades: Pick<JudgedTrades, 'ret' | 'otherRet' | 'risk'>): TradesInR {
  const { ret, risk } = trades;
  const { excess } = coinOf(trades);
  return { booked: ratios(ret, risk), excess: ratios(excess, risk) };
}

// Plain loops: callbacks over all trades took most of the time of judging.

function ratios(values: Float64Array, units: Float64Array): Float64Array {
  const out = new Float64Array(values.length);
  for (let k = 0; k < out.length; k++) out[k] = values[k] / units[k];
  return out;
}

/** (n,) cost of a round trip in R. @param costBps - cost of each instrument, basis points. */
export function costInR(
  { instrument, risk }: Pick<JudgedTrades, 'instrument' | 'risk'>,
  costBps: ArrayLike<number>,
): Float64Array {
  const cost = new Float64Array(risk.length);
  for (let k = 0; k < cost.length; k++) cost[k] = (costBps[instrument[k]] * BP) / risk[k];
  return cost;
}

/** (n,) 1 where a trade is taken: the model answers, and the expected return is above the cost. Unknown ones are not. */
export function takeAt(
  { isAnswered, expectedR }: Pick<JudgedTrades, 'isAnswered' | 'expectedR'>,
  cost: Float64Array,
): Uint8Array {
  const take = new Uint8Array(isAnswered.length);
  for (let k = 0; k < take.length; k++) take[k] = isAnswered[k] === 1 && expectedR[k] - cost[k] > 0 ? 1 : 0;
  return take;
}

/**
 * Whether what is taken pays: mean of take · (excess − cost) > 0 and mean of take · (booked − cost) > 0, over all trades, in
 * R. Statistic and p-value are those of the weaker half.
 *
 * @param take - (n,) 0 or 1. @param cost - (n,) of a round trip, units of R. @param lag - see `overlapLag`.
 * @returns statistic 0 and p 1 under 30 effective trades: they prove nothing.
 */
export function moneyTest(trades: JudgedTrades, take: Uint8Array, cost: Float64Array, lag: number): ClaimTest {
  return prepareMoneyTest(trades, lag).test(take, cost);
}

/** A money test of the same trades at many costs. */
export interface MoneyTest {
  /** See {@link moneyTest}. */
  test(take: Uint8Array, cost: Float64Array): ClaimTest;
  /** Whether {@link MoneyTest.test} proves that they pay; a first half that fails spares the second. */
  passes(take: Uint8Array, cost: Float64Array): boolean;
}

/** Prepares what does not depend on the cost; see {@link moneyTest}. */
export function prepareMoneyTest(trades: JudgedTrades, lag: number): MoneyTest {
  const { booked, excess } = tradesInR(trades);
  const mostOpen = maxOpenTrades(trades);
  const n = trades.ret.length;
  const enough = (take: Uint8Array): boolean => {
    let nTaken = 0;
    for (let k = 0; k < n; k++) nTaken += take[k];
    // The uniqueness of a trade is at least one over the most that are ever open, and at most 1.
    if (nTaken < MIN_EFFECTIVE || nTaken >= MIN_EFFECTIVE * mostOpen) return nTaken >= MIN_EFFECTIVE;
    const taken = rowsWhere(n, (k) => take[k] === 1);
    return effectiveTrades(trades, trades.instrument, taken) >= MIN_EFFECTIVE;
  };
  const net = new Float64Array(n); // one for all costs, of which there are dozens
  const half = (gross: Float64Array, take: Uint8Array, cost: Float64Array): ReturnType<typeof meanTest> =>
    meanTest(netOfTaken(gross, take, cost, net), lag);
  return {
    test: (take, cost) => {
      const [overCoin, asBooked] = [half(excess, take, cost), half(booked, take, cost)];
      const { statistic, pValue, lag: lags } = overCoin.pValue > asBooked.pValue ? overCoin : asBooked;
      return enough(take) ? { statistic, pValue, n, lag: lags } : { statistic: 0, pValue: 1, n, lag: lags };
    },
    passes: (take, cost) => enough(take) && isProven(half(excess, take, cost)) && isProven(half(booked, take, cost)),
  };
}

/** Writes the return of each trade after its cost, R; 0 where it is not taken. */
function netOfTaken(gross: Float64Array, take: Uint8Array, cost: Float64Array, net: Float64Array): Float64Array {
  for (let k = 0; k < net.length; k++) net[k] = take[k] === 1 ? gross[k] - cost[k] : 0;
  return net;
}
