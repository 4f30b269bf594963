import type { SizingMethod } from '../domain/index.ts';
import { normalCdf } from '../math/index.ts';
import type { EventPayoff } from './expected-return.ts';

/**
 * Bet of a probability above its break-even, 2Φ(z) − 1 with z = (p − p*)/√(p(1 − p)).
 *
 * @param probability - [0, 1]. @param breakEven - p*, any number.
 * @returns [0, 1]; 0 at and below the break-even.
 * @see López de Prado (2018), AFML ch. 10.3, here with the break-even for one half.
 */
export function afmlBet(probability: number, breakEven: number): number {
  if (!(probability > breakEven)) return 0;
  const deviation = Math.sqrt(probability * (1 - probability));
  return deviation > 0 ? 2 * normalCdf((probability - breakEven) / deviation) - 1 : 1;
}

/**
 * Share of the way from the break-even to certainty, (p − p*)/(1 − p*).
 *
 * @param probability - [0, 1]. @param breakEven - p*, any number.
 * @returns [0, 1]; 0 at and below the break-even, and for one that is never exceeded.
 */
export function linearBet(probability: number, breakEven: number): number {
  if (!(probability > breakEven && breakEven < 1)) return 0;
  return Math.min(1, (probability - breakEven) / (1 - breakEven));
}

/**
 * Share of capital at risk at the stop that makes capital grow fastest, E/(l′ · w′) with l′ = l + m + c and w′ = w − m − c, shared
 * out among the trades that are open at once.
 *
 * @param expectedR - E, after the cost, units of R. @param cost - c, of a round trip, units of R.
 * @param meanOpen - mean number of trades open at an entry, itself included; >= 1.
 * @returns [0, 1]; 0 where nothing is expected, or a win does not pay its cost.
 * @see Kelly (1956), A New Interpretation of Information Rate.
 */
export function kellyBet(expectedR: number, { win, loss, coin }: EventPayoff, cost: number, meanOpen: number): number {
  const [lost, won] = [loss + coin + cost, win - coin - cost];
  if (!(expectedR > 0 && won > 0)) return 0;
  return Math.min(1, expectedR / (lost * won)) / meanOpen;
}

/** What a bet is made from. */
export interface BetBasis {
  /** Probability that the decision stands on, [0, 1]. */
  readonly probability: number;
  readonly breakEven: number;
  /** After the cost, units of R. */
  readonly expectedR: number;
  readonly payoff: EventPayoff;
  /** Of a round trip, units of R. */
  readonly cost: number;
  readonly meanOpen: number;
}

/** Bet of a trade that is taken, by one of the methods that know a break-even. @returns [0, 1]. */
export function betBy(method: Exclude<SizingMethod, 'integrated'>, basis: BetBasis): number {
  const { probability, breakEven, expectedR, payoff, cost, meanOpen } = basis;
  if (method === 'kelly') return kellyBet(expectedR, payoff, cost, meanOpen);
  return method === 'afml' ? afmlBet(probability, breakEven) : linearBet(probability, breakEven);
}
