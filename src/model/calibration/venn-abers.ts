import type { ScoreSteps } from './calibration-spread.ts';
import { joinSteps, type ScoreStep } from './join-steps.ts';
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
  const steps: ScoreStep[] = scores[0] > 0 ? [{ score: 0, low: 0, high: won[0] }] : [];
  for (let g = 0; g < n; g++) {
    const low = lost[n - 1 - g];
    steps.push({ score: scores[g], low, high: won[g] });
    steps.push({ score: nextAbove(scores[g]), low, high: g + 1 < n ? won[g + 1] : 1 });
  }
  return joinSteps(steps);
}

/** The same scores from the highest down, and wins for losses. */
function mirrored({ scores, counts, ones }: ScoreGroups): ScoreGroups {
  return {
    scores: scores.slice().reverse(),
    counts: counts.slice().reverse(),
    ones: ones.map((won, g) => counts[g] - won).reverse(),
  };
}

/** Point of the cumulative sum diagram: number of rows, and of ones among them. */
interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * (nGroups,) isotonic value of every score when one row of label 1 is added to it: the slope, at that group, of the greatest convex
 * minorant of the cumulative sums, those before the row moved down by it. The minorant right of the group is kept as a stack; from
 * one group to the next one point joins it on the left.
 */
function withOneMore({ counts, ones }: ScoreGroups): Float64Array {
  const points = cumulativeSums(counts, ones);
  const n = counts.length;
  const hull: Point[] = [];
  for (let g = n; g >= 0; g--) pushLeft(hull, points[g]);
  pushLeft(hull, { x: -1, y: -1 });
  const values = new Float64Array(n);
  values[0] = firstSlope(hull);
  for (let g = 1; g < n; g++) {
    const { x, y } = points[g];
    const left = { x: x - 1, y: y - 1 };
    const [start, end] = [hull[hull.length - 1], hull[hull.length - 2]];
    if (turn(start, end, left) < 0) {
      hull.pop();
      pushLeft(hull, left);
    }
    values[g] = firstSlope(hull);
  }
  return values;
}

/** (nGroups + 1,) */
function cumulativeSums(counts: Int32Array, ones: Int32Array): Point[] {
  const points: Point[] = [{ x: 0, y: 0 }];
  counts.forEach((count, g) => {
    points.push({ x: points[g].x + count, y: points[g].y + ones[g] });
  });
  return points;
}

/** Puts a point at the left end of a convex minorant, whose leftmost point is on top, and drops those that are above it now. */
function pushLeft(hull: Point[], point: Point): void {
  while (hull.length > 1 && turn(point, hull[hull.length - 2], hull[hull.length - 1]) >= 0) hull.pop();
  hull.push(point);
}

/** Above 0 where the third point lies above the line through the first two, the second right of the first. */
function turn(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

function firstSlope(hull: readonly Point[]): number {
  const [a, b] = [hull[hull.length - 1], hull[hull.length - 2]];
  return (b.y - a.y) / (b.x - a.x);
}

/** The next double above a number >= 0. */
function nextAbove(value: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigUint64(0, view.getBigUint64(0) + 1n);
  return view.getFloat64(0);
}
