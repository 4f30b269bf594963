import type { DecisionStatistics, FactorClaim } from '../../src/decision/index.ts';

const NOT_EARNED: FactorClaim = { statistic: 0, pValue: 1, n: 0, lag: 0, isEarned: false };

/** The part of decision statistics that is not about what trades pay: 4 of 10 win, one is open at a time, no factor earned its place. */
export const NO_FACTORS: Pick<DecisionStatistics, 'baseRate' | 'meanOpen' | 'risk' | 'factors'> = {
  baseRate: 0.4,
  meanOpen: 1,
  risk: null,
  factors: { regime: NOT_EARNED, toxicity: NOT_EARNED },
};

/** The decision fields of an answer of which nothing is known. */
export const UNDECIDED = {
  baseRate: null,
  breakEven: null,
  expectedR: null,
  expectedReturnBps: null,
  costBps: null,
  take: null,
  takeReason: 'no_model',
  riskDistance: null,
  confidenceLow: null,
  confidenceHigh: null,
  sizeMethod: 'integrated',
} as const;
