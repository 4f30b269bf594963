import type { DecisionFactors, SizingMethod, SizingSettings } from '../domain/index.ts';

/** A decided signal, as it is sized. */
export interface DecidedBet {
  readonly direction: -1 | 0 | 1;
  /** (0, 1]. */
  readonly strength: number;
  /** [0, 1]; 0 where the signal is not taken. */
  readonly bet: number;
  /** [0, 1]; null where it does not enter. */
  readonly regimeWeight: number | null;
  /** VPIN, [0, 1]; null where it does not enter. */
  readonly toxicity: number | null;
}

/** A size and its factors. */
export interface DecidedSize {
  readonly size: number;
  readonly factors: DecisionFactors;
}

/**
 * Sizes decided signals: `direction · strength^gillerExponent · bet · regime · (1 − toxicity) · fractionalKelly`, clamped to
 * ±`maxSize`. Under the method `integrated` a size below `minSize` is 0; the other methods have no smallest size, since theirs go to 0
 * at the break-even.
 */
export class DecisionSizer {
  readonly #settings: SizingSettings;

  constructor(settings: SizingSettings) {
    this.#settings = settings;
  }

  /** @param method - by default that of the settings. */
  size(decided: DecidedBet, method: SizingMethod = this.#settings.method): DecidedSize {
    const { direction, strength, bet, regimeWeight, toxicity } = decided;
    const { gillerExponent, fractionalKelly, minSize, maxSize } = this.#settings;
    const factors: DecisionFactors = {
      direction,
      magnitude: strength ** gillerExponent,
      bet,
      regimeWeight: regimeWeight ?? 1,
      nonToxicity: toxicity === null ? 1 : 1 - toxicity,
      fractionalKelly,
    };
    const unclamped = productOf(factors);
    const isTooSmall = method === 'integrated' && Math.abs(unclamped) < minSize;
    return { size: isTooSmall ? 0 : Math.max(-maxSize, Math.min(maxSize, unclamped)), factors };
  }
}

/** Product of the factors, in their order; 0 has no sign. */
export function productOf(factors: DecisionFactors): number {
  const { direction, magnitude, bet, regimeWeight, nonToxicity, fractionalKelly } = factors;
  return direction * magnitude * bet * regimeWeight * nonToxicity * fractionalKelly || 0;
}
