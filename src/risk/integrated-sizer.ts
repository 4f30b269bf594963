import { checkFinite, checkInRange } from '../core/index.ts';
import type { SizeFactors, SizingOptions } from '../domain/index.ts';
import { checkSizeLimits, limitSize } from './size-limits.ts';
import type { Judgement, Sizer } from './sizer.ts';

export interface SizerInput {
  /** Signal of the strategy, finite; the sign is the direction, the magnitude the strength. */
  readonly signal: number;
  /** Calibrated probability, [0, 1]; 0.5 when missing. */
  readonly metaConfidence?: number | undefined;
  /** Factor for the market regime, [0, 1]; 0.8 when missing. */
  readonly regimeWeight?: number | undefined;
  /** VPIN, [0, 1]; 0 when missing. */
  readonly toxicity?: number | undefined;
}

export interface SizedBet {
  /** Signed size: 0 below `minSize`, clamped to ±`maxSize`. */
  readonly size: number;
  readonly direction: -1 | 0 | 1;
  /** Factors of the size; their product, in their order, is exactly `unclampedSize`. */
  readonly factors: SizeFactors;
  readonly unclampedSize: number;
}

const MISSING_CONFIDENCE = 0.5;
const MISSING_REGIME_WEIGHT = 0.8;
const MISSING_TOXICITY = 0;

/**
 * Computes a bet size from a signal and its confidence, regime weight and toxicity:
 * `sign(signal) · |signal|^gillerExponent · confidence · regimeWeight · (1 − toxicity) · fractionalKelly`.
 *
 * @see Giller (2020), Adventures in Financial Data Science, on sizing by a power of the signal; Kelly (1956) on the
 * fraction.
 */
export class IntegratedSizer implements Sizer {
  readonly #options: SizingOptions;

  /** @throws {ConditionError} for settings out of range. */
  constructor(options: SizingOptions) {
    checkSizeLimits(options);
    this.#options = options;
  }

  /** @throws {ConditionError} for an input out of range; a missing one takes its documented default. */
  calculate(input: SizerInput): SizedBet {
    const { signal, metaConfidence = MISSING_CONFIDENCE, regimeWeight = MISSING_REGIME_WEIGHT } = input;
    const toxicity = input.toxicity ?? MISSING_TOXICITY;
    checkFinite('signal', signal);
    checkInRange('metaConfidence', metaConfidence, 0, 1);
    checkInRange('regimeWeight', regimeWeight, 0, 1);
    checkInRange('toxicity', toxicity, 0, 1);
    const direction = Math.sign(signal) as -1 | 0 | 1;
    const factors: SizeFactors = {
      direction,
      magnitude: Math.abs(signal) ** this.#options.gillerExponent,
      confidence: metaConfidence,
      regimeWeight,
      nonToxicity: 1 - toxicity,
      fractionalKelly: this.#options.fractionalKelly,
    };
    const unclampedSize = multiplyFactors(factors);
    return { size: limitSize(unclampedSize, this.#options), direction, factors, unclampedSize };
  }

  /** {@link calculate} by what a judged signal says. */
  size({ signal, strength, metaConfidence, regimeWeight, toxicity }: Judgement): SizedBet {
    return this.calculate({ signal: signal * strength, metaConfidence, regimeWeight, toxicity });
  }
}

/** Product of the factors, in their order. */
export function multiplyFactors(factors: SizeFactors): number {
  return (
    factors.direction *
    factors.magnitude *
    factors.confidence *
    factors.regimeWeight *
    factors.nonToxicity *
    factors.fractionalKelly
  );
}
