import { lowerBound } from '../../math/index.ts';

/** Two step functions of the score: a score takes the values of the last step whose score is <= it, the first below all. */
export interface ScoreSteps {
  /** (nSteps,) rising scores before calibration. */
  readonly scores: readonly number[];
  /** (nSteps,) [0, 1], nowhere above `high`. */
  readonly low: readonly number[];
  /** (nSteps,) [0, 1]. */
  readonly high: readonly number[];
}

/** How often hit rates of groups of out-of-fold events lay within the mean band of their group. */
export interface BandCoverage {
  /** [0, 1]. */
  readonly share: number;
  /** What a band that is right would reach, [0, 1]: less than its 90 %, since hit rates have chance of their own. */
  readonly expectedShare: number;
  readonly nGroups: number;
}

/** How sure a calibrated probability is. */
export interface CalibrationSpread {
  /** 90 % interval: quantiles of the calibrator refitted on resampled out-of-fold scores. It falls where the calibrator does. */
  readonly band: ScoreSteps;
  /** Venn–Abers pair, nowhere falling: the calibrated probability, had this event lost (`low`) or won (`high`). */
  readonly vennAbers: ScoreSteps;
  /** Null where too few folds tell. */
  readonly coverage: BandCoverage | null;
}

/** The pair of values at a score. */
export function stepsAt({ scores, low, high }: ScoreSteps, score: number): readonly [low: number, high: number] {
  const at = Math.max(0, lowerBound(scores.length, (i) => scores[i] <= score) - 1);
  return [low[at], high[at]];
}
