import { obrienFlemingLevels } from '../../validation/index.ts';
import type { Comparison } from './compare-models.ts';

/** The champion goes on; its predecessor comes back; or it is too early to judge. */
export type RollbackVerdict = 'keep' | 'roll_back' | 'wait';

export interface RollbackPolicy {
  /** Matured outcomes the trial lasts. */
  readonly window: number;
  /** Chance that a p-value must stay under at each look. */
  readonly levels: Float64Array;
}

/** Number of looks at a trial, one after every quarter of its window. */
const LOOKS_PER_TRIAL = 4;
/**
 * Share of the error rate that is spent. The bounds take the variance for known; estimated anew at each look it lets 5.3 % through where 5 %
 * are allowed, on normal noise.
 */
const SPENT_SHARE = 0.8;

/** Number of outcomes between two looks at a trial of `window` outcomes. */
export function looksEvery(window: number): number {
  return Math.ceil(window / LOOKS_PER_TRIAL);
}

/**
 * Policy of a trial: its looks share the error rate as O'Brien and Fleming's bounds do, so that looking often makes no good champion
 * look bad, and the last look loses little.
 *
 * @param window - matured outcomes the trial lasts. @param alpha - chance that a champion as good as its predecessor is taken back, (0, 0.5].
 */
export function rollbackPolicy(window: number, alpha: number): RollbackPolicy {
  return { window, levels: obrienFlemingLevels(SPENT_SHARE * alpha, LOOKS_PER_TRIAL) };
}

/**
 * Judges a fresh champion by its own matured outcomes, on which its predecessor was asked afterwards.
 *
 * @param found - the fresh champion as challenger, its predecessor as champion; by the test of 12 cosines.
 */
export function judgeRollback(
  found: Comparison,
  { window, levels }: RollbackPolicy,
): { readonly verdict: RollbackVerdict; readonly reason: string } {
  const { nEvents, championLogLoss, challengerLogLoss, pWorse } = found;
  const look = Math.min(LOOKS_PER_TRIAL, Math.floor(nEvents / looksEvery(window)));
  const losses = `log loss ${challengerLogLoss.toFixed(4)}, its predecessor's ${championLogLoss.toFixed(4)}`;
  const allowed = look === 0 ? 0 : levels[look - 1];
  const chances = `p ${pWorse.toPrecision(2)}, allowed ${allowed.toPrecision(2)} at look ${look} of ${LOOKS_PER_TRIAL}`;
  const figures = `${losses} on ${nEvents} outcomes (${chances})`;
  if (pWorse < allowed) return { verdict: 'roll_back', reason: `it is worse: ${figures}` };
  return { verdict: nEvents >= window ? 'keep' : 'wait', reason: figures };
}
