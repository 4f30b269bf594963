import { sortedCopy } from '../../math/index.ts';

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
  const sortedOnes = sortedCopy(Float32Array.from(onesOf(raw, label)));
  const scores = distinctOf(sorted);
  return { scores, counts: countsOf(sorted, scores), ones: countsOf(sortedOnes, scores) };
}

/** Scores of the rows with label 1. */
function onesOf(raw: Float64Array, label: Uint8Array): Float64Array {
  const ones = new Float64Array(raw.length);
  let n = 0;
  for (let k = 0; k < raw.length; k++) if (label[k] === 1) ones[n++] = raw[k];
  return ones.subarray(0, n);
}

/** Every value of a rising column once. */
function distinctOf(sorted: Float32Array): Float32Array {
  const distinct = new Float32Array(sorted.length);
  let n = 0;
  for (let k = 0; k < sorted.length; k++) if (k === 0 || sorted[k] !== sorted[k - 1]) distinct[n++] = sorted[k];
  return distinct.slice(0, n);
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

/** (n,) rows by rising score, of one score those with label 0 first. @param raw - (n,) scores that were grouped. */
export function rowsByScore(raw: Float64Array, label: Uint8Array, { scores, counts, ones }: ScoreGroups): Int32Array {
  const next = [new Int32Array(scores.length), new Int32Array(scores.length)];
  let start = 0;
  for (let g = 0; g < scores.length; g++) {
    next[0][g] = start;
    start += counts[g];
    next[1][g] = start - ones[g];
  }
  const rows = new Int32Array(raw.length);
  for (let k = 0; k < raw.length; k++) rows[next[label[k]][groupOf(scores, Math.fround(raw[k]))]++] = k;
  return rows;
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

/**
 * Joins neighbouring scores that isotonic regression never parts, whatever the weights of their rows: all of label 1, and all of label 0
 * after them. Ones before zeros violate the order, so that they share a block; and of one label, the last row of a block lies at or below its
 * mean and the first of the next one at or above that, so their labels differ.
 */
export function joinRuns({ scores, counts, ones }: ScoreGroups): ScoreGroups {
  const isPure = (g: number, label: number): boolean => ones[g] === label * counts[g];
  const goesOn = (g: number): boolean =>
    g > 0 && ((isPure(g, 1) && isPure(g - 1, 1)) || (isPure(g, 0) && (isPure(g - 1, 0) || isPure(g - 1, 1))));
  const run = new Int32Array(scores.length);
  for (let g = 1; g < run.length; g++) run[g] = run[g - 1] + (goesOn(g) ? 0 : 1);
  const nRuns = run.length === 0 ? 0 : run[run.length - 1] + 1;
  const joined = { scores: new Float32Array(nRuns), counts: new Int32Array(nRuns), ones: new Int32Array(nRuns) };
  for (let g = scores.length - 1; g >= 0; g--) {
    joined.scores[run[g]] = scores[g];
    joined.counts[run[g]] += counts[g];
    joined.ones[run[g]] += ones[g];
  }
  return joined;
}
