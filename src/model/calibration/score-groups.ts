import { sortedCopy } from '../forest/sorted-copy.ts';

/** Labelled scores, grouped by their value. */
export interface ScoreGroups {
  /** (nGroups,) distinct scores, rising; compared in float32. */
  readonly scores: Float32Array;
  /** (nGroups,) number of rows of each score, and how many of them have label 1; a group may have none. */
  readonly counts: Int32Array;
  readonly ones: Int32Array;
}

/** Groups scores. @param raw - (n,) scores. @param label - (n,) 0 or 1. */
export function groupScores(raw: Float64Array, label: Uint8Array): ScoreGroups {
  const sorted = sortedCopy(Float32Array.from(raw));
  const sortedOnes = sortedCopy(Float32Array.from(raw.filter((_, k) => label[k] === 1)));
  const scores = sorted.filter((score, k) => k === 0 || score !== sorted[k - 1]);
  return { scores, counts: countsOf(sorted, scores), ones: countsOf(sortedOnes, scores) };
}

/** (nGroups,) how often each of the distinct scores stands in a rising column. */
function countsOf(sorted: Float32Array, scores: Float32Array): Int32Array {
  const counts = new Int32Array(scores.length);
  let group = 0;
  for (let k = 0; k < sorted.length; k++) {
    while (scores[group] !== sorted[k]) group++;
    counts[group]++;
  }
  return counts;
}

/** (n,) the group of every row. @param raw - (n,) scores that were grouped. */
export function groupOfRows(raw: Float64Array, { scores }: ScoreGroups): Int32Array {
  const groups = new Int32Array(raw.length);
  for (let k = 0; k < raw.length; k++) groups[k] = groupOf(scores, Math.fround(raw[k]));
  return groups;
}

/** The last of rising scores that is <= `score`; 0 for a score below all. */
export function groupOf(scores: Float32Array, score: number): number {
  let low = 0;
  let high = scores.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scores[middle] <= score) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
