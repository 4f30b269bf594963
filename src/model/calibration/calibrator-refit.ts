import { checkSameLength } from '../../core/index.ts';
import { type Calibrator, ISOTONIC_SAMPLES } from './calibrator.ts';
import { emptyBlocks, isotonicOfGroups, PSEUDO_COUNT } from './isotonic.ts';
import { fitPlatt } from './platt.ts';
import { groupOf, groupScores, joinRuns, rowsByScore, type ScoreGroups } from './score-groups.ts';

/**
 * Fits a calibrator to rows that are drawn several times, or not at all.
 *
 * @param runs - first row and end of each run, one after the other: rows first <= row < end, each counted once a run that has it.
 */
export type CalibratorRefit = (runs: readonly number[]) => Calibrator;

/**
 * Prepares fits of `fitCalibrator` on resamples of the same rows: the scores are sorted once.
 *
 * @param raw - (n,) scores. @param label - (n,) 0 or 1.
 * @throws {ConditionError} when the lengths differ.
 */
export function calibratorRefit(raw: Float64Array, label: Uint8Array): CalibratorRefit {
  checkSameLength('label', label, 'raw', raw);
  const grouped = groupScores(raw, label);
  const rows = rowsByScore(raw, label, grouped);
  const joined = joinRuns(grouped);
  const { scores } = joined;
  const { starts, place } = placesOf(rows, label, joined);
  const counted = new Int32Array(2 * scores.length);
  const groups = { scores, counts: new Int32Array(scores.length), ones: new Int32Array(scores.length) };
  const blocks = emptyBlocks(scores.length);
  const lastDraw = new Int32Array(raw.length); // number of the latest resample that has the row, from 1
  let draw = 0;
  return (runs) => {
    draw++;
    countRuns(runs, place, counted, lastDraw, draw);
    const { n, nOnes } = sumsOf(counted, groups);
    if (nOnes === 0 || nOnes === n) return { kind: 'identity' };
    if (n < ISOTONIC_SAMPLES) return { kind: 'platt', ...fitPlatt(raw, label, weightsOf(runs, raw.length)) };
    const { thresholds, values } = isotonicOfGroups(groups, PSEUDO_COUNT, blocks);
    // A block begins at the first of its rows that was drawn, which need not be the first of its group.
    const firstDrawn = (threshold: number): number => {
      let at = starts[groupOf(scores, threshold)];
      while (lastDraw[rows[at]] !== draw) at++;
      return raw[rows[at]];
    };
    return { kind: 'isotonic', thresholds: thresholds.map(firstDrawn), values };
  };
}

/** (nGroups,) place of the first row of each group among those by score, and (n,) 2 · group + label of every row. */
function placesOf(rows: Int32Array, label: Uint8Array, { counts }: ScoreGroups) {
  const starts = new Int32Array(counts.length);
  const place = new Int32Array(rows.length);
  let at = 0;
  for (let g = 0; g < counts.length; g++) {
    starts[g] = at;
    for (const end = at + counts[g]; at < end; at++) place[rows[at]] = 2 * g + label[rows[at]];
  }
  return { starts, place };
}

/** Counts the drawn rows at their places, and notes that they were drawn. */
function countRuns(
  runs: readonly number[],
  place: Int32Array,
  counted: Int32Array,
  lastDraw: Int32Array,
  draw: number,
): void {
  counted.fill(0);
  for (let r = 0; r < runs.length; r += 2) {
    const end = runs[r + 1];
    for (let k = runs[r]; k < end; k++) {
      counted[place[k]]++;
      lastDraw[k] = draw;
    }
  }
}

/** Writes the rows and the ones of every group. @returns those of all groups. */
function sumsOf(counted: Int32Array, { counts, ones }: ScoreGroups): { readonly n: number; readonly nOnes: number } {
  let n = 0;
  let nOnes = 0;
  for (let g = 0; g < counts.length; g++) {
    ones[g] = counted[2 * g + 1];
    counts[g] = counted[2 * g] + ones[g];
    n += counts[g];
    nOnes += ones[g];
  }
  return { n, nOnes };
}

/** (n,) how often each row was drawn. */
function weightsOf(runs: readonly number[], n: number): Int32Array {
  const weight = new Int32Array(n);
  for (let r = 0; r < runs.length; r += 2) for (let k = runs[r]; k < runs[r + 1]; k++) weight[k]++;
  return weight;
}
