import type { ProvenCosts, SizingMethod, TakeReason, Trust } from '../domain/index.ts';
import { type BetBasis, betBy } from './bets.ts';
import { breakEven, expectedReturn, payoffAt } from './expected-return.ts';
import type { DecisionStatistics } from './payoff.ts';

/** A signal that the model judged. */
export interface JudgedTrade {
  /** The model's calibrated probability, [0, 1]. */
  readonly confidence: number;
  /** Name of the instrument; any text for a model of a single one. */
  readonly instrumentId: string;
  /** Feature `volatility` at the event; one of 0 takes the lowest of the training. */
  readonly volatility: number;
  /** R: the distance of the stop as a fraction of the entry price, > 0. */
  readonly risk: number;
  /** Cost of a round trip, basis points, >= 0. */
  readonly costBps: number;
}

/** How signals are decided. */
export interface DecisionRules {
  /** Of the model file; null where it has none. */
  readonly statistics: DecisionStatistics | null;
  /** Read under the trust `proven` only. */
  readonly proven: ProvenCosts;
  readonly trust: Trust;
  readonly method: SizingMethod;
}

/** Whether a judged trade is taken, and how much is bet. */
export interface DecidedTrade {
  /** Probability above which it pays; it may leave [0, 1]. Null where too little is known. */
  readonly breakEven: number | null;
  /** Expected return after the cost, over the coin, units of R; null where too little is known. */
  readonly expectedR: number | null;
  readonly take: boolean;
  readonly takeReason: TakeReason;
  /** [0, 1]; 0 where it is not taken. */
  readonly bet: number;
}

/** The probability that a decision stands on, and the reason to take what it promises; null where nothing is proven. */
interface Ground {
  readonly probability: number;
  readonly reason: 'expected' | 'primary_proven' | 'always' | null;
}

/**
 * Decides a trade that the model judged: it is taken where its expected return is above its cost and the setting `trust` allows it.
 * Under `proven` a model that proved an edge at such a cost decides by its own probability; else, where the primary proved to pay, the
 * base rate decides, so that the model has no say. The method `integrated` with the trust `always` takes every trade and bets the
 * confidence, with or without statistics.
 *
 * The first reason that applies, in this order, is the one that is given: `no_statistics` (too few trades known, promises that say
 * nothing, or a break-even that no probability exceeds), `below_break_even`, `not_proven`.
 *
 * @see AFML ch. 3.6 (meta-labeling: to take or to skip); docs/decisions/0030-the-decision.md.
 */
export function decideTrade(trade: JudgedTrade, rules: DecisionRules): DecidedTrade {
  const { statistics, method, trust } = rules;
  const ground = groundOf(trade, rules);
  const basis = statistics === null ? null : basisOf(trade, statistics, ground.probability);
  const { breakEven = null, expectedR = null } = basis ?? {};
  const skip = (takeReason: TakeReason): DecidedTrade => ({ breakEven, expectedR, take: false, takeReason, bet: 0 });
  if (method === 'integrated' && trust === 'always') {
    return { breakEven, expectedR, take: true, takeReason: 'always', bet: trade.confidence };
  }
  if (basis === null || basis.breakEven >= 1) return skip('no_statistics');
  if (!(basis.expectedR > 0 && basis.probability > basis.breakEven)) return skip('below_break_even');
  if (ground.reason === null) return skip('not_proven');
  return { breakEven, expectedR, take: true, takeReason: ground.reason, bet: betBy(method, basis) };
}

function groundOf({ confidence, costBps }: JudgedTrade, { statistics, proven, trust }: DecisionRules): Ground {
  if (trust !== 'proven') return { probability: confidence, reason: trust };
  const covers = (bps: number | null): boolean => bps !== null && costBps <= bps;
  if (covers(proven.modelBps)) return { probability: confidence, reason: 'expected' };
  if (covers(proven.primaryBps) && statistics !== null) {
    return { probability: statistics.baseRate, reason: 'primary_proven' };
  }
  return { probability: confidence, reason: null };
}

/** @returns null where too few wins or losses are known, the slope of kept promises is 0, or a trade has no stop or no cost. */
function basisOf(trade: JudgedTrade, statistics: DecisionStatistics, probability: number): BetBasis | null {
  const { instrumentId, volatility, costBps, risk } = trade;
  const { payoffs, keeping, meanOpen } = statistics;
  const payoff = payoffAt(payoffs, instrumentId, volatility);
  // A cost or a stop below 0, of a damaged file, would make every trade pay.
  if (payoff === null || !(risk > 0 && costBps >= 0)) return null;
  const cost = (costBps * 1e-4) / risk;
  const at = breakEven(payoff, keeping, cost);
  // With a slope next to 0 it overflows; such a number decides nothing.
  if (at === null || !Number.isFinite(at)) return null;
  const expectedR = expectedReturn(probability, payoff, keeping) - cost;
  return { probability, breakEven: at, expectedR, payoff, cost, meanOpen };
}
