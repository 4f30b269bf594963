/** A stretch of trades as columns. Its memory is used again for the next stretch. */
export interface TradeBatch {
  /** Number of trades in the columns, which may have room for more. */
  n: number;
  /** UNIX ns. */
  readonly tsEvent: BigInt64Array;
  readonly price: Float64Array;
  /** In units of the base, or contracts, as the file has them. */
  readonly size: Float64Array;
  /** 1 where the buyer crossed the spread, -1 where the seller did, 0 where nobody knows. */
  readonly side: Int8Array;
  /** Number that the exchange gave the trade; NaN without one. */
  readonly id: Float64Array;
  /** Place in the file: the physical line of CSV, the row of Parquet, the first is 1. */
  readonly place: Float64Array;
}

/** An empty batch with room for trades. */
export function allocateTrades(room: number): TradeBatch {
  return {
    n: 0,
    tsEvent: new BigInt64Array(room),
    price: new Float64Array(room),
    size: new Float64Array(room),
    side: new Int8Array(room),
    id: new Float64Array(room),
    place: new Float64Array(room),
  };
}

/** Copies one trade to another place, also of the same batch. */
export function copyTrade(from: TradeBatch, i: number, to: TradeBatch, j: number): void {
  to.tsEvent[j] = from.tsEvent[i];
  to.price[j] = from.price[i];
  to.size[j] = from.size[i];
  to.side[j] = from.side[i];
  to.id[j] = from.id[i];
  to.place[j] = from.place[i];
}
