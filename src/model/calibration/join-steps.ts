/** Steps that are being made, by rising score; see `ScoreSteps`. */
export interface OpenSteps {
  readonly scores: number[];
  readonly low: number[];
  readonly high: number[];
}

/** Adds a step, unless it repeats the one before. */
export function addStep({ scores, low, high }: OpenSteps, score: number, ownLow: number, ownHigh: number): void {
  const last = scores.length - 1;
  if (last >= 0 && low[last] === ownLow && high[last] === ownHigh) return;
  scores.push(score);
  low.push(ownLow);
  high.push(ownHigh);
}
