import type { ClaimTest, ClaimTestName, Verdict } from '../../domain/index.ts';
import type { CostSource, FillRule } from '../../labeling/index.ts';

export { SIGNIFICANCE } from '../../domain/index.ts';
export type { ClaimTest };

/** Fewest effective trades that prove anything about money. */
export const MIN_EFFECTIVE = 30;

/**
 * Whether the other side of the events is known. Where labels were given it is not: the excess is then over the mean return of the
 * same side in events that had ended before.
 */
export type CoinKnowledge = 'known' | 'unknown';

/**
 * Trades judged out of sample, by the time of their entry. Rows are events. Those whose two sides do not both have a return
 * (NaN), or without a risk, take no part.
 */
export interface JudgedTrades {
  /** (n,) bar of entry; of several instruments the tick of their common time. Not decreasing. */
  readonly t0: Int32Array;
  /** (n,) bar or tick at which both sides had ended. */
  readonly end: Int32Array;
  /** (n,) which instrument of the training; 0 where there is only one. */
  readonly instrument: Int32Array;
  /** (n,) -1 or +1. */
  readonly side: Int8Array;
  /** (n,) label of the side, and the one that the other side would have got; 0 or 1. */
  readonly label: Uint8Array;
  readonly otherLabel: Uint8Array;
  /**
   * (n,) gross simple returns of the side and of the other side, under the fill rule of the training. Where the coin is unknown, the
   * latter is `standInReturn`, NaN where no trade of the side had ended before.
   */
  readonly ret: Float64Array;
  readonly otherRet: Float64Array;
  /** (n,) R: the distance of the stop as a fraction of the entry price, > 0. */
  readonly risk: Float64Array;
  /** (n,) calibrated probability of label 1. */
  readonly probability: Float64Array;
  /** (n,) base rate known at the time. */
  readonly baseRate: Float64Array;
  /** (n,) expected return over the coin before costs, units of R; NaN where too little is known: never taken. */
  readonly expectedR: Float64Array;
  /** (n,) mean gross win, mean gross loss and mean coin known at the time for such an event, units of R; NaN where unknown. */
  readonly win: Float64Array;
  readonly loss: Float64Array;
  readonly coin: Float64Array;
  /** (n,) slope of kept promises behind `expectedR`, [0, 1]; NaN where unknown. The bet needs it for the break-even. */
  readonly beta: Float64Array;
  /** (n,) 1 where the model would answer; 0 where it would say out of distribution or missing input: never taken. */
  readonly isAnswered: Uint8Array;
}

/** A mean return with its 95 % interval, basis points of the entry price. */
export interface MoneyMean {
  /** 0 for no trades. */
  readonly meanBps: number;
  /** Ends of the interval; null where too few trades, or all alike, tell nothing. */
  readonly low: number | null;
  readonly high: number | null;
  /** HAC t statistic against 0; 0 where nothing varies. */
  readonly t: number;
  readonly n: number;
}

/**
 * The same trades thrice, gross: as booked, what a coin earns at the same events, null where that is unknown, and what the side earned
 * over the coin, else over its own mean before.
 */
export interface MoneyColumns {
  readonly booked: MoneyMean;
  readonly coin: MoneyMean | null;
  readonly excess: MoneyMean;
}

export interface Money extends MoneyColumns {
  /** Of the taken trades alone; null where none was taken. */
  readonly taken: MoneyColumns | null;
}

/** The cost that the verdict counts. */
export interface CostClaim {
  /** Basis points a round trip, of several instruments the smallest; what was assumed where nothing was set. */
  readonly bps: number;
  readonly source: CostSource;
  /** Estimated or set, price units; null for none, and for several instruments. */
  readonly tickSize: number | null;
}

/** Where the primary's excess over the coin comes from. */
export interface TimingClaim extends ClaimTest {
  /** mean(side) · mean(D): being on the side of a market that moved, basis points a trade; null for a primary of one side only. */
  readonly driftBps: number | null;
  /** Choosing the moment: cov(side, D), or for one side only its D over that of every tenth bar, basis points a trade. */
  readonly timingBps: number;
  /** The same in R, the unit of the test: the same risk a trade. */
  readonly timingR: number;
  /** Whether the primary only ever takes one side. */
  readonly isOneSided: boolean;
}

export const WARNING_CODES = [
  'LOOKS_AHEAD',
  'COARSE_TICK',
  'CLOSES_REVERSE',
  'FEW_EVENTS_CARRY',
  'COIN_EARNS',
  'NO_COST_SET',
] as const;

/** Something that a reader must know before believing a figure. */
export interface ClaimWarning {
  readonly code: (typeof WARNING_CODES)[number];
  /** One sentence, with what to do. */
  readonly message: string;
  /** Time it is about, UNIX ns, and a size; null where it is about all of the data. */
  readonly ts: bigint | null;
  readonly size: number | null;
}

/** What a training may claim. */
export interface Claims {
  readonly verdict: Verdict;
  /** Reason in one sentence with the figures of the test that decided. */
  readonly reason: string;
  readonly tests: Readonly<Record<ClaimTestName, ClaimTest>>;
  readonly coin: CoinKnowledge;
  /** The plain encompassing test of probabilities against the base rate: describes, proves nothing. */
  readonly probabilitySkill: ClaimTest;
  /**
   * Whether the better side is told by how the probabilities differ: the covariance of p − b and (y − y′)/2. Where the market moved to
   * the side of most trades, a level of p above b passes for information; so a verdict above `none` needs this too.
   */
  readonly informationSpread: ClaimTest;
  /** Whether the first test compares both sides' labels, or has only the own side's: then the plain encompassing test stands in. */
  readonly informationBy: 'both_sides' | 'own_side';
  /** What stands for *take* in the test of selection: `bet` where more than 95 % are taken. */
  readonly selectedBy: 'take' | 'bet';
  /** 0 for every verdict but `edge`. */
  readonly paysUpToBps: number;
  /** Where the configured cost fails: up to where it would pay; 0 for nowhere, null where the configured cost passes. */
  readonly wouldPayUpToBps: number | null;
  readonly primaryPaysUpToBps: number;
  /** Whether the primary's money passes the third test over all events at the configured cost. */
  readonly primaryPays: boolean;
  readonly timing: TimingClaim;
  readonly cost: CostClaim;
  /** Under the fill rule of the training. */
  readonly money: Money;
  /** The same trades, booked under each rule; null where none changes them: where returns were given, and of trades without barriers. */
  readonly moneyByFill: Readonly<Record<FillRule, Money>> | null;
  /** Mean return of the coin where it differs from 0 by more than chance, bp a trade; else 0. Null where the coin is unknown. */
  readonly coinBiasBps: number | null;
  /** Number of judged trades, those taken, and the sums of uniqueness of both. */
  readonly nJudged: number;
  readonly nTaken: number;
  readonly nEffective: number;
  readonly nEffectiveTaken: number;
  /** Smallest log-loss skill that this many events find in 4 of 5 cases. */
  readonly detectableSkill: number;
  /**
   * Most trades that are open at once where every event is followed, each until its own side ends; one that ends in the bar at whose
   * close another is entered is open with it. Each binds a stake, and losses need money besides.
   */
  readonly maxOpenTrades: number;
  /** Share of the variance of the excess in the top 1 % of events, [0, 1]. */
  readonly topShare: number;
  /** Roll's effective spread where closes reverse by more than chance, basis points; null where they do not. */
  readonly rollSpreadBps: number | null;
  readonly warnings: readonly ClaimWarning[];
}
