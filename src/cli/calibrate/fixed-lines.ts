import { count, fixed, formatIsoNanos } from '../../core/index.ts';
import { type FixedFigures, isTooGood } from '../../training/index.ts';

/** A warning as the reports have them. */
interface FixedWarning {
  readonly code: 'TRAINED_UNTIL_GIVEN' | 'UNSEEN_GIVEN' | 'TOO_GOOD' | 'LOOKS_KNOWN' | 'KNOWS_NOT_ITS_OWN';
  readonly message: string;
  readonly ts: bigint | null;
  readonly size: number | null;
}

/** Fewest events that say whether a model knows those that it learned from. */
const LEAST_SEEN = 100;

/** What the figures of a model that was made elsewhere rest on, the claim first; none for one that was trained here. */
export function fixedWarnings(figures: FixedFigures | null): FixedWarning[] {
  if (figures === null) return [];
  const { aucUnseen } = figures;
  const claim = figures.trainedUntil === null ? unseenClaim(figures) : untilClaim(figures, figures.trainedUntil);
  if (!isTooGood(aucUnseen)) return [claim, ...looksKnown(figures), ...strangeToItsOwn(figures)];
  const message = `AUC ${fixed(aucUnseen, 3)} on events that the model is said not to know: so good is memory or a column that looks ahead, and proves nothing; check when its training ended`;
  return [claim, { code: 'TOO_GOOD', message, ts: null, size: aucUnseen }];
}

/** A skill that ends on a day looks like a training that ended there, whatever was said. */
function looksKnown({ looksKnownUntil }: FixedFigures): FixedWarning[] {
  if (looksKnownUntil === null) return [];
  const { ts, aucBefore, aucAfter } = looksKnownUntil;
  const day = formatIsoNanos(ts);
  const message = `AUC before calibration ${fixed(aucBefore, 3)} until ${day}, ${fixed(aucAfter, 3)} from there on: as it would be if the model had learned until then (a market that changed looks the same); see what is left by --trained-until ${day}`;
  return [{ code: 'LOOKS_KNOWN', message, ts, size: aucBefore - aucAfter }];
}

/** A model ranks what it learned from better than chance does, unless its columns are others than those of its fit. */
function strangeToItsOwn({ aucSeen, nSeen }: FixedFigures): FixedWarning[] {
  const byChance = 0.5 + 2 / Math.sqrt(3 * nSeen); // two standard errors of an AUC of as many labels of each kind
  if (aucSeen === null || nSeen < LEAST_SEEN || aucSeen > byChance) return [];
  const message = `AUC ${fixed(aucSeen, 3)} on what it may have learned from, where chance comes to ${fixed(byChance, 3)} and a model knows more of its own events: are its columns the same, in the order of its fit, and is it the probability that a trade in the signal's direction wins?`;
  return [{ code: 'KNOWS_NOT_ITS_OWN', message, ts: null, size: aucSeen }];
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
      : `; AUC before calibration ${fixed(aucSeen, 3)} on what it may have learned from, ${fixed(aucUnseen, 3)} after it`;
  const message = `the model was made elsewhere and is said to have learned from nothing after ${formatIsoNanos(until)}, which nobody can check: of ${count(nSeen + nPurged + nUnseen)} events the ${count(nUnseen)} after it count${purged}${aucs}`;
  return { code: 'TRAINED_UNTIL_GIVEN', message, ts: until, size: nUnseen };
}
