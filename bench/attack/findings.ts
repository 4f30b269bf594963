import type { MixedRun } from './mixed-run.ts';
import { CONTROL, type Phase, type RoadFigures } from './plan.ts';

/** One promise, with what was found. */
export interface Finding {
  readonly promise: string;
  readonly found: string;
  readonly isKept: boolean;
}

const MAX_RATIO = 5;
export const MAX_RSS_MB = 600;
/** Share by which memory may be larger at the end of the attack than after its first quarter. */
const MAX_GROWTH = 0.15;
/** Growth that is no growth of a heap of hundreds of MB. */
const FLAT_MB = 40;

/** Figures of a road in a phase. */
export function figuresOf({ roads }: MixedRun, road: string, phase: Phase): RoadFigures | null {
  return roads.find((each) => each.road === road && each.phase === phase) ?? null;
}

/** Every road of a run, once. */
export function roadsOf({ roads }: MixedRun): string[] {
  return [...new Set(roads.map(({ road }) => road))];
}

/** p99 of the attack over that without. */
export function ratioOf(run: MixedRun, road: string): number {
  return (figuresOf(run, road, 'attack')?.p99 ?? Number.NaN) / (figuresOf(run, road, 'calm')?.p99 ?? Number.NaN);
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function shorten(text: string): string {
  return text.split('\n')[0].slice(0, 200);
}

/** Promises that any run must keep, however short. */
export function soundness(run: MixedRun): Finding[] {
  const { outcome, roads, memory } = run;
  const nUnanswered = roads.reduce((sum, { nSent, nAnswered }) => sum + nSent - nAnswered, 0);
  const maxMb = Math.max(...memory.attack, ...memory.after);
  const { violations, counts } = outcome;
  const first =
    violations.length === 0 ? '' : `; ${violations.length} violations, the first: ${shorten(violations[0])}`;
  return [
    {
      promise: 'lost: 0, by the checker',
      found: `${counts?.lost ?? 'unknown'}${first}`,
      isKept: counts?.lost === 0 && violations.length === 0,
    },
    {
      promise: 'every good signal is answered',
      found: `${nUnanswered} were not`,
      isKept: roads.length > 0 && nUnanswered === 0,
    },
    {
      promise: `resident memory at most ${MAX_RSS_MB} MB`,
      found: `${Math.round(maxMb)} MB at most`,
      isKept: memory.attack.length > 0 && maxMb <= MAX_RSS_MB,
    },
  ];
}

/** Promises of a run of minutes. */
export function findings(run: MixedRun): Finding[] {
  const { attack, after, calm } = run.memory;
  const quarter = Math.floor(attack.length / 4);
  const [second, last] = [attack.slice(quarter, 2 * quarter), attack.slice(-quarter)].map(middle);
  const atEnd = middle(after.slice(-10));
  const before = Math.max(...calm);
  const ratios = roadsOf(run)
    .filter((road) => road !== CONTROL)
    .map((road) => ({ road, ratio: ratioOf(run, road) }));
  return [
    ...soundness(run),
    ...ratios.map(({ road, ratio }) => ({
      promise: `p99 of ${road} at most ${MAX_RATIO} times that without the attack`,
      found: `${ratio.toFixed(1)} times`,
      isKept: ratio <= MAX_RATIO,
    })),
    {
      promise: 'memory is flat: the last quarter of the attack against the second',
      found: `${Math.round(second)} → ${Math.round(last)} MB`,
      isKept: last <= second * (1 + MAX_GROWTH) + FLAT_MB,
    },
    {
      promise: 'memory comes back: the end against the largest before the attack',
      found: `${Math.round(before)} → ${Math.round(atEnd)} MB`,
      isKept: atEnd <= before * (1 + MAX_GROWTH) + FLAT_MB,
    },
  ];
}
