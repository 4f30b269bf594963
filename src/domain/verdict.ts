/** What a model proved, in a fixed sequence: nothing, to know, to choose, to pay. */
export const VERDICTS = ['none', 'information', 'selection', 'edge'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Significance level of each test, and of the sequence: the probability that a model that knows nothing gets any but `none`. */
export const SIGNIFICANCE = 0.05;

/** The tests behind a verdict, in their order. */
export const CLAIM_TESTS = ['information', 'selection', 'money'] as const;
export type ClaimTestName = (typeof CLAIM_TESTS)[number];

/** One test of three. */
export interface ClaimTest {
  /** t statistic, one-sided: large proves. 0 where nothing varies. */
  readonly statistic: number;
  /** Probability of at least this statistic where there is nothing. */
  readonly pValue: number;
  /** Number of events. */
  readonly n: number;
  /** Number of lags in the long-run variance. */
  readonly lag: number;
}

export const TRUST_VERDICTS = [
  'keeps',
  'breaks',
  'decayed',
  'too_early',
  'knows',
  'not_better',
  'worse',
  'promises_nothing',
  'computing',
  'no_model',
] as const;
/**
 * Whether a model may be believed. Of what it takes: `keeps` its promises, `breaks` them, or it is `too_early`; `decayed`: what
 * was proven of it has ended, as by an alarm of decay, and its figures do not say *no* anyway. Where nothing is taken, its
 * confidences: `knows` more than a constant, `not_better` than it as far as is known, or `worse`. `promises_nothing`: its file does not
 * say what wins and losses are worth. `computing`: outcomes are recorded that no figure has seen yet.
 */
export type TrustVerdict = (typeof TRUST_VERDICTS)[number];
