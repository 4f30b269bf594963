import type { ScoreSteps } from './calibration-spread.ts';
import { addStep } from './join-steps.ts';
import { groupScores, type ScoreGroups } from './score-groups.ts';

/**
 * The inductive Venn–Abers predictor: the isotonic probability of a score once this event is added with label 0, and once with label
 * 1. The two bracket what isotonic regression can say of it.
 *
 * @param raw - (n,) scores of calibration, compared in float32; n >= 1. @param label - (n,) 0 or 1.
 * @returns exact for every score in [0, 1].
 * @see Vovk, Petej, Fedorova (2015), Large-scale probabilistic predictors with and without guarantees of validity, NeurIPS.
 */
export function vennAbers(raw: Float64Array, label: Uint8Array): ScoreSteps {
  const groups = groupScores(raw, label);
  const { scores } = groups;
  const won = withOneMore(groups);
  const lost = withOneMore(mirrored(groups)).map((share) => 1 - share);
  const n = scores.length;
  // A score between two of calibration belongs to the lower one when lost, and to the upper one when won.
  const steps = { scores: [], low: [], high: [] };
  if (scores[0] > 0) addStep(steps, 0, 0, won[0]);
  for (let g = 0; g < n; g++) {
    const low = lost[n - 1 - g];
    addStep(steps, scores[g], low, won[g]);
    addStep(steps, nextAbove(scores[g]), low, g + 1 < n ? won[g + 1] : 1);
  }
  return steps;
}

/** The same scores from the highest down, and wins for losses. */
function mirrored({ scores, counts, ones }: ScoreGroups): ScoreGroups {
  return {
    scores: scores.slice().reverse(),
    counts: counts.slice().reverse(),
    ones: ones.map((won, g) => counts[g] - won).reverse(),
  };
}

/** Points of a cumulative sum diagram, number of rows and of ones among them; the first `n` places are taken. */
interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
  n: number;
}

/**
 * (nGroups,) isotonic value of every score when one row of label 1 is added to it: the slope, at that group, of the greatest convex
 * minorant of the cumulative sums, those before the row moved down by it. The minorant right of the group is kept as a stack; from
 * one group to the next one point joins it on the left.
 */
function withOneMore({ counts, ones }: ScoreGroups): Float64Array {
  const { x, y } = cumulativeSums(counts, ones);
  const n = counts.length;
  const hull = emptyPoints(n + 2);
  for (let g = n; g >= 0; g--) pushLeft(hull, x[g], y[g]);
  pushLeft(hull, -1, -1);
  const values = new Float64Array(n);
  values[0] = firstSlope(hull);
  for (let g = 1; g < n; g++) {
    const top = hull.n - 1;
    if (turn(hull.x[top], hull.y[top], hull.x[top - 1], hull.y[top - 1], x[g] - 1, y[g] - 1) < 0) {
      hull.n--;
      pushLeft(hull, x[g] - 1, y[g] - 1);
    }
    values[g] = firstSlope(hull);
  }
  return values;
}

function emptyPoints(size: number): Points {
  return { x: new Float64Array(size), y: new Float64Array(size), n: 0 };
}

/** (nGroups + 1,) */
function cumulativeSums(counts: Int32Array, ones: Int32Array): Points {
  const points = emptyPoints(counts.length + 1);
  for (let g = 0; g < counts.length; g++) {
    points.x[g + 1] = points.x[g] + counts[g];
    points.y[g + 1] = points.y[g] + ones[g];
  }
  return points;
}

/** Puts a point at the left end of a convex minorant, whose leftmost point is on top, and drops those that are above it now. */
function pushLeft(hull: Points, x: number, y: number): void {
  for (let top = hull.n - 1; top > 0; top--) {
    if (turn(x, y, hull.x[top - 1], hull.y[top - 1], hull.x[top], hull.y[top]) < 0) break;
    hull.n--;
  }
  hull.x[hull.n] = x;
  hull.y[hull.n++] = y;
}

/** Above 0 where the third point lies above the line through the first two, the second right of the first. */
function turn(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

function firstSlope({ x, y, n }: Points): number {
  return (y[n - 2] - y[n - 1]) / (x[n - 2] - x[n - 1]);
}

const DOUBLE = new Float64Array(1);
const WORDS = new Uint32Array(DOUBLE.buffer);
/** Place of the low 32 bits of a double in memory. */
const LOW = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1;

/** The next double above a number >= 0. */
function nextAbove(value: number): number {
  DOUBLE[0] = value;
  WORDS[LOW]++;
  if (WORDS[LOW] === 0) WORDS[1 - LOW]++;
  return DOUBLE[0];
}
