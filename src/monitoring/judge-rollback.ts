import type { Comparison } from './compare-models.ts';

/** The champion goes on; its predecessor comes back; or it is too early to judge. */
export type RollbackVerdict = 'keep' | 'roll_back' | 'wait';

export interface RollbackPolicy {
  /** Matured outcomes the trial lasts. */
  readonly window: number;
  /** Chance that a champion as good as its predecessor is taken back, (0, 1). */
  readonly alpha: number;
}

/** Number of looks at a trial, one after every quarter of its window. */
export const LOOKS_PER_TRIAL = 4;

/**
 * Judges a fresh champion by its own matured outcomes, on which its predecessor was asked afterwards. Each of the four looks may use
 * a quarter of the error rate, so that looking often makes no good champion look bad.
 *
 * @param found - the fresh champion as challenger, its predecessor as champion.
 */
export function judgeRollback(
  found: Comparison,
  { window, alpha }: RollbackPolicy,
): { readonly verdict: RollbackVerdict; readonly reason: string } {
  const { nEvents, championLogLoss, challengerLogLoss, pWorse } = found;
  const losses = `log loss ${challengerLogLoss.toFixed(4)}, its predecessor's ${championLogLoss.toFixed(4)}`;
  const figures = `${losses} on ${nEvents} outcomes (p ${pWorse.toPrecision(2)})`;
  if (pWorse < alpha / LOOKS_PER_TRIAL) return { verdict: 'roll_back', reason: `it is worse: ${figures}` };
  return { verdict: nEvents >= window ? 'keep' : 'wait', reason: figures };
}
