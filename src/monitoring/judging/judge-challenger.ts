import { leastForStretches } from './chance-of-gain.ts';
import type { Comparison } from './compare-models.ts';

/** Serves; is kept, and may be promoted by hand; is worse than what there is. */
export type ChallengerVerdict = 'promote' | 'hold' | 'reject';

export interface ChallengerJudgement {
  readonly verdict: ChallengerVerdict;
  /** In one sentence. */
  readonly reason: string;
  /** The chance of a false promotion this attempt was allowed. */
  readonly alpha: number;
}

export interface PromotionPolicy {
  /** Chance that an equally good challenger is ever promoted over one champion, (0, 1). */
  readonly alpha: number;
  /** 1 for the first challenger this champion stands against, and so on. */
  readonly attempt: number;
  /** Share of events that pay, as it was known before the first event that judges, [0, 1]. */
  readonly knownRate: number;
}

/**
 * The part of the error rate that attempt `k` may use: alpha / (k (k + 1)). However many attempts there are, the parts sum to less
 * than alpha.
 */
export function spendAlpha(alpha: number, attempt: number): number {
  return alpha / (attempt * (attempt + 1));
}

/**
 * Judges a challenger: promoted only when its accuracy is not lower and its log loss is lower beyond what chance explains; rejected
 * where it is worse, or says less than the bare share of events that paid before.
 */
export function judgeChallenger(found: Comparison, policy: PromotionPolicy): ChallengerJudgement {
  const alpha = spendAlpha(policy.alpha, policy.attempt);
  const { nEvents, lag, baseRate, championAccuracy, challengerAccuracy, championLogLoss, challengerLogLoss } = found;
  const losses = `log loss ${challengerLogLoss.toFixed(4)} against ${championLogLoss.toFixed(4)}`;
  const accuracies = `accuracy ${challengerAccuracy.toFixed(4)} against ${championAccuracy.toFixed(4)}`;
  const figures = `${losses}, ${accuracies} on ${nEvents} events`;
  const judgementOf = (verdict: ChallengerVerdict, why: string): ChallengerJudgement =>
    Object.freeze({ verdict, reason: `${verdict}: ${why}; ${figures}`, alpha });
  if (baseRate === 0 || baseRate === 1)
    return judgementOf('hold', 'all outcomes are alike, which no market gives for long');
  if (nEvents < leastForStretches(lag)) {
    return judgementOf(
      'hold',
      `too few events to tell by, for labels overlap ${lag} deep: ${leastForStretches(lag)} are needed`,
    );
  }
  const constant = lossOfConstant(policy.knownRate, baseRate);
  if (challengerLogLoss > constant) {
    const rate = policy.knownRate.toFixed(4);
    return judgementOf('reject', `it knows less than the base rate ${rate}, whose log loss is ${constant.toFixed(4)}`);
  }
  if (found.pWorse < alpha) return judgementOf('reject', `it is worse (p ${found.pWorse.toPrecision(2)})`);
  if (found.pBetter >= alpha) {
    return judgementOf(
      'hold',
      `it is not proven better (p ${found.pBetter.toPrecision(2)}, allowed ${alpha.toPrecision(2)})`,
    );
  }
  if (challengerAccuracy < championAccuracy) return judgementOf('hold', 'its accuracy is lower');
  return judgementOf('promote', `it is better (p ${found.pBetter.toPrecision(2)}, allowed ${alpha.toPrecision(2)})`);
}

/** Mean log loss of always saying the same, on events of which `baseRate`, in (0, 1), pay. */
function lossOfConstant(said: number, baseRate: number): number {
  return -baseRate * Math.log(said) - (1 - baseRate) * Math.log(1 - said);
}
