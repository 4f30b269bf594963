import { numConcurrentEvents } from '../../labeling/index.ts';
import { type AccountDays, sumByDay } from './account-days.ts';
import { type AccountMarket, type MarkedTrades, markedProfit } from './marked-profit.ts';
import { type SharpeFigures, sharpeFigures } from './sharpe-ratio.ts';

/** What an account came to; money in stakes, the same stake a trade, not compounded, after the cost. */
export interface AccountOutcome {
  /** Most trades that are open at once; an entry at the bar of an exit counts as open with it. */
  readonly maxOpenTrades: number;
  /** Sum of the returns. */
  readonly netReturn: number;
  /** Most money that was bound at once: the stakes open, and the loss until then where there was one. */
  readonly capitalNeeded: number;
  readonly returnOnCapital: number;
  /** Deepest fall from a peak, marked to market at every close, >= 0. */
  readonly maxDrawdown: number;
  /** The same as a share of the capital needed. */
  readonly drawdownOfCapital: number;
  /** Null for fewer than 20 days, and where days do not vary. */
  readonly sharpe: SharpeFigures | null;
}

/** Prices, and the ticks in which an account is followed. */
export interface AccountGrid {
  readonly market: AccountMarket;
  /** First and last tick. */
  readonly first: number;
  readonly last: number;
  /** Days of the ticks from first to last. */
  readonly days: AccountDays;
}

/** (nDays,) profit of each UTC day, marked to market, in stakes. @param isOther - see {@link markedProfit}. */
export function dailyProfit({ market, first, last, days }: AccountGrid, trades: MarkedTrades): Float64Array {
  return sumByDay(markedProfit(market, trades).subarray(first, last + 1), days);
}

/** Follows an account from tick to tick. @param isOther - (n,) 1 where the other side is taken; left out: the own sides. */
export function accountOutcome(grid: AccountGrid, trades: MarkedTrades, isOther?: Uint8Array): AccountOutcome {
  const { market, first, last, days } = grid;
  const profit = markedProfit(market, trades, isOther).subarray(first, last + 1);
  const end = isOther === undefined ? trades.ownEnd : trades.ownEnd.map((own, k) => endOf(trades, k, own, isOther));
  const open = numConcurrentEvents(trades.t0, end);
  let [total, peak, maxDrawdown, capitalNeeded, maxOpenTrades] = [0, 0, 0, 0, 0];
  for (let i = 0; i < profit.length; i++) {
    const at = first + i - open.first;
    total += profit[i];
    peak = Math.max(peak, total);
    maxDrawdown = Math.max(maxDrawdown, peak - total);
    const nOpen = at >= 0 && at < open.counts.length ? open.counts[at] : 0;
    maxOpenTrades = Math.max(maxOpenTrades, nOpen);
    capitalNeeded = Math.max(capitalNeeded, nOpen + Math.max(0, -total));
  }
  return {
    maxOpenTrades,
    netReturn: total,
    capitalNeeded,
    returnOnCapital: total / capitalNeeded,
    maxDrawdown,
    drawdownOfCapital: maxDrawdown / capitalNeeded,
    sharpe: sharpeFigures(sumByDay(profit, days), days.perYear),
  };
}

function endOf({ otherEnd }: MarkedTrades, k: number, own: number, isOther: Uint8Array): number {
  return isOther[k] === 1 ? otherEnd[k] : own;
}
