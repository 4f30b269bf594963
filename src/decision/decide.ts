import type { ProvenCosts, SizingMethod, TakeReason, Trust } from '../domain/index.ts';
import { betBy } from './bets.ts';
import { breakEven, type EventPayoff, expectedReturn, payoffAt } from './expected-return.ts';
import type { DecisionStatistics } from './payoff.ts';

/** A signal that the model judged. */
export interface JudgedTrade {
  /** The model's calibrated probability, [0, 1]. */
  readonly confidence: number;
  readonly instrumentId: string;
  /** Feature `volatility` at the event. */
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
  readonly proven: ProvenCosts;
  readonly trust: Trust;
  readonly method: SizingMethod;
}

/** Whether a judged trade is taken, and how much is bet. */
export interface DecidedTrade {
  /** Null where too little is known. */
  readonly breakEven: number | null;
  /** After the cost, over the coin, units of R; null where too little is known. */
  readonly expectedR: number | null;
  readonly take: boolean;
  readonly takeReason: TakeReason;
  /** [0, 1]; 0 where it is not taken. */
  readonly bet: number;
}

/** What decides: the probability that the decision stands on, and the reason to take what it promises; null where nothing is proven. */
interface Ground {
  readonly probability: number;
  readonly reason: 'expected' | 'primary_proven' | 'always' | null;
}

/**
 * Decides a trade: it is taken where its expected return is above its cost, and the setting `trust` allows it. Under `proven` a model
 * that proved an edge at such a cost decides by its own probability; else, where the primary proved to pay, by the base rate, so that
 * the model has no say.
 *
 * The method `integrated` with the trust `always` takes whatever was judged and bets the confidence, with or without statistics.
 */
export function decideTrade(trade: JudgedTrade, rules: DecisionRules): DecidedTrade {
  const { statistics, method, trust } = rules;
  const isUnconditional = method === 'integrated' && trust === 'always';
  const payoff = statistics && payoffAt(statistics.payoffs, trade.instrumentId, trade.volatility);
  const known = statistics && payoff && weigh(trade, rules, statistics, payoff);
  const { expectedR = null, breakEven: at = null } = known ?? {};
  if (isUnconditional) {
    return { breakEven: at, expectedR, take: true, takeReason: 'always', bet: trade.confidence };
  }
  if (known === null || at === null || expectedR === null || at >= 1) {
    return { breakEven: at, expectedR, take: false, takeReason: 'no_statistics', bet: 0 };
  }
  const { ground } = known;
  if (!(expectedR > 0 && ground.probability > at)) {
    return { breakEven: at, expectedR, take: false, takeReason: 'below_break_even', bet: 0 };
  }
  if (ground.reason === null) return { breakEven: at, expectedR, take: false, takeReason: 'not_proven', bet: 0 };
  return { breakEven: at, expectedR, take: true, takeReason: ground.reason, bet: known.bet() };
}

function groundOf(trade: JudgedTrade, { proven, trust }: DecisionRules, baseRate: number): Ground {
  const { confidence, costBps } = trade;
  if (trust !== 'proven') return { probability: confidence, reason: trust };
  const covers = (bps: number | null): boolean => bps !== null && costBps <= bps;
  if (covers(proven.modelBps)) return { probability: confidence, reason: 'expected' };
  if (covers(proven.primaryBps)) return { probability: baseRate, reason: 'primary_proven' };
  return { probability: confidence, reason: null };
}

function weigh(trade: JudgedTrade, rules: DecisionRules, statistics: DecisionStatistics, payoff: EventPayoff) {
  const { keeping, meanOpen, baseRate } = statistics;
  const ground = groundOf(trade, rules, baseRate);
  const { probability } = ground;
  const cost = (trade.costBps * 1e-4) / trade.risk;
  const at = breakEven(payoff, keeping, cost);
  const expectedR = at === null ? null : expectedReturn(probability, payoff, keeping) - cost;
  const bet = (): number => {
    if (at === null || expectedR === null) return 0;
    if (rules.method === 'integrated') return probability;
    return betBy(rules.method, { probability, breakEven: at, expectedR, payoff, cost, meanOpen });
  };
  return { ground, breakEven: at, expectedR, bet };
}
