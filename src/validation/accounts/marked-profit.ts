import { ConditionError, checkSameLength } from '../../core/index.ts';
import { lowerBound } from '../../math/index.ts';

/** Prices of one or several instruments on their common time. */
export interface AccountMarket {
  /** (nTicks,) close times, UNIX ns, rising; of one instrument those of its bars. */
  readonly tsEvent: BigInt64Array;
  /** By instrument: (nBars,) closes, > 0, and the tick of each bar, rising. */
  readonly closes: readonly Float64Array[];
  readonly ticks: readonly Int32Array[];
}

/** Trades whose two sides both ended, by the time of their entry. Rows are events. */
export interface AccountTrades {
  /** (n,) tick of the entry, at its close. */
  readonly t0: Int32Array;
  /** (n,) tick at which the own side ended, and the other side; > t0. */
  readonly ownEnd: Int32Array;
  readonly otherEnd: Int32Array;
  /** (n,) index of the instrument. */
  readonly instrument: Int32Array;
  /** (n,) -1 or +1. */
  readonly side: Int8Array;
  /** (n,) gross simple returns of the side and of the other side. */
  readonly ret: Float64Array;
  readonly otherRet: Float64Array;
  /** (n,) cost of a round trip, a simple return; paid at the entry. */
  readonly cost: Float64Array;
}

/** Trades by the bars of their own instruments, ready to be marked to market. */
export interface MarkedTrades extends AccountTrades {
  /** (n,) bars of the entry and of both ends in the trade's own instrument. */
  readonly entryBar: Int32Array;
  readonly ownBar: Int32Array;
  readonly otherBar: Int32Array;
}

/**
 * Finds the bars of trades.
 *
 * @throws {ConditionError} when columns differ in length, or a tick is no bar of its instrument.
 */
export function markTrades({ ticks }: AccountMarket, trades: AccountTrades): MarkedTrades {
  for (const [name, column] of Object.entries(trades)) checkSameLength(name, column, 't0', trades.t0);
  const barsOf = (name: string, column: Int32Array): Int32Array =>
    column.map((tick, k) => barAt(name, ticks[trades.instrument[k]], tick));
  return {
    ...trades,
    entryBar: barsOf('t0', trades.t0),
    ownBar: barsOf('ownEnd', trades.ownEnd),
    otherBar: barsOf('otherEnd', trades.otherEnd),
  };
}

function barAt(name: string, ticks: Int32Array, tick: number): number {
  const bar = lowerBound(ticks.length, (i) => ticks[i] < tick);
  if (ticks[bar] !== tick) throw new ConditionError(name, 'the tick of a bar of its instrument', tick);
  return bar;
}

/**
 * Profit from one tick to the next with one stake a trade, not compounded: open trades are worth what the close says, a trade that ends
 * is worth its booked return, and the cost is paid at the entry.
 *
 * @param isOther - (n,) 1 where the other side is taken instead; left out: the own sides.
 * @returns (nTicks,) in stakes; the sum is that of the returns after the cost.
 */
export function markedProfit(market: AccountMarket, trades: MarkedTrades, isOther?: Uint8Array): Float64Array {
  const profit = new Float64Array(market.tsEvent.length);
  // Units held from the bar before to this one; by instrument, because bars are its own.
  const held = market.closes.map(({ length }) => new Float64Array(length + 1));
  for (let k = 0; k < trades.t0.length; k++) {
    const other = isOther !== undefined && isOther[k] === 1;
    const close = market.closes[trades.instrument[k]];
    const units = held[trades.instrument[k]];
    const entry = trades.entryBar[k];
    const end = other ? trades.otherBar[k] : trades.ownBar[k];
    const perPrice = (other ? -trades.side[k] : trades.side[k]) / close[entry];
    units[entry + 1] += perPrice;
    units[end + 1] -= perPrice;
    const booked = other ? trades.otherRet[k] : trades.ret[k];
    profit[trades.t0[k]] -= trades.cost[k];
    profit[other ? trades.otherEnd[k] : trades.ownEnd[k]] += booked - perPrice * (close[end] - close[entry]);
  }
  for (let i = 0; i < held.length; i++) addMarks(profit, market.closes[i], market.ticks[i], held[i]);
  return profit;
}

/** @param changes - (nBars + 1,) changes of the units held, each from this bar's step on. */
function addMarks(profit: Float64Array, close: Float64Array, ticks: Int32Array, changes: Float64Array): void {
  let units = 0;
  for (let bar = 1; bar < close.length; bar++) {
    units += changes[bar];
    profit[ticks[bar]] += units * (close[bar] - close[bar - 1]);
  }
}
