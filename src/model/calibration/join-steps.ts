import type { ScoreSteps } from './calibration-spread.ts';

/** One step of {@link ScoreSteps}. */
export interface ScoreStep {
  readonly score: number;
  readonly low: number;
  readonly high: number;
}

/** Columns of steps, without those that repeat the step before. @param steps - by rising score. */
export function joinSteps(steps: readonly ScoreStep[]): ScoreSteps {
  const kept = steps.filter(({ low, high }, i) => i === 0 || low !== steps[i - 1].low || high !== steps[i - 1].high);
  return {
    scores: kept.map(({ score }) => score),
    low: kept.map(({ low }) => low),
    high: kept.map(({ high }) => high),
  };
}
