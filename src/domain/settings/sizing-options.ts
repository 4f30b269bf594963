import type { FactorUse, SizingMethod, Trust } from './choices.ts';

/** How a bet is sized from its factors. */
export interface SizingOptions {
  /** Exponent of |signal|, > 0. */
  readonly gillerExponent: number;
  /** Fraction of the full Kelly bet, [0, 1]. */
  readonly fractionalKelly: number;
  /** Smallest size that is worth a trade, >= 0; what is smaller becomes 0. Only for the method `integrated`. */
  readonly minSize: number;
  /** Largest size, > 0, at least `minSize`. */
  readonly maxSize: number;
}

/** How signals are decided and sized. */
export interface SizingSettings extends SizingOptions {
  /** How the bet follows from the probability. */
  readonly method: SizingMethod;
  /** What a signal must have to be taken. */
  readonly trust: Trust;
  /** When regime weight and toxicity enter; the method `integrated` always has both. */
  readonly factors: FactorUse;
  /** Toxicity of a window without volume, [0, 1]; null for the median of the training, 0.5 without a model. */
  readonly unknownToxicity: number | null;
}
