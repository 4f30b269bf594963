/** How a bet is sized from its factors. */
export interface SizingOptions {
  /** Exponent of |signal|, > 0. */
  readonly gillerExponent: number;
  /** Fraction of the full Kelly bet, [0, 1]. */
  readonly fractionalKelly: number;
  /** Smallest size that is worth a trade, >= 0; what is smaller becomes 0. */
  readonly minSize: number;
  /** Largest size, > 0, at least `minSize`. */
  readonly maxSize: number;
}
