import { rocAucScore } from '../../validation/index.ts';

/** Shares of the events that are tried as the end of what a model knew better. */
const CUTS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
/** Fewest events of either side that are independent of each other. */
const LEAST = 100;
/**
 * Standard errors by which the area must fall, and the area itself. Nine looks at a model that does not change find four by chance once in
 * more than two thousand calibrations; a fall of less than 0.05 says little where there are very many events.
 */
const LEAST_Z = 4;
const LEAST_FALL = 0.05;

/** A time until which a model ranked its events clearly better than afterwards. */
export interface SkillBreak {
  /** Tick of the first event that it ranks worse. */
  readonly at: number;
  /** Area under the ROC curve of the events before it, and from it on. */
  readonly aucBefore: number;
  readonly aucAfter: number;
}

/** Judged events in the order of their entries. */
interface JudgedEvents {
  /** (n,) 0 or 1. */
  readonly label: Uint8Array;
  /** (n,) higher for what is thought to win. */
  readonly score: Float64Array;
  /** (n,) ticks of the entries and of the ends of the labels, rising. */
  readonly t0: Int32Array;
  readonly t1: Int32Array;
}

/**
 * The clearest fall of a model's skill: what a model that learned from the first part of these events shows, whatever is said of it; a
 * market that changed shows it too. Standard errors by Hanley and McNeil (1982), of as many events as do not overlap.
 *
 * @returns null where no fall is beyond chance.
 */
export function findSkillBreak({ label, score, t0, t1 }: JudgedEvents): SkillBreak | null {
  const n = label.length;
  const shareAlone = 1 / meanConcurrency(t0, t1);
  let found: SkillBreak | null = null;
  let highest = LEAST_Z;
  for (const share of CUTS) {
    const cut = Math.round(share * n);
    if (Math.min(cut, n - cut) * shareAlone < LEAST) continue;
    const before = areaOf(label.subarray(0, cut), score.subarray(0, cut), shareAlone);
    const after = areaOf(label.subarray(cut), score.subarray(cut), shareAlone);
    const z = (before.auc - after.auc) / Math.hypot(before.error, after.error);
    if (!(z >= highest && before.auc - after.auc >= LEAST_FALL)) continue;
    highest = z;
    found = { at: t0[cut], aucBefore: before.auc, aucAfter: after.auc };
  }
  return found;
}

/** Mean number of labels that are open at the entry of one, itself included: at least 1. */
function meanConcurrency(t0: Int32Array, t1: Int32Array): number {
  const n = t0.length;
  if (n === 0) return 1;
  let open = 0;
  for (let row = 0; row < n; row++) open += t1[row] - t0[row];
  return Math.max(1, open / Math.max(1, t0[n - 1] - t0[0]));
}

/** Area under the curve and its standard error; NaN where all have one label. */
function areaOf(label: Uint8Array, score: Float64Array, shareAlone: number): { auc: number; error: number } {
  const auc = rocAucScore(label, score);
  let wins = 0;
  for (const won of label) wins += won;
  const [m, k] = [wins * shareAlone, (label.length - wins) * shareAlone];
  const [q1, q2] = [auc / (2 - auc), (2 * auc * auc) / (1 + auc)];
  const variance = (auc * (1 - auc) + (m - 1) * (q1 - auc * auc) + (k - 1) * (q2 - auc * auc)) / (m * k);
  return { auc, error: Math.sqrt(Math.max(variance, 0)) };
}
