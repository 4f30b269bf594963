/**
 * The last bars before a trade, oldest first; the event's own bar is the last one. Copies, so that sorting one changes nothing else, but
 * rows that write to them take several times as long. They are of this call: the next one has others in the same memory, so keep none.
 * Their `buffer` is hidden, because later bars lie in it.
 */
export interface FeatureWindow {
  /** (n,) prices, > 0. */
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** (n,) >= 0. */
  readonly volume: Float64Array;
  /** (n,) volume of buyers that crossed the spread, >= 0; null where the bars do not carry it. */
  readonly takerBuyVolume: Float64Array | null;
  /** (n,) close times, UNIX ns. */
  readonly tsEvent: BigInt64Array;
  /** Number of bars: the feature's `lookback`. */
  readonly n: number;
}
