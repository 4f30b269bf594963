import { checkInRange, checkOneOf } from '../core/index.ts';
import type { DecisionFactors, SizingMethod, SizingSettings } from '../domain/index.ts';
import { checkSizeLimits, limitSize, type SizeLimits } from './size-limits.ts';

/** A decided signal, as it is sized. */
export interface DecidedBet {
  readonly direction: -1 | 0 | 1;
  /** How strong the signal is, (0, 1]. */
  readonly strength: number;
  /** [0, 1]; 0 where the signal is not taken. */
  readonly bet: number;
  /** Factor for the market regime, [0, 1]; null where it does not enter. */
  readonly regimeWeight: number | null;
  /** VPIN, [0, 1]; null where it does not enter. */
  readonly toxicity: number | null;
}

/** A size and its factors. */
export interface DecidedSize {
  /** Signed size within ±`maxSize`. */
  readonly size: number;
  readonly factors: DecisionFactors;
}

const DIRECTIONS = [-1, 0, 1] as const;

/**
 * Sizes decided signals: `direction · strength^gillerExponent · bet · regime · (1 − toxicity) · fractionalKelly`, clamped to
 * ±`maxSize`. A size below `minSize` is 0 under the method `integrated` only: the bets of the others go to 0 by themselves.
 *
 * @see {@link IntegratedSizer} for the same formula with the confidence for the bet.
 */
export class DecisionSizer {
  readonly #settings: SizingSettings;

  /** @throws {ConditionError} for settings out of range. */
  constructor(settings: SizingSettings) {
    checkSizeLimits(settings);
    this.#settings = settings;
  }

  /**
   * @param method - by default that of the settings.
   * @throws {ConditionError} for an input out of range: a factor below 0 would turn the direction.
   */
  size(decided: DecidedBet, method: SizingMethod = this.#settings.method): DecidedSize {
    const { gillerExponent, fractionalKelly, minSize, maxSize } = this.#settings;
    const { direction, strength, bet, regimeWeight, toxicity } = decided;
    checkOneOf('direction', direction, DIRECTIONS);
    checkInRange('strength', strength, 0, 1);
    checkInRange('bet', bet, 0, 1);
    checkInRange('regimeWeight', regimeWeight ?? 1, 0, 1);
    checkInRange('toxicity', toxicity ?? 0, 0, 1);
    const factors: DecisionFactors = {
      direction,
      magnitude: strength ** gillerExponent,
      bet,
      regimeWeight: regimeWeight ?? 1,
      nonToxicity: toxicity === null ? 1 : 1 - toxicity,
      fractionalKelly,
    };
    const limits: SizeLimits = { minSize: method === 'integrated' ? minSize : 0, maxSize };
    return { size: limitSize(productOf(factors), limits), factors };
  }
}

/** Product of the factors, in their order; a product of 0 has no sign. */
export function productOf(factors: DecisionFactors): number {
  const { direction, magnitude, bet, regimeWeight, nonToxicity, fractionalKelly } = factors;
  return direction * magnitude * bet * regimeWeight * nonToxicity * fractionalKelly || 0;
}
