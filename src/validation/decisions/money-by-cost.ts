import { everyRow } from '../../math/index.ts';
import type { CoinKnowledge, JudgedTrades, MoneyMean } from '../claims/claims.ts';
import { coinOf, moneyMean } from '../claims/coin.ts';
import { costInR, takeAt, tradesInR } from '../claims/money-test.ts';
import { meanOf } from '../metrics.ts';
import { lagAmong, takenRows } from './decided-trades.ts';

/** Costs of a round trip that are shown, basis points. */
export const SHOWN_COSTS_BPS = [0, 1, 2, 5, 10] as const;

const BPS = 1e4;

/** What is taken at a cost, and what it leaves after that cost. */
export interface MoneyAtCost {
  /** Of a round trip, of every instrument, basis points. */
  readonly costBps: number;
  readonly nTaken: number;
  /** Mean return after the cost at the same stake a trade, basis points; null where nothing is taken. */
  readonly booked: MoneyMean | null;
  /** The same over the coin. A coin gets minus the cost. */
  readonly excess: MoneyMean | null;
  /** Mean return over the coin after the cost at the same risk a trade, units of R; null where nothing is taken. */
  readonly excessR: number | null;
  /** What a coin earns after the cost at the taken events, basis points; null where nothing is taken, or that is unknown. */
  readonly coinBps: number | null;
  /** What every event leaves, taken or not, as booked and over the coin, basis points; null for no events. */
  readonly everyBookedBps: number | null;
  readonly everyExcessBps: number | null;
}

/** Decides all trades anew at each of the shown costs. */
export function moneyByCost(
  trades: JudgedTrades,
  nInstruments: number,
  knowledge: CoinKnowledge = 'known',
): MoneyAtCost[] {
  const { coin, excess } = coinOf(trades);
  const inR = tradesInR(trades);
  const all = everyRow(trades.ret.length);
  return SHOWN_COSTS_BPS.map((costBps) => {
    const costR = costInR(trades, new Float64Array(nInstruments).fill(costBps));
    const taken = takenRows({ take: takeAt(trades, costR) });
    const lag = lagAmong(trades, taken);
    const cost = costBps / BPS;
    const meanBps = (returns: Float64Array, rows: Int32Array): number | null =>
      rows.length === 0 ? null : meanOf(netOf(returns, rows, cost)) * BPS;
    return {
      costBps,
      nTaken: taken.length,
      booked: taken.length === 0 ? null : moneyMean(netOf(trades.ret, taken, cost), lag),
      excess: taken.length === 0 ? null : moneyMean(netOf(excess, taken, cost), lag),
      excessR: taken.length === 0 ? null : meanOf(differencesAt(inR.excess, costR, taken)),
      coinBps: knowledge === 'known' ? meanBps(coin, taken) : null,
      everyBookedBps: meanBps(trades.ret, all),
      everyExcessBps: meanBps(excess, all),
    };
  });
}

/** (rows.length,) returns of some trades after a cost. */
function netOf(returns: Float64Array, rows: Int32Array, cost: number): Float64Array {
  const net = new Float64Array(rows.length);
  for (let k = 0; k < rows.length; k++) net[k] = returns[rows[k]] - cost;
  return net;
}

/** (rows.length,) differences of two columns at some rows. */
function differencesAt(a: Float64Array, b: Float64Array, rows: Int32Array): Float64Array {
  const out = new Float64Array(rows.length);
  for (let k = 0; k < rows.length; k++) out[k] = a[rows[k]] - b[rows[k]];
  return out;
}
