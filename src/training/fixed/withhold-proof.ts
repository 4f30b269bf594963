import { fixed as digits } from '../../core/index.ts';
import type { Claims } from '../../validation/index.ts';

/**
 * Area under the ROC curve above which events that a predictor is said not to know look remembered. No published model of whether a
 * trade wins comes near it; a predictor that learned from the very rows, or a column that looks ahead, passes it at once.
 */
export const TOO_GOOD_AUC = 0.8;

/** Whether events that are said to be unseen look remembered. @param auc - of those events; null where it is unknown. */
export function isTooGood(auc: number | null): auc is number {
  return auc !== null && auc > TOO_GOOD_AUC;
}

/**
 * What a predictor that was made elsewhere may claim. Nobody can check until when it learned; so where it knows its unseen events better
 * than anybody can, its proof is taken for a leak, and the verdict is `none`. The tests stay as they are, and what is said of the primary.
 *
 * @param auc - of the unseen events, before calibration; null where it is unknown.
 */
export function withholdProof(claims: Claims, auc: number | null): Claims {
  if (!isTooGood(auc)) return claims;
  const reason = `Its AUC of ${digits(auc, 3)} on events that it is said not to know is above ${TOO_GOOD_AUC}, which is memory or a column that looks ahead, and no knowledge: nothing is taken as proven.`;
  return { ...claims, verdict: 'none', reason, paysUpToBps: 0 };
}
