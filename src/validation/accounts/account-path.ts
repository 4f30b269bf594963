import type { AccountDays } from './account-days.ts';
import type { AccountMarket, MarkedTrades } from './marked-trades.ts';
import { type SharpeFigures, sharpeFigures } from './sharpe-ratio.ts';

/** What an account came to; money in stakes, the same stake a trade, not compounded, after the cost. */
export interface AccountOutcome {
  /** Most trades that are open at once; one that ends in the bar at whose close another is entered is open with it. */
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

/**
 * Follows accounts of the same trades from tick to tick, one after another with other sides: open trades are worth what the close says, a
 * trade that ends is worth its booked return, and the cost is paid at the entry.
 */
export class AccountPath {
  readonly #grid: AccountGrid;
  readonly #trades: MarkedTrades;
  /** By instrument: (nBars,) change of the close from the bar before. */
  readonly #moves: readonly Float64Array[];
  /** By instrument: (nBars + 1,) change of the units held, from the step to this bar on. */
  readonly #held: readonly Float64Array[];
  /** (nTicks + 1,) change of the number of open trades at each tick from first to last. */
  readonly #opened: Int32Array;
  /** (nTicks,) profit since the tick before, stakes. */
  readonly profit: Float64Array;
  /** (nDays,) profit of each UTC day, stakes. */
  readonly dailyProfit: Float64Array;

  constructor(grid: AccountGrid, trades: MarkedTrades) {
    const { first, last, days, market } = grid;
    this.#grid = grid;
    this.#trades = trades;
    this.#moves = market.closes.map((close) => close.map((own, bar) => (bar === 0 ? 0 : own - close[bar - 1])));
    this.#held = market.closes.map(({ length }) => new Float64Array(length + 1));
    this.#opened = new Int32Array(last - first + 2);
    this.profit = new Float64Array(last - first + 1);
    this.dailyProfit = new Float64Array(days.nDays);
  }

  /**
   * Follows one account; {@link profit} and {@link dailyProfit} are of it until the next.
   *
   * @param isOther - (n,) 1 where the other side is taken instead; left out: the own sides.
   */
  follow(isOther?: Uint8Array): AccountOutcome {
    this.#open(isOther);
    this.#mark();
    return this.#sumUp();
  }

  #open(isOther: Uint8Array | undefined): void {
    const { t0, instrument, entryBar, cost, own, other } = this.#trades;
    const { first } = this.#grid;
    const [profit, opened, allHeld] = [this.profit, this.#opened, this.#held];
    profit.fill(0);
    opened.fill(0);
    for (const held of allHeld) held.fill(0);
    for (let k = 0; k < t0.length; k++) {
      const { end, bar, units, gap } = isOther !== undefined && isOther[k] === 1 ? other : own;
      const held = allHeld[instrument[k]];
      held[entryBar[k] + 1] += units[k];
      held[bar[k] + 1] -= units[k];
      profit[t0[k] - first] -= cost[k];
      profit[end[k] - first] += gap[k];
      opened[t0[k] - first]++;
      opened[end[k] - first + 1]--;
    }
  }

  #mark(): void {
    const { market, first, last } = this.#grid;
    const { profit } = this;
    for (let i = 0; i < this.#held.length; i++) {
      const [held, moves, ticks] = [this.#held[i], this.#moves[i], market.ticks[i]];
      let units = 0;
      for (let bar = 0; bar < moves.length; bar++) {
        units += held[bar];
        const tick = ticks[bar];
        if (tick >= first && tick <= last) profit[tick - first] += units * moves[bar];
      }
    }
  }

  #sumUp(): AccountOutcome {
    const { dayOf, perYear } = this.#grid.days;
    const [profit, opened, dailyProfit] = [this.profit, this.#opened, this.dailyProfit];
    dailyProfit.fill(0);
    let [total, peak, maxDrawdown, capitalNeeded, maxOpenTrades, nOpen] = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < profit.length; i++) {
      total += profit[i];
      nOpen += opened[i];
      dailyProfit[dayOf[i]] += profit[i];
      if (total > peak) peak = total;
      if (peak - total > maxDrawdown) maxDrawdown = peak - total;
      if (nOpen > maxOpenTrades) maxOpenTrades = nOpen;
      const bound = total < 0 ? nOpen - total : nOpen;
      if (bound > capitalNeeded) capitalNeeded = bound;
    }
    return {
      maxOpenTrades,
      netReturn: total,
      capitalNeeded,
      returnOnCapital: total / capitalNeeded,
      maxDrawdown,
      drawdownOfCapital: maxDrawdown / capitalNeeded,
      sharpe: sharpeFigures(this.dailyProfit, perYear),
    };
  }
}
