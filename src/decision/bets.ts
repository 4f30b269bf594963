import type { SizingMethod } from '../domain/index.ts';
import { normalCdf } from '../math/index.ts';
import type { EventPayoff } from './expected-return.ts';

/** What the bet on a trade is made from. */
export interface BetBasis {
  /** Probability that the decision stands on, [0, 1]. */
  readonly probability: number;
  /** Probability above which the trade pays; it may leave [0, 1]. */
  readonly breakEven: number;
  /** Expected return after the cost, over the coin, units of R. */
  readonly expectedR: number;
  readonly payoff: EventPayoff;
  /** Of a round trip, units of R, >= 0. */
  readonly cost: number;
  /** Mean number of trades that are open when one is opened, itself included; >= 1. */
  readonly meanOpen: number;
}

/**
 * Bet on a trade by a method of the setting `sizing.method`. The bet of `integrated` is the probability.
 *
 * @returns [0, 1]; 0 at and below the break-even.
 */
export function betBy(method: SizingMethod, basis: BetBasis): number {
  const { probability, breakEven } = basis;
  if (!(probability > breakEven)) return 0;
  switch (method) {
    case 'afml':
      return afmlBet(probability, breakEven);
    case 'kelly':
      return kellyBet(basis);
    case 'linear':
      return linearBet(probability, breakEven);
    case 'integrated':
      return probability;
  }
}

/**
 * Bet by the distance from the break-even in standard deviations of one trade: 2Φ(z) − 1 with z = (p − p*)/√(p(1 − p)). A break-even
 * below 0 counts as 0: no probability is lower, and a more probable loss would else be bet on more.
 *
 * @param probability - p, [0, 1].
 * @param breakEven - p*, any number.
 * @returns [0, 1], not falling in p; 0 at and below the break-even, 1 for a certain win.
 * @see López de Prado (2018), AFML ch. 10.3; here with the break-even for one half.
 */
export function afmlBet(probability: number, breakEven: number): number {
  const excess = probability - Math.max(0, breakEven);
  if (!(excess > 0)) return 0;
  const deviation = Math.sqrt(probability * (1 - probability));
  return deviation > 0 ? 2 * normalCdf(excess / deviation) - 1 : 1;
}

/**
 * Bet by the share of the way from the break-even to certainty: (p − p*)/(1 − p*).
 *
 * @param probability - p, [0, 1].
 * @param breakEven - p*, finite.
 * @returns [0, 1]; 0 at and below the break-even, and where it is 1 or more.
 */
export function linearBet(probability: number, breakEven: number): number {
  if (!(probability > breakEven && breakEven < 1)) return 0;
  return Math.min(1, (probability - breakEven) / (1 - breakEven));
}

/**
 * Share of capital at risk at the stop that makes capital grow fastest, E/(l′ · w′) with l′ = l + m + c and w′ = w − m − c, divided
 * by the trades that are open at once. It is clipped to [0, 1], and to 1/l′, above which one loss is more than the capital.
 *
 * @returns [0, 1]; 0 where nothing is expected, or a win does not pay its cost.
 * @see Kelly (1956), A New Interpretation of Information Rate. With promises kept as made E/(l′ · w′) is p/l′ − (1 − p)/w′.
 */
export function kellyBet({ expectedR, payoff, cost, meanOpen }: Omit<BetBasis, 'probability' | 'breakEven'>): number {
  const lost = payoff.loss + payoff.coin + cost;
  const won = payoff.win - payoff.coin - cost;
  if (!(expectedR > 0 && won > 0)) return 0;
  return Math.min(1, 1 / lost, expectedR / (lost * won)) / meanOpen;
}
