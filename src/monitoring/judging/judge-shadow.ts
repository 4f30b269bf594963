import type { Comparison } from './compare-models.ts';
import type { ChallengerJudgement, ChallengerVerdict } from './judge-challenger.ts';

/**
 * Judges a challenger that won on the held-out events by what it would have said of live signals since: its log loss must not
 * be higher there. This spends no error rate of its own: whatever it decides, nobody is promoted who was not proven
 * better on the held-out events first, so an equally good challenger passes both less often than the one.
 *
 * @param found - on live outcomes alone, none of which was held out.
 * @param alpha - the error rate its attempt was allowed, (0, 1); below it, the challenger counts as worse and not only unlucky.
 */
export function judgeShadow(found: Comparison, alpha: number): ChallengerJudgement {
  const { nEvents, baseRate, championAccuracy, challengerAccuracy, championLogLoss, challengerLogLoss, pWorse } = found;
  const losses = `log loss ${challengerLogLoss.toFixed(4)} against ${championLogLoss.toFixed(4)}`;
  const accuracies = `accuracy ${challengerAccuracy.toFixed(4)} against ${championAccuracy.toFixed(4)}`;
  const judgementOf = (verdict: ChallengerVerdict, why: string): ChallengerJudgement =>
    Object.freeze({
      verdict,
      reason: `${verdict} from shadow: ${why}; ${losses}, ${accuracies} on ${nEvents} live outcomes`,
      alpha,
    });
  if (baseRate === 0 || baseRate === 1)
    return judgementOf('hold', 'all outcomes are alike, which no market gives for long');
  if (pWorse < alpha) return judgementOf('reject', `it is worse (p ${pWorse.toPrecision(2)})`);
  if (challengerLogLoss > championLogLoss) return judgementOf('hold', 'its log loss is higher');
  return judgementOf('promote', 'it is no worse there either');
}
