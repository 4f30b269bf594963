import type { Claims } from '../../validation/index.ts';

/** Columns of trades. Rows are events, in time order. */
export interface AccountTrades {
  /** (nEvents,) bars of entry. */
  readonly t0: Int32Array;
  /** (nEvents,) bars of exit. */
  readonly t1: Int32Array;
  /** (nEvents,) gross return of a unit trade. */
  readonly ret: Float64Array;
  /** (nEvents,) mean gross return of both sides; NaN where the other side has no end, or is unknown. */
  readonly coin: Float64Array;
  /** (nEvents,) gross return over the coin, or over what stands for one; NaN where neither is known. */
  readonly excess: Float64Array;
  /** (nEvents,) 1 where the model would have taken the trade. */
  readonly take: Uint8Array;
}

/** Sums over the taken trades, in the order of their exits, in units of one stake. Rows are trades, after a first one of zeros. */
export interface AccountCurves {
  /** (nTaken + 1,) close of the bar of exit, UNIX ns; first that of the first entry. */
  readonly tsEvent: BigInt64Array;
  /** (nTaken + 1,) as booked, net of the cost. */
  readonly booked: Float64Array;
  /** (nTaken + 1,) what a coin earned at the same events, gross: its cost would come on top. Null where that is unknown. */
  readonly coin: Float64Array | null;
  /** (nTaken + 1,) the excess, net of the cost. */
  readonly excess: Float64Array;
  /** (nTaken + 1,) range of the excess of 95 of 100 coins that pay the same cost; null where its width is unknown. */
  readonly range: { readonly low: Float64Array; readonly high: Float64Array } | null;
}

/**
 * Curves of the taken trades; null where none was taken.
 *
 * The range of the coins widens with the root of the number of trades, and at the end is as wide as the 95 % interval of the
 * mean excess, which allows for overlapping trades.
 *
 * @param tsEvent - (nBars,) close times of the bars, UNIX ns.
 */
export function accountCurves(
  tsEvent: BigInt64Array,
  { t0, t1, ret, coin, excess, take }: AccountTrades,
  { money, cost: { bps } }: Pick<Claims, 'money' | 'cost'>,
): AccountCurves | null {
  const rows = Int32Array.from(t1.keys())
    .filter((k) => take[k] === 1 && !Number.isNaN(excess[k]))
    .sort((a, b) => t1[a] - t1[b] || a - b);
  const n = rows.length;
  if (n === 0 || money.taken === null) return null;
  const { low, high } = money.taken.excess;
  const halfWidth = low === null || high === null ? null : (high - low) / 2e4;
  const cost = bps / 1e4;
  const sum = (of: (row: number) => number): Float64Array => {
    const total = new Float64Array(n + 1);
    for (let k = 0; k < n; k++) total[k + 1] = total[k] + of(rows[k]);
    return total;
  };
  const edge = (width: number): Float64Array =>
    Float64Array.from({ length: n + 1 }, (_, k) => width * Math.sqrt(n * k) - cost * k);
  return {
    tsEvent: BigInt64Array.from({ length: n + 1 }, (_, k) => tsEvent[k === 0 ? t0[rows[0]] : t1[rows[k - 1]]]),
    booked: sum((row) => ret[row] - cost),
    coin: rows.some((row) => Number.isNaN(coin[row])) ? null : sum((row) => coin[row]),
    excess: sum((row) => excess[row] - cost),
    range: halfWidth === null ? null : { low: edge(-halfWidth), high: edge(halfWidth) },
  };
}
