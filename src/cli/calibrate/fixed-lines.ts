import { count, fixed, formatIsoNanos } from '../../core/index.ts';
import { type FixedFigures, isTooGood } from '../../training/index.ts';

/** A warning as the reports have them. */
interface FixedWarning {
  readonly code: 'TRAINED_UNTIL_GIVEN' | 'UNSEEN_GIVEN' | 'TOO_GOOD';
  readonly message: string;
  readonly ts: bigint | null;
  readonly size: number | null;
}

/** What the figures of a model that was made elsewhere rest on, the claim first; none for one that was trained here. */
export function fixedWarnings(figures: FixedFigures | null): FixedWarning[] {
  if (figures === null) return [];
  const { aucUnseen } = figures;
  const claim = figures.trainedUntil === null ? unseenClaim(figures) : untilClaim(figures, figures.trainedUntil);
  if (!isTooGood(aucUnseen)) return [claim];
  const message = `AUC ${fixed(aucUnseen, 3)} on events that the model is said not to know: so good is memory or a column that looks ahead, and proves nothing; check when its training ended`;
  return [claim, { code: 'TOO_GOOD', message, ts: null, size: aucUnseen }];
}

function unseenClaim({ nUnseen }: FixedFigures): FixedWarning {
  const message = `the model was made elsewhere and is said to have learned from none of these bars (--unseen), which nobody can check: all ${count(nUnseen)} events count, and if it did learn from them, every figure here is too good`;
  return { code: 'UNSEEN_GIVEN', message, ts: null, size: nUnseen };
}

function untilClaim({ nSeen, nPurged, nUnseen, aucSeen, aucUnseen }: FixedFigures, until: bigint): FixedWarning {
  const purged = nPurged === 0 ? '' : ` (${count(nPurged)} more lie too near)`;
  const aucs =
    aucSeen === null || aucUnseen === null
      ? ''
      : `; AUC ${fixed(aucSeen, 3)} on what it may have learned from, ${fixed(aucUnseen, 3)} after it`;
  const message = `the model was made elsewhere and is said to have learned from nothing after ${formatIsoNanos(until)}, which nobody can check: of ${count(nSeen + nPurged + nUnseen)} events the ${count(nUnseen)} after it count${purged}${aucs}`;
  return { code: 'TRAINED_UNTIL_GIVEN', message, ts: until, size: nUnseen };
}
