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

/** A side of trades, ready to be marked to market. */
interface MarkedSide {
  /** (n,) tick at which it ended, and that bar of the trade's own instrument. */
  readonly end: Int32Array;
  readonly bar: Int32Array;
  /** (n,) units of the instrument that one stake holds; below 0 for a sell. */
  readonly units: Float64Array;
  /** (n,) booked return less what the close of the last bar says. */
  readonly gap: Float64Array;
}

/** Trades by the bars of their own instruments, both sides ready to be marked to market. */
export interface MarkedTrades extends AccountTrades {
  /** (n,) bar of the entry in the trade's own instrument. */
  readonly entryBar: Int32Array;
  readonly own: MarkedSide;
  readonly other: MarkedSide;
}

/**
 * Finds the bars of trades, and what both of their sides hold.
 *
 * @throws {ConditionError} when columns differ in length, or a tick is no bar of its instrument.
 */
export function markTrades(market: AccountMarket, trades: AccountTrades): MarkedTrades {
  for (const [name, column] of Object.entries(trades)) checkSameLength(name, column, 't0', trades.t0);
  const entryBar = barsOf('t0', market, trades, trades.t0);
  return {
    ...trades,
    entryBar,
    own: markSide(market, trades, entryBar, { end: trades.ownEnd, name: 'ownEnd', sign: 1, ret: trades.ret }),
    other: markSide(market, trades, entryBar, {
      end: trades.otherEnd,
      name: 'otherEnd',
      sign: -1,
      ret: trades.otherRet,
    }),
  };
}

interface BookedSide {
  readonly end: Int32Array;
  readonly name: string;
  /** 1 for the own side, -1 for the other. */
  readonly sign: number;
  readonly ret: Float64Array;
}

function markSide(
  market: AccountMarket,
  trades: AccountTrades,
  entryBar: Int32Array,
  { end, name, sign, ret }: BookedSide,
): MarkedSide {
  const bar = barsOf(name, market, trades, end);
  const units = new Float64Array(end.length);
  const gap = new Float64Array(end.length);
  for (let k = 0; k < end.length; k++) {
    const close = market.closes[trades.instrument[k]];
    units[k] = (sign * trades.side[k]) / close[entryBar[k]];
    gap[k] = ret[k] - units[k] * (close[bar[k]] - close[entryBar[k]]);
  }
  return { end, bar, units, gap };
}

function barsOf(name: string, { ticks }: AccountMarket, { instrument }: AccountTrades, column: Int32Array): Int32Array {
  return column.map((tick, k) => {
    const own = ticks[instrument[k]];
    const bar = lowerBound(own.length, (i) => own[i] < tick);
    if (own[bar] !== tick) throw new ConditionError(name, 'the tick of a bar of its instrument', tick);
    return bar;
  });
}
