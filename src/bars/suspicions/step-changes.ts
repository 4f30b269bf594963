import { majorityOf } from '../rows/majority.ts';

/** Steps that a part has at least, and from which on a majority of them says its bar length; shorter parts need nearly all. */
const LEAST_STEPS = 8;
const MANY_STEPS = 20;
const MAJORITY = 0.5;
const NEARLY_ALL = 0.9;
/** Share of a part's steps that may have the other length: in a thin market many have it, in bars of another length nearly none. */
const RARE = 0.1;
/** Parts into which a long file is cut. */
const MAX_PARTS = 16;

/** A bar from which on bars have another length than before. */
export interface StepChange {
  /** Index of the bar. */
  readonly bar: number;
  /** Bar lengths before and from there on, ns. */
  readonly before: number;
  readonly after: number;
}

/** A run of steps, [start, end), and the one that most of them have, ns. */
interface Part {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/**
 * Finds where bars become of another length: a file, or a sixteenth of one, whose most common step is more than half of all and
 * another than before, while each length is rare in the other part. Gaps, thin markets and bars by ticks have no such parts.
 *
 * @param steps - (nBars - 1,) ns between bars. @param starts - index of the first bar of each file, ascending from 0.
 */
export function findStepChanges(steps: Float64Array, starts: readonly number[]): StepChange[] {
  const changes: StepChange[] = [];
  let last: Part | null = null;
  for (const part of partsOf(steps, starts)) {
    if (last !== null && part.step !== last.step && isRare(steps, last, part.step) && isRare(steps, part, last.step)) {
      changes.push({ bar: firstBar(steps, last, part), before: last.step, after: part.step });
    }
    last = part;
  }
  return changes;
}

function partsOf(steps: Float64Array, starts: readonly number[]): Part[] {
  const parts: Part[] = [];
  starts.forEach((first, k) => {
    const end = k + 1 < starts.length ? starts[k + 1] - 1 : steps.length;
    const nParts = Math.max(1, Math.min(MAX_PARTS, Math.floor((end - first) / MANY_STEPS)));
    const at = (part: number): number => first + Math.floor((part * (end - first)) / nParts);
    for (let j = 0; j < nParts; j++) {
      const step = stepOf(steps, at(j), at(j + 1));
      if (step !== null) parts.push({ start: at(j), end: at(j + 1), step });
    }
  });
  return parts;
}

/** The step that most of a part has; null where there is none. */
function stepOf(steps: Float64Array, start: number, end: number): number | null {
  const n = end - start;
  if (n < LEAST_STEPS) return null;
  const { value, count } = majorityOf(steps, start, end);
  return count > (n < MANY_STEPS ? NEARLY_ALL : MAJORITY) * n ? value : null;
}

function countOf(steps: Float64Array, { start, end }: Omit<Part, 'step'>, step: number): number {
  let n = 0;
  for (let i = start; i < end; i++) if (steps[i] === step) n++;
  return n;
}

function isRare(steps: Float64Array, part: Part, step: number): boolean {
  return countOf(steps, part, step) < RARE * (part.end - part.start);
}

/** The bar between two parts that best divides the steps of the one length from those of the other. */
function firstBar(steps: Float64Array, before: Part, after: Part): number {
  let [bar, score, best] = [before.start, 0, 0];
  for (let i = before.start; i < after.end; i++) {
    if (steps[i] === before.step) score++;
    else if (steps[i] === after.step) score--;
    if (score >= best) [bar, best] = [i + 1, score];
  }
  return bar;
}
