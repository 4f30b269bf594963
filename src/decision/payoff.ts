import type { ClaimTest } from '../domain/index.ts';

/** A mean that depends linearly on the logarithm of the feature `volatility`; clipped to the volatilities it was fitted on. */
export interface VolatilityLine {
  /** Value at a log volatility of 0, units of R. */
  readonly intercept: number;
  /** Change per unit of log volatility. */
  readonly slope: number;
  /** Smallest value, units of R: a tenth of the mean for wins and losses, 0 for the coin. */
  readonly floor: number;
  /** Mean of what the line was fitted to, units of R. */
  readonly mean: number;
}

/** What trades pay, in units of R (the distance of the stop), from labels that had ended before they are used. */
export interface Payoff {
  /** Natural logarithms of the smallest and the largest volatility above 0 of the fit. */
  readonly logVolatility: readonly [low: number, high: number];
  /** Mean gross return of a trade with label 1, a magnitude > 0; null with fewer than 30 of them. */
  readonly win: VolatilityLine | null;
  /** Mean gross loss of a trade with label 0, a magnitude > 0; null with fewer than 30 of them. */
  readonly loss: VolatilityLine | null;
  /** Mean return of the coin, >= 0: what any side of such an event earns; null where none is known. */
  readonly coin: VolatilityLine | null;
}

/** Payoffs of a model: of all instruments together, and of each one that has at least 500 labels. */
export interface Payoffs {
  readonly all: Payoff;
  /** By the name of the instrument; empty for a model of a single one. */
  readonly byInstrument: Readonly<Record<string, Payoff>>;
}

/** How promises turned out: realised = alpha + beta · promised, both in R over the coin, before costs. */
export interface Keeping {
  readonly alpha: number;
  /** [0, 1]. */
  readonly beta: number;
  /** Number of promises behind it; alpha 0 and beta 1 under 500. */
  readonly n: number;
}

/** Factors that may enter a size beside the bet. */
export const SIZE_FACTORS = ['regime', 'toxicity'] as const;
export type SizeFactorName = (typeof SIZE_FACTORS)[number];

/** Whether a factor improves the bets of trades taken out of fold: a one-sided HAC test in R, Holm over both factors. */
export interface FactorClaim extends ClaimTest {
  /** Whether it enters sizes under `sizing.factors: auto`. */
  readonly isEarned: boolean;
}

/** What a decision needs beside a probability: kept in the model file. */
export interface DecisionStatistics {
  readonly payoffs: Payoffs;
  readonly keeping: Keeping;
  /** Share of all labels that won, [0, 1]. */
  readonly baseRate: number;
  /** Mean number of trades that are open when one is opened, itself included; >= 1. */
  readonly meanOpen: number;
  /** Normal range of R as a fraction of the entry price: payoffs say nothing of a stop outside. Null when unknown. */
  readonly risk: readonly [low: number, high: number] | null;
  readonly factors: Readonly<Record<SizeFactorName, FactorClaim>>;
}

/** The part of {@link DecisionStatistics} that every fold has of its own. */
export type FoldStatistics = Pick<DecisionStatistics, 'payoffs' | 'keeping'>;
