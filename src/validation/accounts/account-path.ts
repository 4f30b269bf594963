import { lowerBound } from '../../math/index.ts';
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

/** What trades change at which steps. Of a side there are (2 n,) values: those of the own sides, then those of the other ones. */
interface Steps {
  readonly n: number;
  /** (n,) 0 */
  readonly ownSides: Uint8Array;
  /** (n,) tick of the entry from the first on, and its place among the units held. */
  readonly entry: Int32Array;
  readonly entryHeld: Int32Array;
  /** (n,) paid at the entry, stakes. */
  readonly cost: Float64Array;
  /** Tick of the end from the first on, and its place among the units held. */
  readonly end: Int32Array;
  readonly endHeld: Int32Array;
  readonly units: Float64Array;
  readonly gap: Float64Array;
}

/** The bars of an instrument that lie in the ticks of an account, and its place among the units held. */
interface Span {
  /** First bar, and the one after the last. */
  readonly begin: number;
  readonly end: number;
  readonly heldFrom: number;
}

function spansOf({ market, first, last }: AccountGrid): Span[] {
  let heldFrom = 0;
  return market.ticks.map((ticks) => {
    const begin = lowerBound(ticks.length, (bar) => ticks[bar] < first);
    const end = lowerBound(ticks.length, (bar) => ticks[bar] <= last);
    heldFrom += ticks.length + 1;
    return { begin, end, heldFrom: heldFrom - ticks.length - 1 };
  });
}

function stepsOf(
  { first }: AccountGrid,
  spans: readonly Span[],
  { t0, instrument, entryBar, cost, own, other }: MarkedTrades,
): Steps {
  const n = t0.length;
  const both = <T extends Int32Array | Float64Array>(out: T, ofOwn: T, ofOther: T): T => {
    out.set(ofOwn);
    out.set(ofOther, n);
    return out;
  };
  const end = both(new Int32Array(2 * n), own.end, other.end).map((tick) => tick - first);
  const bar = both(new Int32Array(2 * n), own.bar, other.bar);
  return {
    n,
    ownSides: new Uint8Array(n),
    entry: t0.map((tick) => tick - first),
    entryHeld: entryBar.map((at, k) => spans[instrument[k]].heldFrom + at + 1),
    cost,
    end,
    endHeld: bar.map((at, k) => spans[instrument[k % n]].heldFrom + at + 1),
    units: both(new Float64Array(2 * n), own.units, other.units),
    gap: both(new Float64Array(2 * n), own.gap, other.gap),
  };
}

/**
 * Follows accounts of the same trades from tick to tick, one after another with other sides: open trades are worth what the close says, a
 * trade that ends is worth its booked return, and the cost is paid at the entry.
 */
export class AccountPath {
  readonly #grid: AccountGrid;
  readonly #spans: readonly Span[];
  readonly #steps: Steps;
  /** By instrument: (nBars,) change of the close from the bar before. */
  readonly #moves: readonly Float64Array[];
  /** Of one instrument after the other: (nBars + 1,) change of the units held, from the step to this bar on. */
  readonly #held: Float64Array;
  /** (nTicks + 1,) change of the number of open trades at each tick from first to last. */
  readonly #opened: Int32Array;
  /** (nTicks,) profit since the tick before, stakes. */
  readonly profit: Float64Array;
  /** (nDays,) profit of each UTC day, stakes. */
  readonly dailyProfit: Float64Array;

  constructor(grid: AccountGrid, trades: MarkedTrades) {
    const { first, last, days, market } = grid;
    this.#grid = grid;
    this.#spans = spansOf(grid);
    this.#steps = stepsOf(grid, this.#spans, trades);
    this.#moves = market.closes.map((close) => close.map((own, bar) => (bar === 0 ? 0 : own - close[bar - 1])));
    this.#held = new Float64Array(market.closes.reduce((sum, { length }) => sum + length + 1, 0));
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

  #open(isOther = this.#steps.ownSides): void {
    const { n, entry, entryHeld, cost, end, endHeld, units, gap } = this.#steps;
    const [profit, opened, held] = [this.profit, this.#opened, this.#held];
    profit.fill(0);
    opened.fill(0);
    held.fill(0);
    for (let k = 0; k < n; k++) {
      const at = k + isOther[k] * n; // without a branch, which coins make unpredictable
      held[entryHeld[k]] += units[at];
      held[endHeld[at]] -= units[at];
      profit[entry[k]] -= cost[k];
      profit[end[at]] += gap[at];
      opened[entry[k]]++;
      opened[end[at] + 1]--;
    }
  }

  #mark(): void {
    const { market, first } = this.#grid;
    const { profit } = this;
    for (let i = 0; i < this.#moves.length; i++) {
      const [moves, ticks, { heldFrom, begin, end }] = [this.#moves[i], market.ticks[i], this.#spans[i]];
      const held = this.#held;
      let units = 0; // nothing is held before the first tick
      for (let bar = begin; bar < end; bar++) {
        units += held[heldFrom + bar];
        profit[ticks[bar] - first] += units * moves[bar];
      }
    }
  }

  #sumUp(): AccountOutcome {
    const { dayEnds, perYear } = this.#grid.days;
    const [profit, opened, dailyProfit] = [this.profit, this.#opened, this.dailyProfit];
    let [total, peak, maxDrawdown, capitalNeeded, maxOpenTrades, nOpen] = [0, 0, 0, 0, 0, 0];
    let i = 0;
    for (let day = 0; day < dailyProfit.length; day++) {
      let ofDay = 0;
      for (const end = dayEnds[day]; i < end; i++) {
        total += profit[i];
        ofDay += profit[i];
        nOpen += opened[i];
        // Without branches, which coins make unpredictable.
        peak = Math.max(peak, total);
        maxDrawdown = Math.max(maxDrawdown, peak - total);
        maxOpenTrades = Math.max(maxOpenTrades, nOpen);
        capitalNeeded = Math.max(capitalNeeded, nOpen - Math.min(total, 0));
      }
      dailyProfit[day] = ofDay;
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
